// SPDX-License-Identifier: Apache-2.0
// Load: where root may write an image. Promise: what is granted lies in one loadable region of the cell, in one region
// that root may read and write, and nobody else takes any of it from root.

extension Machine {
  /// Decides whether root may write `size` bytes of an image at guest-physical `target` of a loadable cell.
  /// - Returns: the host-physical address to write to.
  public func load(_ cell: W, target: W, size: W, caller: W) throws(Refusal<W>) -> W {
    try requireRoot(caller)
    let phase = try requireCell(cell)
    guard phase == W(known: Phase.loadable) else { throw Refusal(.wrongPhase, cell, phase) }
    let limit = W(known: Limit.physical)
    let isRange = (target .< limit) .& (size .<= limit) .& (size .!= 0)
    guard isRange.isTrue else { throw Refusal(.notLoadable, target, size) }
    let row = try loadRegion(of: cell, target, end: target + size)
    let address = read(.currentBase, row) &+ (target &- read(.currentGuest, row))
    let last = address &+ size
    // Holds wherever the row holds the target; checked all the same, so that nothing rests on arithmetic of differences.
    let isInside =
      (read(.currentBase, row) .<= address) .& (address .< last) .& (last .<= read(.currentEnd, row))
    guard isInside.isTrue else { throw Refusal(.notLoadable, target, size) }
    try requireRootsMemory(address, end: last, of: cell)
    write(.loaded, cell, 1)
    return address
  }

  /// The row of the loadable region of `cell` that holds guest-physical `target ..< end`.
  private func loadRegion(of cell: W, _ target: W, end: W) throws(Refusal<W>) -> W {
    let rows = register(Register.claimCount)
    var found = OneWord<W>(0)
    loop(.loadTarget, rows, &found, frame: .none) { i, found in
      let row = found.value &- 1
      return (found.value .!= 0) ==> ((row .< i) .& self.isLoadTarget(row, cell, target, end: end))
    } body: { i, found in
      if self.isLoadTarget(i, cell, target, end: end).isTrue { found.value = i &+ 1 }
    }
    guard found.value != 0 else { throw Refusal(.notLoadable, target, end &- target) }
    let row = found.value - 1
    guard row < rows else { throw Refusal(.notLoadable, target, end &- target) }
    return row
  }

  /// Row `row` is a loadable region of `cell` that holds guest-physical `target ..< end`.
  func isLoadTarget(_ row: W, _ cell: W, _ target: W, end: W) -> W.Condition {
    let claim = claim(.current, row)
    return (claim.owner .== cell) .& claim.marks.has(Marks.mapped | Marks.loadable | Marks.write)
      .& (claim.guest .<= target) .& (end .<= (claim.guest &+ (claim.end &- claim.base)))
  }

  /// Refuses unless host-physical `address ..< end` lies in a region that root may read and write, and no claim takes any
  /// of it from root while `cell` is loadable.
  private func requireRootsMemory(_ address: W, end: W, of cell: W) throws(Refusal<W>) {
    var found = OneWord<W>(0)
    try loop(.loadBase, register(Register.claimCount), &found, frame: .none) { i, found in
      let row = found.value &- 1
      let other = self.arbitrary(Ghost.oldRow)
      return ((found.value .!= 0) ==> ((row .< i) .& self.isRoots(row, address, end: end)))
        .& ((other .< i) ==> .!self.takes(other, address, end: end, of: cell))
    } body: { (i, found) throws(Refusal<W>) in
      guard (.!self.takes(i, address, end: end, of: cell)).isTrue else { throw Refusal(.notLoadable, i) }
      if self.isRoots(i, address, end: end).isTrue { found.value = i &+ 1 }
    }
    guard found.value != 0 else { throw Refusal(.notRoots, address, end &- address) }
  }

  /// Row `row` is of root's base layer, readable and writable, and holds `address ..< end`.
  func isRoots(_ row: W, _ address: W, end: W) -> W.Condition {
    let claim = claim(.current, row)
    return (claim.owner .== W(known: Owner.root)) .& claim.marks.has(Marks.base | Marks.read | Marks.write)
      .& (claim.base .<= address) .& (end .<= claim.end)
  }

  /// Row `row` takes some of `address ..< end` from root, while `cell` is loadable.
  func takes(_ row: W, _ address: W, end: W, of cell: W) -> W.Condition {
    let claim = claim(.current, row)
    let isLent =
      claim.marks.has(Marks.keepsRoot) .| ((claim.owner .== cell) .& claim.marks.has(Marks.loadable))
    return (claim.owner .!= W(known: Owner.root)) .& .!isLent .& (claim.base .< end) .& (address .< claim.end)
  }
}

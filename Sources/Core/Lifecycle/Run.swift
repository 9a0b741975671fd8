// SPDX-License-Identifier: Apache-2.0
// The transitions that leave ownership alone: set-loadable, load, start, shut down, fail.

/// What the search for a load target carries.
public struct Target<W: Word>: LoopState {
  /// 1 once a region holds the target.
  public var found: W
  /// Host-physical address of the target.
  public var address: W
  public func map(_ transform: (W) -> W) -> Target<W> {
    Target(found: transform(found), address: transform(address))
  }
}

extension Machine {
  /// Stops a cell and gives root its loadable regions. What a confidential cell holds is scrubbed first.
  public func setLoadable(_ cell: W) throws(Refusal<W>) {
    let phase = try requireCell(cell)
    if phase == W(known: Phase.loadable) { return }
    if read(.cellFlags, cell).has(CellFlag.confidential).isTrue {
      scrubOld(of: cell, cpusOnly: false)
      write(.loaded, cell, 0)
    }
    write(.phase, cell, W(known: Phase.loadable))
  }

  /// Decides whether root may write `size` bytes of an image at guest-physical `target` of a loadable cell.
  /// - Returns: the host-physical address to write to.
  public func load(_ cell: W, target: W, size: W) throws(Refusal<W>) -> W {
    let phase = try requireCell(cell)
    guard phase == W(known: Phase.loadable) else { throw Refusal(.wrongPhase, cell, phase) }
    let limit = W(known: Limit.physical)
    guard ((target .< limit) .& (size .<= limit)).isTrue else { throw Refusal(.notLoadable, target, size) }
    let end = target + size
    let needed = Marks.mapped | Marks.loadable | Marks.write
    var result = Target<W>(found: 0, address: 0)
    loop(.loadTarget, register(Register.claimCount), &result, frame: .none) { i, result in
      (result.found .== 0) .| (result.found .== 1)
    } body: { i, result in
      let claim = self.claim(.current, i)
      let length = claim.end &- claim.base
      let holds =
        (claim.owner .== cell) .& claim.marks.has(needed) .& (result.found .== 0)
        .& (claim.guest .<= target) .& (end .<= (claim.guest &+ length))
      if (.!holds).isTrue { return }
      result.found = 1
      result.address = claim.base &+ (target &- claim.guest)
    }
    guard result.found == 1 else { throw Refusal(.notLoadable, target, size) }
    write(.loaded, cell, 1)
    return result.address
  }

  /// Starts a cell, or restarts it. Root loses the loadable regions.
  public func start(_ cell: W) throws(Refusal<W>) {
    _ = try requireCell(cell)
    let isConfidential = read(.cellFlags, cell).has(CellFlag.confidential)
    guard (.!isConfidential .| (read(.loaded, cell) .== 1)).isTrue else { throw Refusal(.notLoaded, cell) }
    // Every CPU of the cell begins in its initial state.
    scrubOld(of: cell, cpusOnly: true)
    write(.phase, cell, W(known: Phase.running))
  }

  /// A running cell shuts itself down.
  public func shutDown(_ cell: W) throws(Refusal<W>) {
    let phase = try requireCell(cell)
    guard phase == W(known: Phase.running) else { throw Refusal(.wrongPhase, cell, phase) }
    write(.phase, cell, W(known: Phase.stopped))
  }

  /// The last CPU of a running cell has failed.
  public func fail(_ cell: W) throws(Refusal<W>) {
    let phase = try requireCell(cell)
    guard phase == W(known: Phase.running) else { throw Refusal(.wrongPhase, cell, phase) }
    write(.phase, cell, W(known: Phase.failed))
  }
}

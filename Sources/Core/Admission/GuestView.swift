// SPDX-License-Identifier: Apache-2.0
// A cell's guest-physical map as a view for admission (rules M4, M6): its key is what each range is mapped to.

/// What the loop over regions carries: how many communication regions there were.
public struct Communication<W: Word>: LoopState {
  public var count: W
  public func map(_ transform: (W) -> W) -> Communication<W> { Communication(count: transform(count)) }
}

extension Machine {
  /// Refuses a cell whose guest-physical ranges contradict each other.
  public func admitGuestMap(_ layout: CellLayout<W>) throws(Refusal<W>) {
    _ = try step(.guestMap, given: layout, NoState<W>(), frame: .guest | TableSet(.order) | TableSet(.rank)) {
      layout.isInside()
    } ensures: { _ in
      let first = self.arbitrary(Ghost.firstRow)
      let second = self.arbitrary(Ghost.secondRow)
      let areThere = (first .< layout.memory.count) .& (second .< layout.memory.count)
      return self.areSeen(below: layout.memory.count, layout)
        .& (areThere ==> self.isCompatible(.guest, first, second))
    } body: { () throws(Refusal<W>) in
      try self.fillGuestView(layout)
      try self.admit(.guest, count: layout.memory.count)
      return NoState<W>()
    }
  }

  /// Writes down where each region of a cell appears, and what it is mapped to.
  private func fillGuestView(_ layout: CellLayout<W>) throws(Refusal<W>) {
    guard layout.memory.count <= capacity(.guestBase) else {
      throw Refusal(.tooManyClaims, layout.memory.count)
    }
    var seen = Communication<W>(count: 0)
    try loop(.guestView, layout.memory.count, &seen, frame: .guest) { i, seen in
      (seen.count .<= 1) .& self.areSeen(below: i, layout)
    } body: { (i, seen) throws(Refusal<W>) in
      let region = self.region(i, layout)
      try self.check(region, i)
      let isCommunication = region.flags.has(RegionFlag.communication)
      if (isCommunication .& (region.size .!= 0)).isTrue {
        guard seen.count == 0 else { throw Refusal(.communicationTwice, i) }
        seen.count = seen.count + 1
      }
      self.write(.guestBase, i, region.virtual)
      self.write(.guestEnd, i, region.virtual + region.size)
      self.write(.guestTarget, i, region.target)
      self.write(.guestMarks, i, W.choose(region.size .== 0, W(known: Marks.base), 0))
    }
  }

  /// Each region below `i` is in the view as it is in the configuration: for two arbitrary regions.
  private func areSeen(below i: W, _ layout: CellLayout<W>) -> W.Condition {
    isSeen(arbitrary(Ghost.firstRow), below: i, layout)
      .& isSeen(arbitrary(Ghost.secondRow), below: i, layout)
  }

  private func isSeen(_ index: W, below i: W, _ layout: CellLayout<W>) -> W.Condition {
    let region = region(index, layout)
    let isSeen =
      (read(.guestBase, index) .== region.virtual)
      .& (read(.guestEnd, index) .== (region.virtual &+ region.size))
      .& (read(.guestTarget, index) .== region.target)
      .& ((region.size .!= 0) ==> (read(.guestMarks, index) .== 0))
      // So no region has the communication page's target.
      .& (region.flags.has(RegionFlag.communication) .| ((region.target & 0xfff) .== 0))
    return (index .< i) ==> isSeen
  }
}

extension Region {
  /// What the region is mapped to, as a distance. The communication page is the hypervisor's: no region maps to the same
  /// place as it does.
  fileprivate var target: W {
    W.choose(flags.has(RegionFlag.communication), W(known: .max), physical &- virtual)
  }
}

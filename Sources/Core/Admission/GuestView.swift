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
    _ = try step(.guestMap, NoState<W>(), frame: .guest | TableSet(.order) | TableSet(.rank)) {
      layout.isInside()
    } ensures: { _ in
      W.Condition(known: true)
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
    try loop(.guestView, layout.memory.count, &seen, frame: .guest) { _, seen in
      seen.count .<= 1
    } body: { (i, seen) throws(Refusal<W>) in
      let region = self.region(i, layout)
      try self.check(region, i)
      let isCommunication = region.flags.has(RegionFlag.communication)
      if (isCommunication .& (region.size .!= 0)).isTrue {
        guard seen.count == 0 else { throw Refusal(.communicationTwice, i) }
        seen.count = seen.count + 1
      }
      // The communication page is the hypervisor's: no region maps to the same place as it does.
      let target = W.choose(isCommunication, W(known: .max), region.physical &- region.virtual)
      self.write(.guestBase, i, region.virtual)
      self.write(.guestEnd, i, region.virtual + region.size)
      self.write(.guestTarget, i, target)
      self.write(.guestMarks, i, W.choose(region.size .== 0, W(known: Marks.base), 0))
    }
  }
}

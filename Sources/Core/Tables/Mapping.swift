// SPDX-License-Identifier: Apache-2.0
// What a range of guest-physical addresses is to be filled with: pages, or the note that somebody else has the memory.

/// One range's content.
public struct Mapping<W: Word>: LoopState {
  /// Host-physical address minus guest-physical address, modulo 2^64; a multiple of 4 KiB.
  public var distance: W
  /// Rights and memory type (`TableEntry.low`); 0: nothing is mapped, the memory is taken.
  public var low: W
  /// 1 where pages of 2 MiB, of 1 GiB may be used.
  public var large2: W
  public var large3: W
  /// Makes one.
  public init(distance: W, low: W, large2: W, large3: W) {
    (self.distance, self.low, self.large2, self.large3) = (distance, low, large2, large3)
  }
  public func map(_ transform: (W) -> W) -> Mapping<W> {
    Mapping(
      distance: transform(distance), low: transform(low), large2: transform(large2), large3: transform(large3)
    )
  }
  /// Somebody else has the memory.
  public static var taken: Mapping { Mapping(distance: 0, low: 0, large2: 1, large3: 1) }

  /// The slot at `base`, of the level, may be filled with one page, if the range covers it.
  func mayFill(_ level: TableLevel) -> W.Condition {
    switch level {
    case .one: W.Condition(known: true)
    case .two: large2 .== 1
    case .three: large3 .== 1
    case .four: W.Condition(known: false)
    }
  }
  /// The entry for the slot of the level that maps guest-physical `base`.
  func entry(_ base: W, _ level: TableLevel) -> W {
    let large: UInt64 = level == .one ? 0 : TableEntry.large
    return W.choose(
      low .== 0, W(known: TableEntry.taken), (base &+ distance) | low | W(known: large))
  }
  /// What the tree is to say of `address` (`Walk.meaning`).
  func meaning(of address: W) -> W {
    entry(address & W(known: ~(TableLevel.one.size &- 1)), .one)
  }
  /// The mapping can stand for guest-physical `first ..< end`, where that is no empty range and ends at 2^48 at most.
  func isSound(_ first: W, _ end: W) -> W.Condition {
    let host = first &+ distance
    let isLow = (low & W(known: ~TableEntry.low)) .== 0
    // Ends are compared, and no lengths: what holds of a range is then seen to hold of its parts.
    let isInside =
      (host .<= W(known: Limit.physical)) .& ((end &+ distance) .<= W(known: Limit.physical))
    func isMultiple(_ level: TableLevel) -> W.Condition { (distance & W(known: level.size &- 1)) .== 0 }
    return isLow .& ((low .== 0) .| low.hasAny(TableEntry.rights)) .& isMultiple(.one)
      .& ((low .== 0) .| isInside)
      .& ((large2 .== 1) ==> isMultiple(.two)) .& ((large3 .== 1) ==> isMultiple(.three))
  }
}

// SPDX-License-Identifier: Apache-2.0
// How many tables one claim needs. The formula, for a claim that appears at guest-physical bytes `first ..< end`:
//
//   level 3, 2   one table for each 512 GiB, each 1 GiB, that the range touches;
//   level 1      where the claim may use 2 MiB pages (guest and host agree in their lower 21 bits, not `smallPages`): one
//                for each 2 MiB that it begins or ends inside of; otherwise one for each 2 MiB that it touches;
//   level 4      none below 2^48, where the shared root is the only one; else the ones that it touches, and a fifth level;
//   cut          in root's tables, which map root's base layer without what others have, one for each 2 MiB of
//                host-physical memory that somebody else's claim begins or ends inside of: there a large page falls apart.
//
// A table that the claim before, of the same owner, has in its last slot is not counted twice. Pages of 1 GiB can only
// make tables fewer. That each table is counted is the theorem "Every table is counted".

/// Tables of one claim, in pages of 4 KiB, level by level.
public struct TableCost<W: Word>: Sendable {
  public var level1: W
  public var level2: W
  public var level3: W
  public var level4: W
  /// Tables that the claim makes necessary in root's tables, by taking memory out of them.
  public var cut: W
  /// 1 where, at the level, the last table of the claim before was left out.
  public var shared1: W
  public var shared2: W
  public var shared3: W

  /// All of them, at most 8 * `most`. What is mappable needs fewer; bounding it by force makes that evident.
  public var total: W {
    W.lesser(level1 &+ level2 &+ level3 &+ level4 &+ cut, W(known: 8 * Self.most))
  }
  /// No claim needs more tables at a level.
  static var most: UInt64 { 1 << 32 }
}

/// The last claim that was counted, as far as the next one may share tables with it.
public struct TablesBefore<W: Word>: Sendable {
  /// 1 where there is one.
  public var isThere: W
  /// Whose it is.
  public var owner: W
  /// Its last guest-physical byte.
  public var last: W
  /// 1 where a table at level 1 was counted for that byte.
  public var hasLevel1: W

  /// No claim yet.
  public static var nothing: TablesBefore {
    TablesBefore(isThere: 0, owner: 0, last: 0, hasLevel1: 0)
  }
}

extension Claim {
  /// The end of the claim's guest-physical range.
  var guestEnd: W { guest &+ (end &- base) }

  /// Page tables of this kind map it: memory in whole pages, and for devices with DMA.
  public func isMapped(in kind: TableKind) -> W.Condition {
    let isOpen = W.Condition(known: kind == .processor) .| marks.has(Marks.dma)
    return marks.has(Marks.mapped) .& .!marks.has(Marks.subPage) .& isOpen .& (base .!= end)
  }

  /// Both ranges lie below 2^52: what admission ensures of every claim that is mapped.
  var isMappable: W.Condition {
    let limit = W(known: Limit.physical)
    return (base .<= end) .& (end .<= limit) .& (guest .<= (limit &- (end &- base)))
  }

  /// The claim can be mapped with pages of 2 MiB, but for its ends.
  var mayBeLarge: W.Condition {
    .!marks.has(Marks.smallPages) .& (((base &- guest) & W(known: (1 << TableBits.level1) - 1)) .== 0)
  }

  /// The tables that this claim needs in the tables of `scope`, after `before`, and what the claim after it may share.
  /// The claim is mappable wherever it is mapped.
  public func tables(
    in kind: TableKind, of scope: TableScope<W>, after before: TablesBefore<W>
  ) -> (cost: TableCost<W>, before: TablesBefore<W>) {
    let isTheirs = scope.includes(self) .& marks.has(Marks.mapped)
    let isMapped = isTheirs .& isMapped(in: kind)
    let last = guestEnd &- 1
    let follows = isMapped .& (before.isThere .== 1) .& (before.owner .== owner)

    func shares(_ bits: UInt64) -> W.Condition { follows .& Self.isSame(guest, before.last, bits) }
    func tables(_ bits: UInt64, without shared: W.Condition) -> W {
      Self.slots(from: guest, behind: last, bits) &+ W.choose(shared, 0, 1)
    }
    // Level 1: the slots that the claim begins and ends inside of, or all that it touches.
    let isLarge = mayBeLarge .| .!isMapped
    let ends = Ends(first: guest, end: guestEnd)
    let shares1 = shares(TableBits.level1) .& (before.hasLevel1 .== 1) .& (.!isLarge .| ends.hasFirst)
    let shares2 = shares(TableBits.level2)
    let shares3 = shares(TableBits.level3)
    let level1 = W.choose(
      isLarge, ends.count(withoutFirst: shares1), tables(TableBits.level1, without: shares1))
    let isHigh = isMapped .& (W(known: 1 << TableBits.level4) .<= last)
    let isTaken =
      scope.includesRoot .& (owner .!= W(known: Owner.root))
      .& ((base >> 60) .== W(known: Space.memory.rawValue))
    let no = W.Condition(known: false)
    let cost = TableCost(
      level1: W.choose(isTheirs, level1, 0),
      level2: W.choose(isMapped, tables(TableBits.level2, without: shares2), 0),
      level3: W.choose(isMapped, tables(TableBits.level3, without: shares3), 0),
      level4: W.choose(isHigh, tables(TableBits.level4, without: no) &+ 1, 0),
      cut: W.choose(isTaken, Ends(first: base, end: end).count(withoutFirst: no), 0),
      shared1: W.choose(shares1, 1, 0), shared2: W.choose(shares2, 1, 0), shared3: W.choose(shares3, 1, 0))
    let after = TablesBefore<W>(
      isThere: W.choose(isMapped, 1, before.isThere), owner: W.choose(isMapped, owner, before.owner),
      last: W.choose(isMapped, last, before.last),
      hasLevel1: W.choose(isMapped, W.choose(.!isLarge .| ends.hasLast, 1, 0), before.hasLevel1))
    return (cost, after)
  }

  /// How many slots of 2^bits bytes follow that of the first byte, up to that of the last.
  private static func slots(from first: W, behind last: W, _ bits: UInt64) -> W {
    W.lesser((last >> W(known: bits)) &- (first >> W(known: bits)), W(known: TableCost<W>.most))
  }
  /// Two bytes lie in one slot.
  private static func isSame(_ one: W, _ other: W, _ bits: UInt64) -> W.Condition {
    (one >> W(known: bits)) .== (other >> W(known: bits))
  }
}

/// The slots of 2 MiB that a range begins or ends inside of: none, one or two.
private struct Ends<W: Word> {
  /// The slot of the first byte counts; that of the last byte.
  let hasFirst: W.Condition
  let hasLast: W.Condition
  /// Both are the same.
  let isOne: W.Condition

  init(first: W, end: W) {
    let inside = W(known: (1 << TableBits.level1) - 1)
    let bits = W(known: TableBits.level1)
    let begins = (first & inside) .!= 0
    let ends = (end & inside) .!= 0
    isOne = (first >> bits) .== ((end &- 1) >> bits)
    hasFirst = begins .| (ends .& isOne)
    hasLast = ends .| (begins .& isOne)
  }

  /// How many count; without the first where somebody else has counted it.
  func count(withoutFirst isShared: W.Condition) -> W {
    W.choose(hasFirst .& .!isShared, 1, 0) &+ W.choose(hasLast .& .!isOne, 1, 0)
  }
}

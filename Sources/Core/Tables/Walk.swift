// SPDX-License-Identifier: Apache-2.0
// For specifications: what a tree says of an address. What the processor does with it is written down twice more, from the
// manual: for the theorem "walkers-agree", which shows that it is the same, and in the simulator, whose tests compare again.

/// The way of an address through a tree.
public struct Walk<W: Word>: LoopState {
  /// What the tree says of the address: the entry that would map its page of 4 KiB so; 0 or `TableEntry.taken` where nothing does.
  public var meaning: W
  /// Whether there is a table at level 3, 2, 1 on the way: 1 or 0.
  public var has3: W
  public var has2: W
  public var has1: W
  /// These tables, pages of the pool.
  public var page3: W
  public var page2: W
  public var page1: W
  /// Nowhere.
  public static var nowhere: Walk {
    Walk(meaning: 0, has3: 0, has2: 0, has1: 0, page3: 0, page2: 0, page1: 0)
  }
  public func map(_ transform: (W) -> W) -> Walk<W> {
    Walk(
      meaning: transform(meaning), has3: transform(has3), has2: transform(has2), has1: transform(has1),
      page3: transform(page3), page2: transform(page2), page1: transform(page1))
  }

  /// What four entries say of `address`, each from the table that the one before names.
  public static func meaning(_ four: W, _ three: W, _ two: W, _ one: W, of address: W) -> W {
    let low = W.choose(
      two.isTable(.two), one.meaning(of: address, .one), two.meaning(of: address, .two))
    let middle = W.choose(three.isTable(.three), low, three.meaning(of: address, .three))
    return W.choose(four.isTable(.four), middle, four)
  }

  /// The table of the level on the way; the root is `root`.
  func page(_ level: TableLevel, root: W) -> W {
    switch level {
    case .four: root
    case .three: page3
    case .two: page2
    case .one: page1
    }
  }
  /// There is one.
  func has(_ level: TableLevel) -> W.Condition {
    switch level {
    case .four: W.Condition(known: true)
    case .three: has3 .== 1
    case .two: has2 .== 1
    case .one: has1 .== 1
    }
  }
  /// Every table of `before` is there still.
  func keeps(_ before: Walk<W>) -> W.Condition {
    ((before.has3 .== 1) ==> ((has3 .== 1) .& (page3 .== before.page3)))
      .& ((before.has2 .== 1) ==> ((has2 .== 1) .& (page2 .== before.page2)))
      .& ((before.has1 .== 1) ==> ((has1 .== 1) .& (page1 .== before.page1)))
  }
}

extension Word {
  /// The entry is for a table, at a level above the last.
  public func isTable(_ level: TableLevel) -> Condition {
    if level == .one { return Condition(known: false) }
    return hasAny(TableEntry.rights) .& .!has(TableEntry.large)
  }
  /// What an entry of the level, not for a table, says of `address`.
  func meaning(of address: Self, _ level: TableLevel) -> Self {
    let page = Self(known: TableEntry.address & ~(level.size &- 1))
    let inside = Self(known: (level.size &- 1) & TableEntry.address)
    let leaf = (self & page) | (address & inside) | (self & Self(known: TableEntry.low))
    return Self.choose(hasAny(TableEntry.rights), leaf, self)
  }
  /// Which slot of a table of the level `self`, an address, belongs to.
  public func slotNumber(_ level: TableLevel) -> Self {
    (self >> Self(known: level.bits)) & Self(known: TableEntry.slots &- 1)
  }
  /// The same bits from `bits` on.
  func agrees(with other: Self, from bits: UInt64) -> Condition {
    (self >> Self(known: bits)) .== (other >> Self(known: bits))
  }
}

extension Machine {
  /// The first host-physical page of the pool.
  var poolStart: W { read(.pool, W(known: PoolWord.start)) }
  /// The entry for a table.
  func entry(for page: W) -> W { ((page &+ poolStart) << 12) | W(known: TableEntry.rights) }
  /// The page of the pool that an entry for a table names.
  public func table(in entry: W) -> W { ((entry & W(known: TableEntry.address)) >> 12) &- poolStart }

  /// The way of `address` from `root` on, merged.
  public func walk(_ root: W, _ address: W) -> Walk<W> {
    let entry4 = slot(root, address.slotNumber(.four))
    let page3 = table(in: entry4)
    let entry3 = slot(page3, address.slotNumber(.three))
    let page2 = table(in: entry3)
    let entry2 = slot(page2, address.slotNumber(.two))
    let page1 = table(in: entry2)
    let entry1 = slot(page1, address.slotNumber(.one))
    let has3 = entry4.isTable(.four)
    let has2 = has3 .& entry3.isTable(.three)
    let has1 = has2 .& entry2.isTable(.two)
    let meaning = Walk.meaning(entry4, entry3, entry2, entry1, of: address)
    return Walk(
      meaning: meaning, has3: W.choose(has3, 1, 0), has2: W.choose(has2, 1, 0),
      has1: W.choose(has1, 1, 0), page3: page3, page2: page2, page1: page1)
  }
}

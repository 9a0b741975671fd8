// SPDX-License-Identifier: Apache-2.0
// Tables are typed. Promise: of a tree that exists, every slot is empty, taken, a page where the level allows one, or names a
// table of the same tree, one level below, which maps exactly what the slot maps. (P3: right level, one parent, one owner.)
//
// This holds of every slot at every moment. The symbolic machine takes it for granted of each slot that is read, and shows it of
// each slot that is set; and wherever that changes which it depends on, it shows it of one arbitrary slot.

extension Machine {
  /// The word in a slot is what may stand there.
  public func isTyped(_ page: W, _ index: W, _ value: W) -> W.Condition {
    let tree = read(.pageTree, page)
    let level = read(.pageLevel, page)
    let exists =
      (page .< capacity(.pageTree)) .& (index .< W(known: TableEntry.slots)) .& (tree .!= 0)
      .& isTree(tree &- 1)
    let hasLevel = (W(known: 1) .<= level) .& (level .<= 4)
    let isNothing = (value .== 0) .| (value .== W(known: TableEntry.taken))
    let isPlain =
      (value & W(known: ~(TableEntry.address | TableEntry.low | TableEntry.large))) .== 0
    let isLarge = value.has(TableEntry.large)
    let isPage =
      value.hasAny(TableEntry.rights) .& isPlain
      .& W.Condition.choose(level .== 1, .!isLarge, isLarge .& (level .!= 4))
      .& isAligned(value, level) .& isConfigured(value, level)
    let child = table(in: value)
    let isTable =
      (value .== entry(for: child)) .& (child .< capacity(.pageTree)) .& (level .!= 1)
      .& (read(.pageTree, child) .== tree) .& (read(.pageLevel, child) .== (level &- 1))
      .& (read(.pagePrefix, child) .== ((read(.pagePrefix, page) << 9) | index))
    return exists ==> (hasLevel .& (isNothing .| isPage .| isTable))
  }

  /// There is a tree of this number.
  func isTree(_ tree: W) -> W.Condition {
    (tree .< capacity(.treeRoot)) .& (read(.treeRoot, tree) .!= 0)
  }

  /// The processor takes the page's entry for what it is: it has pages of this size, with these rights, of this memory type.
  /// SDM vol. 3C, 29.3.3.1.
  private func isConfigured(_ value: W, _ level: W) -> W.Condition {
    let hasHuge = read(.pool, W(known: PoolWord.hugePages)) .== 1
    return isPossible(value) .& ((level .== 3) ==> hasHuge)
  }
  /// A page can have these rights, and is write-back memory.
  func isPossible(_ low: W) -> W.Condition {
    let type = low & W(known: TableEntry.low & ~TableEntry.rights)
    return mayHave(low) .& (type .== W(known: TableEntry.writeBack))
  }
  /// The processor has pages of these rights: none that can be written and not read.
  func mayHave(_ rights: W) -> W.Condition {
    let mayOnlyExecute = read(.pool, W(known: PoolWord.executeOnly)) .== 1
    return ((rights & 3) .!= 2) .& (((rights & 7) .!= 4) .| mayOnlyExecute)
  }

  /// A page lies at a multiple of its size.
  private func isAligned(_ value: W, _ level: W) -> W.Condition {
    func isClear(_ level: TableLevel) -> W.Condition {
      (value & W(known: (level.size &- 1) & TableEntry.address)) .== 0
    }
    return ((level .== 2) ==> isClear(.two)) .& ((level .== 3) ==> isClear(.three))
  }
}

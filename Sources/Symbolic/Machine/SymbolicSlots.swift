// SPDX-License-Identifier: Apache-2.0
// The pages of the pool: typed memory. Every slot of every page is, at every moment, what `Machine.isTyped` allows.
//
// - Whatever slot is read is taken to be typed; whatever slot is set is shown to be.
// - Whether a slot is typed depends on further tables (whose page it is, at which level, whether its tree exists). Each write to one of those
//   carries a stability obligation: one arbitrary slot, the ghost's, is typed before and so has to be after.
// - So at the first moment all slots are typed, and each step keeps all of them so: by induction over the steps of all CPUs, no
//   slot that anybody reads is otherwise. The first moment is that of a cleared pool without trees, of which `isTyped` asks nothing.

import Core

/// The slots of all pages: an unknown function of page and index, and what was done since.
struct SymbolicSlots {
  /// One thing that was done.
  enum Change {
    case set(page: SymbolicWord, index: SymbolicWord, value: SymbolicWord)
    case cleared(page: SymbolicWord)
    /// All that is not kept.
    case forgotten(by: Function, keeping: Kept)
  }
  /// Before the changes.
  var content: Function
  /// Changes, oldest first.
  var changes: [Change] = []

  /// The word in a slot, merged over the changes.
  func read(_ page: SymbolicWord, _ index: SymbolicWord, in context: Z3Context) -> SymbolicWord {
    var result = SymbolicWord(content(page.term(in: context), index.term(in: context)))
    for change in changes {
      switch change {
      case .set(let at, let slot, let value):
        result = SymbolicWord.choose((at .== page) .& (slot .== index), value, result)
      case .cleared(let at): result = SymbolicWord.choose(at .== page, 0, result)
      case .forgotten(let function, let kept):
        let now = SymbolicWord(function(page.term(in: context), index.term(in: context)))
        result = SymbolicWord.choose(kept.isKept(page, in: context), result, now)
      }
    }
    return result
  }
}

extension SymbolicMachine {
  private func mustExist(_ page: SymbolicWord, _ index: SymbolicWord) {
    mustBeReal([page, index], "a slot")
    explorer.mustNotTrap(page .< capacity(.pageTree), "a page of the pool")
    explorer.mustNotTrap(index .< SymbolicWord(known: TableEntry.slots), "a slot of a page")
  }

  public func slot(_ page: SymbolicWord, _ index: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    if explorer.specification == 0 { mustExist(page, index) }
    let value = slots.read(page, index, in: explorer.context)
    let isTyped = explorer.specifying { self.isTyped(page, index, value) }
    if typed.insert(isTyped.term(in: explorer.context)).inserted { explorer.assume(isTyped) }
    return value
  }

  public func setSlot(_ page: SymbolicWord, _ index: SymbolicWord, _ value: SymbolicWord) {
    if explorer.isCut { return }
    explorer.mustBeCode("setSlot")
    mustExist(page, index)
    mustBeReal([value], "a slot's word")
    mayChangeSlots()
    pageMayBeBuilt(page)
    explorer.prove("a slot that is set is typed", explorer.specifying { isTyped(page, index, value) })
    slots.changes.append(.set(page: page, index: index, value: value))
  }

  public func clearPage(_ page: SymbolicWord) {
    if explorer.isCut { return }
    explorer.mustBeCode("clearPage")
    mustExist(page, 0)
    mayChangeSlots()
    pageMayBeBuilt(page)
    let index = arbitrary(Ghost.slot)
    explorer.prove("a slot that is cleared is typed", explorer.specifying { isTyped(page, index, 0) })
    slots.changes.append(.cleared(page: page))
  }

  private func mayChangeSlots() {
    isAbstract = true  // The replay on the simulator knows no pool.
    noteChange()
    mustBeFramed(.slots, "changed slots")
  }

  /// Whether it depends on this word which slots are typed.
  func decidesTypes(_ table: Table, _ index: SymbolicWord) -> Bool {
    switch table {
    case .pageTree, .pageLevel, .pagePrefix, .treeRoot: true
    case .pool: index.number != PoolWord.rootTree
    default: false
    }
  }

  /// That one arbitrary slot is typed now.
  func typeOfArbitrarySlot() -> SymbolicTruth {
    let (page, index) = (arbitrary(Ghost.page), arbitrary(Ghost.slot))
    return explorer.specifying {
      isTyped(page, index, slots.read(page, index, in: explorer.context))
    }
  }

  /// Shows that it is typed still.
  func mustStayTyped(since before: SymbolicTruth, _ what: String) {
    explorer.assume(before)
    explorer.prove("slots stay typed: \(what)", typeOfArbitrarySlot())
  }
}

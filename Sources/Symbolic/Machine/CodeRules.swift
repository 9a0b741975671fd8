// SPDX-License-Identifier: Apache-2.0
// What code may not do, though the compiler lets it: act by a ghost, read a witness, write a witness as if it were a
// table. And what a specification may not do: change anything, or look at foreign memory.

import Core

extension SymbolicMachine {
  /// Fails where one of the words depends on a ghost.
  public func mustBeReal(_ words: [SymbolicWord], _ what: String) {
    for word in words {
      if case .term(let term) = word.value { explorer.mustNotDependOnGhosts(term, what) }
    }
  }

  func mayRead(_ table: Table, _ index: SymbolicWord) {
    if explorer.specification > 0 { return }
    mustBeReal([index], "an index of \(table)")
    if TableSet.witnesses.includes(table) {
      explorer.fail("witness", "code read \(table), which only specifications may")
    }
  }

  func mayWrite(_ table: Table, _ index: SymbolicWord, _ value: SymbolicWord) {
    explorer.mustBeCode("write")
    mustBeReal([index, value], "a write to \(table)")
    if TableSet.witnesses.includes(table) {
      explorer.fail("witness", "code wrote \(table), which is a witness")
    }
  }

  func mayWitness(_ table: Table) {
    explorer.mustBeCode("witness")
    if !TableSet.witnesses.includes(table) {
      explorer.fail("witness", "\(table) was noted as a witness, but code acts by it")
    }
  }

  /// A word that somebody else may change at any time: another unknown at every look.
  func foreignWord(_ kind: String, _ cell: SymbolicWord) -> SymbolicWord {
    explorer.mustBeCode("a look at foreign memory")
    mustBeReal([cell], "a look at foreign memory")
    let name = explorer.freshName(Self.foreignName(kind, in: explorer.trail))
    let value = foreign(name, cell, iteration)
    touched.append(.word(kind, cell: cell, value: value))
    return value
  }

  /// Each look at foreign memory that the code makes is a function of its own, of the cell and the iteration that look:
  /// two looks are never the same value, and a specification can speak of what iteration `i` saw.
  public func foreign(_ name: String, _ cell: SymbolicWord, _ iteration: SymbolicWord) -> SymbolicWord {
    let (context, word) = (explorer.context, explorer.context.bits(64))
    return SymbolicWord(
      context.function(name, [word, word], word)(cell.term(in: context), iteration.term(in: context)))
  }

  /// The stem of the name of the looks at `kind` that are made inside the loops `trail`.
  public static func foreignName(_ kind: String, in trail: [String]) -> String {
    "foreign_\(kind)@" + trail.joined(separator: ">")
  }

  /// Fails where a body has changed what its state's `map` leaves alone.
  func mustFit<S: LoopState>(_ mold: Mold, _ state: S, _ what: String) where S.W == SymbolicWord {
    if explorer.isCut { return }
    if !mold.fits(state, in: explorer.context) {
      explorer.fail("state", "\(what) changed something that the map of \(S.self) leaves alone")
    }
  }
}

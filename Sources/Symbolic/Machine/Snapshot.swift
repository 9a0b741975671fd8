// SPDX-License-Identifier: Apache-2.0
// The tables as they were at one moment, for specifications that compare before and after.

import Core

/// The symbolic machine's tables at one moment.
public struct Snapshot: Sendable {
  let tables: [SymbolicTable]
  let context: Z3Context

  /// A word of a table at that moment.
  public func read(_ table: Table, _ index: SymbolicWord) -> SymbolicWord {
    tables[Int(table.rawValue)].read(index, in: context)
  }
}

extension SymbolicMachine {
  /// The tables now.
  public var snapshot: Snapshot { Snapshot(tables: tables, context: explorer.context) }

  /// Whether a table is, slot for slot, what it was: an obligation at one arbitrary index.
  public func isUnchanged(_ table: Table, since before: Snapshot) -> SymbolicTruth {
    let index = SymbolicWord(explorer.context.constant("any_index", explorer.context.bits(64)))
    return peek(table, index) .== before.read(table, index)
  }
}

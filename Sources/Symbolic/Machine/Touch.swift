// SPDX-License-Identifier: Apache-2.0
// What code looked at on a path, for the replay on the simulator.

import Core

/// A read of something unknown.
public enum Touch: Sendable {
  /// A word of a table as it was when the path began.
  case table(Table, index: SymbolicWord, value: SymbolicWord)
  /// Bytes of a holder; filled so many times before.
  case bytes(Holder, copy: Int, offset: SymbolicWord, width: UInt64, value: SymbolicWord)
  /// A foreign word.
  case word(String, cell: SymbolicWord, value: SymbolicWord)
}

// SPDX-License-Identifier: Apache-2.0
// What code looked at on a path, for the replay on the simulator.

import Core

/// A read of something unknown.
public enum Touch: Sendable {
  /// A word of a table as it was when the path began.
  case table(Table, index: SymbolicWord, value: SymbolicWord)
  /// Bytes of a private copy of `size` bytes; the holder was filled `copy` times before on this path.
  case bytes(
    Holder, copy: Int, size: SymbolicWord, offset: SymbolicWord, width: UInt64, value: SymbolicWord)
  /// A copy of foreign memory, and whether it could be made.
  case copy(Holder, address: SymbolicWord, size: SymbolicWord, isReadable: Bool)
  /// A foreign word.
  case word(String, cell: SymbolicWord, value: SymbolicWord)
}

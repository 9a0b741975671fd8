// SPDX-License-Identifier: Apache-2.0
// The core's tables. Promise: an index that is not below the table's capacity traps.

import Core

extension Silicon {
  /// Where the header says of a table where it begins; the word behind says how many words it has.
  @inline(__always) private func entry(_ table: Table) -> Int { Header.table &+ 2 &* Int(table.rawValue) }

  /// The word of a table, after the check.
  @inline(__always) private func slot(_ table: Table, _ index: UInt64) -> UnsafeMutablePointer<UInt64> {
    precondition(index < capacity(table), "an index outside its table")
    return words + Int(truncatingIfNeeded: words[entry(table)] &+ index)
  }

  @inline(__always) public func read(_ table: Table, _ index: UInt64) -> UInt64 { slot(table, index).pointee }

  @inline(__always) public func write(_ table: Table, _ index: UInt64, _ value: UInt64) {
    slot(table, index).pointee = value
  }

  @inline(__always) public func capacity(_ table: Table) -> UInt64 { words[entry(table) &+ 1] }

  /// Exchanges where the columns of the two generations begin. Both have the same capacities.
  @inline(__always) public func flip() {
    let columns = Int(Table.nextBase.rawValue)
    for column in 0..<columns {
      let current = Header.table &+ 2 &* column
      let next = current &+ 2 &* columns
      (words[current], words[next]) = (words[next], words[current])
    }
  }

  /// Offset of a table's word in the area, bytes, after the check.
  @inline(__always) func offset(_ table: Table, _ index: UInt64) -> UInt64 {
    precondition(index < capacity(table), "an index outside its table")
    return (words[entry(table)] &+ index) &* 8
  }
}

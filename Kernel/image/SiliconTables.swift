// SPDX-License-Identifier: Apache-2.0
// The core's tables. Promise: an index that is not below the table's capacity traps.

import CSilicon
import Core

extension Silicon {
  /// Where a table begins. Of a table that is named where it is used the compiler finds out what can be known of it: the small ones
  /// stand in the header.
  @inline(__always) private func column(_ table: Table) -> UnsafeMutablePointer<UInt64> {
    if isKnown(table), let place = Header.place(table) { return words + place }
    return UnsafeRawPointer(words + (Header.column &+ Int(table.rawValue)))
      .load(as: UnsafeMutablePointer<UInt64>.self)
  }

  @inline(__always) private func isKnown(_ table: Table) -> Bool {
    silicon_is_known(UInt32(table.rawValue)) != 0
  }

  /// The word of a table, after the check.
  @inline(__always) private func slot(_ table: Table, _ index: UInt64) -> UnsafeMutablePointer<UInt64> {
    precondition(index < capacity(table), "an index outside its table")
    return column(table) + Int(truncatingIfNeeded: index)
  }

  @inline(__always) public func read(_ table: Table, _ index: UInt64) -> UInt64 { slot(table, index).pointee }

  @inline(__always) public func write(_ table: Table, _ index: UInt64, _ value: UInt64) {
    slot(table, index).pointee = value
  }

  @inline(__always) public func capacity(_ table: Table) -> UInt64 {
    if isKnown(table) {
      let size = TableSize(of: table)
      if size.isFor(.all) { return size.words }
      if size.words == 1 {
        if size.isFor(.rows) { return words[Header.rows] }
        if size.isFor(.cells) { return words[Header.cells] }
        return words[size.isFor(.cpus) ? Header.cpus : Header.poolPages]
      }
    }
    return UInt64(capacities[Int(table.rawValue)])
  }

  /// Of each table how many words it has, by `Table.rawValue`.
  @inline(__always) var capacities: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(words + Header.capacity).assumingMemoryBound(to: UInt32.self)
  }

  /// Says where a table begins, bytes from the area's start, and how many words it has.
  func put(_ table: Table, at start: UInt64, _ count: UInt64) {
    let first = words + Int(truncatingIfNeeded: start / 8)
    words[Header.column &+ Int(table.rawValue)] = UInt64(UInt(bitPattern: first))
    capacities[Int(table.rawValue)] = UInt32(truncatingIfNeeded: count)
  }
  /// Offset of a table's beginning in the area, bytes.
  func start(_ table: Table) -> UInt64 {
    let place = UInt(truncatingIfNeeded: words[Header.column &+ Int(table.rawValue)])
    return UInt64(place &- UInt(bitPattern: words))
  }

  /// Exchanges where the columns of the two generations begin. Both have the same capacities.
  @inline(__always) public func flip() {
    let columns = Int(Table.nextBase.rawValue)
    for column in 0..<columns {
      let current = Header.column &+ column
      let next = current &+ columns
      (words[current], words[next]) = (words[next], words[current])
    }
  }

  /// Offset of a table's word in the area, bytes, after the check.
  @inline(__always) func offset(_ table: Table, _ index: UInt64) -> UInt64 {
    UInt64(UInt(bitPattern: slot(table, index)) &- UInt(bitPattern: words))
  }
}

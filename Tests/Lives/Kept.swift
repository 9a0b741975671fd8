// SPDX-License-Identifier: Apache-2.0
// Everything of the core's state that a refusal must leave alone.

import Core
import Simulator

/// A copy of what the core acts by.
struct Kept: Equatable {
  private let columns: [[UInt64]]

  private static let tables: [Table] = [
    .currentBase, .currentEnd, .currentOwner, .currentMarks, .currentGuest, .phase, .cellFlags, .name0,
    .name1,
    .name2, .name3, .loaded, .occupant, .registers, .pool,
  ]

  init(_ machine: Simulator<UInt64>) {
    columns = Self.tables.map { table in
      (0..<machine.capacity(table)).map { machine.read(table, $0) }
    }
  }

  /// The tables that are not what they were.
  func changes(since before: Kept) -> [Table] {
    Self.tables.indices.filter { columns[$0] != before.columns[$0] }.map { Self.tables[$0] }
  }
}

// SPDX-License-Identifier: Apache-2.0
// What a refused request must leave alone, and what must be again when a cell is gone.

import Core
import Simulator

/// What the core acts by.
public struct BedKept: Equatable {
  private let ledger: [LedgerRow]
  private let columns: [[UInt64]]
  /// Pages of trees in force, with what stands in them.
  private let pages: [UInt64: [UInt64]]

  private static let tables: [Table] = [
    .registers, .phase, .cellFlags, .name0, .name1, .name2, .name3, .loaded, .resetAddress, .replyTimeout,
    .cellConsole, .occupant, .launch, .leaving,
  ]

  /// `slots`: of the trees, too.
  public init(_ machine: Simulator<UInt64>, slots: Bool) {
    ledger = machine.ledger()
    columns = Self.tables.map { table in (0..<machine.capacity(table)).map { machine.read(table, $0) } }
    var pages: [UInt64: [UInt64]] = [:]
    for page in 0..<machine.capacity(.pageTree) where slots {
      let tree = machine.read(.pageTree, page)
      if tree == 0 || !machine.isInForce(tree - 1) { continue }
      pages[page] = (0..<TableEntry.slots).map { machine.slot(page, $0) }
    }
    self.pages = pages
  }

  /// What is not as it was, in words; nil where all is.
  public func change(since before: BedKept) -> String? {
    if ledger != before.ledger { return "the ledger" }
    if let index = columns.indices.first(where: { columns[$0] != before.columns[$0] }) {
      return "\(Self.tables[index])"
    }
    return pages == before.pages ? nil : "pages of tables in force"
  }

  /// The same where a cell has been, and is gone: what its columns hold is nobody's, and root's tables may stand on other pages.
  public func change(sinceOthersThan gone: UInt64, _ before: BedKept) -> String? {
    if ledger != before.ledger { return "the ledger" }
    let index = columns.indices.first { isOther(columns[$0], before.columns[$0], Self.tables[$0], gone) }
    return index.map { "\(Self.tables[$0])" }
  }
  private func isOther(_ one: [UInt64], _ other: [UInt64], _ table: Table, _ gone: UInt64) -> Bool {
    switch table {
    // How often a CPU has begun anew.
    case .launch: false
    case .registers, .phase, .occupant, .leaving: one != other
    default:
      one.indices.contains { one[$0] != other[$0] && UInt64($0 * BedSize.cells / one.count) != gone }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// What a processor finds in the tables in force, against what the ledger says, page by page. The walker is written from the manual; the
// ledger is read row by row: neither uses the core's own specification.

import Core
import Simulator

/// The tables of one machine.
struct TablesInForce {
  let machine: Simulator<UInt64>
  private let rows: [LedgerRow]

  init(_ machine: Simulator<UInt64>) {
    self.machine = machine
    rows = machine.ledger()
  }

  /// Where the tables of a living cell say something else than the ledger, in words.
  func difference() -> String? {
    guard machine.options.pages > 0, machine.read(.registers, Register.enabled) == 1 else { return nil }
    for cell in 0..<UInt64(machine.options.cells) where machine.phase(of: cell) != Phase.absent {
      guard let root = machine.tableRoot(of: cell) else { return "cell \(cell) lives and has no tables" }
      for page in pages(of: cell) {
        if let text = difference(cell, root, page) { return text }
      }
    }
    return nil
  }

  /// The pages at which something begins, ends, or lies beside that; and a few where nothing is.
  private func pages(of cell: UInt64) -> [UInt64] {
    var pages: Set<UInt64> = [0, 0xffff_ffff_f000, 0x7f_ffff_f000, 0x1234_5000]
    for row in rows where row.base >> 60 == 0 {
      for edge in [row.guest, row.guest &+ (row.end - row.base), row.base, row.end] {
        for page in [edge &- 0x1000, edge, edge &+ 0x1000] where page < 1 << 48 {
          pages.insert(page & ~0xfff)
        }
      }
    }
    return pages.sorted()
  }

  private func difference(_ cell: UInt64, _ root: UInt64, _ page: UInt64) -> String? {
    var walker = EPTWalker(read: machine.poolWord)
    walker.hasExecuteOnly = machine.read(.pool, PoolWord.executeOnly) == 1
    walker.hasHugePages = machine.read(.pool, PoolWord.hugePages) == 1
    let found = walker.walk(root: root, to: page)
    let place = "cell \(cell), guest-physical 0x\(String(page, radix: 16))"
    guard let (host, rights) = due(cell, page) else {
      return found == .violation ? nil : "\(place): the ledger grants nothing, the tables say \(found)"
    }
    guard case .mapped(host, rights, _, 6, false) = found else {
      return
        "\(place): the ledger grants 0x\(String(host, radix: 16)), rights \(rights); the tables say \(found)"
    }
    return nil
  }

  /// What the ledger grants a cell at a page.
  private func due(_ cell: UInt64, _ page: UInt64) -> (host: UInt64, rights: UInt64)? {
    let own = rows.first { row in
      row.owner == cell && row.base >> 60 == 0 && row.marks & Marks.mapped != 0 && row.marks & 7 != 0
        && (row.base | row.end | row.guest) & 0xfff == 0 && row.guest <= page
        && page < row.guest + (row.end - row.base)
    }
    guard let own else { return nil }
    let host = own.base + (page - own.guest)
    let isTaken =
      cell == 0
      && rows.contains { row in
        let isOpen =
          row.marks & Marks.loadable != 0 && row.owner < UInt64(machine.options.cells)
          && machine.phase(of: row.owner) == Phase.loadable
        return row.owner != 0 && row.base >> 60 == 0 && row.base < row.end && !isOpen
          && row.marks & Marks.keepsRoot == 0 && row.base < host + 0x1000 && host < row.end
      }
    return isTaken ? nil : (host, own.marks & 7)
  }
}

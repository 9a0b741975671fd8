// SPDX-License-Identifier: Apache-2.0
// How the memory area is laid out. Promise: `lay` either refuses, or every table, copy and page lies inside the area and
// no two of them overlap.
//
//     page 0           header (`Header`), the same page the write-back ranges (`SiliconForeign`)
//     then             communication pages, one a cell
//     then             private copy of a cell configuration, then of the system configuration
//     then             tables, one behind the other, in the order of `Table`
//     then             pages of the pool, from which page tables are built

import Core

/// Words of the area's first page, as indices of words.
enum Header {
  /// Rows of the ledger, cells (root included), CPUs.
  static var rows: Int { 0 }
  static var cells: Int { 1 }
  /// Where the private copy of the system configuration ends and the tables begin, bytes from the area's start.
  static var tables: Int { 2 }
  /// How many write-back ranges there are.
  static var ranges: Int { 3 }
  /// Where the pages of the pool begin, bytes from the area's start; how many there are.
  static var pool: Int { 6 }
  static var poolPages: Int { 7 }
  /// How many bytes each holder holds, by `Holder.rawValue`.
  static var held: Int { 4 }
  /// Of each table, by `Table.rawValue`: first word (index of words), then how many words.
  static var table: Int { 8 }
  /// Virtual address of the communication pages; 0: in the area.
  static var communication: Int { 124 }
  /// Of each write-back range: host-physical start, end (exclusive), virtual address of the start; bytes.
  static var range: Int { 128 }
}

/// What an area is laid out for.
struct Area {
  /// Rows of the ledger.
  let rows: UInt64
  /// Cells, root included.
  let cells: UInt64
  /// Room for the system configuration, bytes.
  let systemBytes: UInt64
  /// Pages of the pool.
  var pages: UInt64 = 0
  /// Where the area lies, host-physical; on a page boundary.
  var physical: UInt64 = 0
  /// CPUs that there is room for.
  var cpus: UInt64 = Self.mostCPUs

  /// Largest capacities; with these no sum below can wrap.
  static var mostRows: UInt64 { 1 << 20 }
  static var mostCells: UInt64 { 1 << 12 }
  static var mostPages: UInt64 { 1 << 24 }
  static var mostCPUs: UInt64 { 1 << 10 }
  /// Tables that the header has room for.
  static var mostTables: UInt64 { 58 }
  /// Write-back ranges that the header has room for.
  static var mostRanges: UInt64 { 128 }

  /// True where nothing is too large.
  var isPossible: Bool {
    (1...Self.mostRows).contains(rows) && (1...Self.mostCells).contains(cells)
      && systemBytes <= Limit.systemConfig && pages <= Self.mostPages
      && physical < Limit.physical && physical & 0xfff == 0 && (1...Self.mostCPUs).contains(cpus)
  }
  /// Offset of the cells' communication pages, bytes.
  static var communication: UInt64 { Limit.page }
  /// Offset of the private copy of a cell configuration, bytes.
  static func cellCopy(cells: UInt64) -> UInt64 { communication &+ cells &* Limit.page }
  /// Offset of the private copy of the system configuration, bytes.
  static func systemCopy(cells: UInt64) -> UInt64 { cellCopy(cells: cells) &+ Limit.cellConfig }
  /// Offset of the first table, bytes.
  var tables: UInt64 { Self.systemCopy(cells: cells) &+ ((systemBytes &+ 7) & ~7) }

  /// How many words a table has. Witnesses have none: nothing on silicon reads or writes them.
  func words(_ table: Table) -> UInt64 {
    switch table {
    case .order: rows &* 2
    case .phase, .cellFlags, .name0, .name1, .name2, .name3, .loaded, .resetAddress, .replyTimeout, .talk:
      cells
    case .communication: 1
    case .platform: PlatformWord.count
    case .cellConsole: cells &* ConsoleWord.count
    case .redirection: PinLimit.words
    case .chipIndex: cells &* PinLimit.chips
    case .configAddress: cells
    case .ports: cells &* PortBitmap.words
    case .msrBits: MSRBitmap.words
    case .registers: Register.count
    case .occupant, .standing, .launch, .interruptID, .leaving: cpus
    case .pageTree, .pageNext: pages
    case .treeRoot: cells &* 2
    case .pool: PoolWord.count
    case .firstFree: 1
    case .place, .protectedPlace, .home, .currentSource, .nextSource, .pageLevel, .pagePrefix, .mappedBy,
      .builtTree, .stood:
      0
    default: rows
    }
  }

  /// Where a table begins that could begin at `offset`, bytes. The bitmaps are pages, of which the processor is told.
  static func start(of table: Table, _ offset: UInt64) -> UInt64 {
    table == .ports ? (offset &+ 0xfff) & ~0xfff : offset
  }
  /// Offset of the pages of the pool, bytes.
  var pool: UInt64 {
    var sum = tables
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      sum = Self.start(of: table, sum) &+ words(table) &* 8
      raw &+= 1
    }
    return (sum &+ 0xfff) & ~0xfff
  }
  /// Bytes that an area needs.
  var bytes: UInt64 { pool &+ pages &* Limit.page }
}

extension Silicon {
  /// Lays out `bytes` bytes at `address` (virtual, on a page boundary) and clears them. False where the area is too small or
  /// a capacity out of range; the area is untouched then.
  static func lay(_ area: Area, at address: UnsafeMutableRawPointer, bytes: UInt64) -> Bool {
    guard area.isPossible, UInt(bitPattern: address) & 0xfff == 0, area.bytes <= bytes else { return false }
    let machine = Silicon(laidOut: address)
    machine.clear(address, area.bytes)
    machine.words[Header.rows] = area.rows
    machine.words[Header.cells] = area.cells
    machine.words[Header.tables] = area.tables
    var next = area.tables / 8
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      precondition(UInt64(raw) < Area.mostTables)
      let entry = Header.table &+ 2 &* Int(raw)
      next = Area.start(of: table, next &* 8) / 8
      machine.words[entry] = next
      machine.words[entry &+ 1] = area.words(table)
      next &+= area.words(table)
      raw &+= 1
    }
    machine.words[Header.pool] = area.pool
    machine.words[Header.poolPages] = area.pages
    machine.write(.pool, PoolWord.start, (area.physical &+ area.pool) >> 12)
    var page: UInt64 = 0
    while page < area.pages {
      machine.write(.pageNext, page, page &+ 1)
      page &+= 1
    }
    return true
  }
}

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
  /// Rows of the ledger, cells (root included), CPUs, pages of the pool.
  static var rows: Int { 0 }
  static var cells: Int { 1 }
  static var cpus: Int { 2 }
  static var poolPages: Int { 3 }
  /// Where a table stands that is so small that it stands here; nil for the others.
  static func place(_ table: Table) -> Int? {
    switch table {
    case .registers: 4
    case .firstFree: 15
    case .pool: 16
    case .platform: 20
    case .communication: 25
    default: nil
    }
  }
  /// Where the private copy of the system configuration ends and the tables begin, bytes from the area's start.
  static var tables: Int { 26 }
  /// How many write-back ranges there are.
  static var ranges: Int { 27 }
  /// Where the pages of the pool begin, bytes from the area's start.
  static var pool: Int { 28 }
  /// How many bytes each holder holds, by `Holder.rawValue`.
  static var held: Int { 29 }
  /// Virtual address of the communication pages; 0: in the area.
  static var communication: Int { 31 }
  /// Of each table, by `Table.rawValue`: the virtual address of its first word.
  static var column: Int { 32 }
  /// Of each table: how many words it has, 32 bits each.
  static var capacity: Int { 90 }
  /// Of each write-back range: host-physical start, end (exclusive), virtual address of the start; bytes.
  static var range: Int { 128 }
}

/// What a table's capacity is made of.
enum TableSize {
  /// So many words for each row, each cell.
  case rows(UInt64), cells(UInt64)
  /// One word for each CPU, each page of the pool.
  case cpus, pages
  /// So many words, whatever there is.
  case fixed(UInt64)

  /// How large a table is. Witnesses have no words: nothing on silicon reads or writes them.
  @inline(__always) init(of table: Table) {
    self =
      switch table {
      case .order: .rows(2)
      case .phase, .cellFlags, .name0, .name1, .name2, .name3, .loaded, .resetAddress, .replyTimeout, .talk,
        .configAddress:
        .cells(1)
      case .communication: .fixed(1)
      case .platform: .fixed(PlatformWord.count)
      case .cellConsole: .cells(ConsoleWord.count)
      case .redirection: .fixed(PinLimit.words)
      case .chipIndex: .cells(PinLimit.chips)
      case .notes: .fixed(Notes.words)
      case .ports: .cells(PortBitmap.words)
      case .msrBits: .fixed(MSRBitmap.words)
      case .registers: .fixed(Register.count)
      case .occupant, .standing, .launch, .interruptID, .leaving: .cpus
      case .pageTree, .pageNext: .pages
      case .treeRoot: .cells(2)
      case .pool: .fixed(PoolWord.count)
      case .firstFree: .fixed(1)
      case .place, .protectedPlace, .home, .currentSource, .nextSource, .pageLevel, .pagePrefix, .mappedBy,
        .builtTree, .stood:
        .fixed(0)
      default: .rows(1)
      }
  }
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

  /// How many words a table has.
  func words(_ table: Table) -> UInt64 {
    switch TableSize(of: table) {
    case .rows(let each): rows &* each
    case .cells(let each): cells &* each
    case .cpus: cpus
    case .pages: pages
    case .fixed(let words): words
    }
  }
  /// How many of them stand among the tables, and not in the header.
  private func wordsOutside(_ table: Table) -> UInt64 { Header.place(table) == nil ? words(table) : 0 }

  /// Where a table begins that could begin at `offset`, bytes. The bitmaps are pages, of which the processor is told.
  static func start(of table: Table, _ offset: UInt64) -> UInt64 {
    table == .ports ? (offset &+ 0xfff) & ~0xfff : offset
  }
  /// Calls with each table and where it begins, bytes from the area's start; returns where the last one ends.
  @inline(never) func each(_ body: (Table, UInt64) -> Void) -> UInt64 {
    var sum = tables
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      sum = Self.start(of: table, sum)
      body(table, Header.place(table).map { UInt64($0) &* 8 } ?? sum)
      sum &+= wordsOutside(table) &* 8
      raw &+= 1
    }
    return sum
  }
  /// Offset of the pages of the pool, bytes.
  var pool: UInt64 { (each { _, _ in } &+ 0xfff) & ~0xfff }
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
    machine.words[Header.cpus] = area.cpus
    machine.words[Header.tables] = area.tables
    _ = area.each { table, start in
      precondition(UInt64(table.rawValue) < Area.mostTables)
      machine.put(table, at: machine.words + Int(truncatingIfNeeded: start / 8))
      machine.capacities[Int(table.rawValue)] = UInt32(truncatingIfNeeded: area.words(table))
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

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

/// What a table's capacity is made of: so many words, for each row, for each cell, for each CPU, for each page of the pool, or in all.
struct TableSize {
  enum Kind: UInt16 { case rows, cells, cpus, pages, all }
  /// The kind in bits 15:12, the words below. (A number, so that a list of all of them is small.)
  private let packed: UInt16
  private init(_ words: UInt64, _ kind: Kind) { packed = kind.rawValue << 12 | UInt16(words) }
  var words: UInt64 { UInt64(packed & 0xfff) }
  /// So it is of that kind.
  func isFor(_ kind: Kind) -> Bool { packed >> 12 == kind.rawValue }

  /// How large a table is. Witnesses have no words: nothing on silicon reads or writes them.
  init(of table: Table) {
    self =
      switch table {
      case .order: Self(2, .rows)
      case .phase, .cellFlags, .name0, .name1, .name2, .name3, .loaded, .resetAddress, .replyTimeout, .talk,
        .configAddress:
        Self(1, .cells)
      case .communication: Self(1, .all)
      case .platform: Self(PlatformWord.count, .all)
      case .cellConsole: Self(ConsoleWord.count, .cells)
      case .redirection: Self(PinLimit.words, .all)
      case .chipIndex: Self(PinLimit.chips, .cells)
      case .notes: Self(Notes.words, .all)
      case .ports: Self(PortBitmap.words, .cells)
      case .msrBits: Self(MSRBitmap.words, .all)
      case .registers: Self(Register.count, .all)
      case .occupant, .standing, .launch, .interruptID, .leaving: Self(1, .cpus)
      case .pageTree, .pageNext: Self(1, .pages)
      case .treeRoot: Self(2, .cells)
      case .pool: Self(PoolWord.count, .all)
      case .firstFree: Self(1, .all)
      case .place, .protectedPlace, .home, .currentSource, .nextSource, .pageLevel, .pagePrefix, .mappedBy,
        .builtTree, .stood:
        Self(0, .all)
      default: Self(1, .rows)
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
  private func words(_ table: Table) -> UInt64 {
    let size = TableSize(of: table)
    let count =
      size.isFor(.rows)
      ? rows : size.isFor(.cells) ? cells : size.isFor(.cpus) ? cpus : size.isFor(.pages) ? pages : 1
    return size.words &* count
  }

  /// Where a table begins that could begin at `offset`, bytes. The bitmaps are pages, of which the processor is told.
  static func start(of table: Table, _ offset: UInt64) -> UInt64 {
    table == .ports ? (offset &+ 0xfff) & ~0xfff : offset
  }
  /// Goes through the tables; returns where the last one ends, bytes from the area's start. Where a machine is given, its header is told
  /// of each.
  @inline(never) func walk(_ machine: Silicon?) -> UInt64 {
    var sum = tables
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      precondition(UInt64(raw) < Area.mostTables)
      sum = Self.start(of: table, sum)
      let words = words(table)
      let place = Header.place(table)
      machine?.put(table, at: place.map { UInt64($0) &* 8 } ?? sum, words)
      if place == nil { sum &+= words &* 8 }
      raw &+= 1
    }
    return sum
  }
  /// Offset of the pages of the pool, bytes.
  var pool: UInt64 { (walk(nil) &+ 0xfff) & ~0xfff }
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
    _ = area.walk(machine)
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

// SPDX-License-Identifier: Apache-2.0
// The memory area and foreign memory of the machine that ships.

import Core
import Testing

@testable import Image

@Suite struct AreaTests {
  /// Every table, by the order of its number.
  private static var tables: [Table] {
    (UInt8(0)...).lazy.map { Table(rawValue: $0) }.prefix { $0 != nil }.compactMap { $0 }
  }

  @Test func nothingOverlapsAndEverythingLiesInside() {
    let board = Board(rows: 17, cells: 3, system: 0x1234, pages: 5)
    #expect(board.prepared == 0)
    let machine = board.machine
    let needed = Area(rows: 17, cells: 3, systemBytes: 0x1234, pages: 5).bytes
    var ranges: [(UInt64, UInt64)] = [(0, 4096)]
    var inHeader: [(UInt64, UInt64)] = [
      (0, 32), (26 * 8, 32 * 8), (UInt64(Header.column) * 8, UInt64(Header.capacity) * 8),
    ]
    for cell in 0..<UInt64(3) {
      let page = UInt64(machine.communicationPage(cell) - board.area)
      ranges.append((page, page + 4096))
    }
    for holder in [Holder.cell, .system] {
      let start = UInt64(machine.bytes(holder) - board.area)
      ranges.append((start, start + machine.room(holder)))
    }
    for table in Self.tables {
      let start = machine.start(table)
      if Header.place(table) != nil {
        inHeader.append((start, start + machine.capacity(table) * 8))
        continue
      }
      if machine.capacity(table) > 0 { ranges.append((start, start + machine.capacity(table) * 8)) }
    }
    ranges.sort { $0.0 < $1.0 }
    for (one, next) in zip(ranges, ranges.dropFirst()) { #expect(one.1 <= next.0) }
    inHeader.sort { $0.0 < $1.0 }
    for (one, next) in zip(inHeader, inHeader.dropFirst()) { #expect(one.1 <= next.0) }
    // The pool's pages begin on the next page boundary and reach to the area's end.
    let pool = machine.words[Header.pool]
    #expect(pool & 0xfff == 0 && (ranges.last?.1 ?? .max) <= pool && pool - (ranges.last?.1 ?? 0) < 4096)
    #expect(needed == pool + machine.words[Header.poolPages] * 4096)
    // The byte behind the area is as it was.
    #expect(board.area.load(fromByteOffset: Int(needed), as: UInt8.self) == 0xa5)
    #expect(Header.column + Self.tables.count <= Header.capacity)
    #expect(Header.capacity + (Self.tables.count + 1) / 2 <= Header.range)
  }

  /// What the compiler finds out of a table that is named is what the header says of it.
  @Test func aTableThatIsNamedIsTheSame() {
    let board = Board(rows: 17, cells: 3, pages: 5)
    let machine = board.machine
    func unnamed(_ table: Table) -> Table { Self.tables[Int(table.rawValue)] }
    let capacities: [(Table, UInt64)] = [
      (.registers, machine.capacity(.registers)), (.pool, machine.capacity(.pool)),
      (.currentBase, machine.capacity(.currentBase)), (.order, machine.capacity(.order)),
      (.phase, machine.capacity(.phase)), (.treeRoot, machine.capacity(.treeRoot)),
      (.occupant, machine.capacity(.occupant)), (.pageTree, machine.capacity(.pageTree)),
      (.msrBits, machine.capacity(.msrBits)), (.place, machine.capacity(.place)),
    ]
    for (table, capacity) in capacities { #expect(machine.capacity(unnamed(table)) == capacity) }
    machine.write(.registers, 10, 1)
    machine.write(.firstFree, 0, 2)
    machine.write(.pool, 3, 3)
    machine.write(.platform, 4, 4)
    machine.write(.communication, 0, 5)
    machine.write(.pageTree, 4, 6)
    machine.write(.occupant, 0, 7)
    let words = [
      machine.read(unnamed(.registers), 10), machine.read(unnamed(.firstFree), 0),
      machine.read(unnamed(.pool), 3), machine.read(unnamed(.platform), 4),
      machine.read(unnamed(.communication), 0), machine.read(unnamed(.pageTree), 4),
      machine.read(unnamed(.occupant), 0),
    ]
    #expect(words == [1, 2, 3, 4, 5, 6, 7])
  }

  @Test func anAreaThatDoesNotFitIsRefused() {
    let needed = Area(rows: 8, cells: 2, systemBytes: 64).bytes
    let board = Board()
    #expect(prepare(board.area, 0x3a00_0000, needed, 8, 2, 64, 0) == 0)
    #expect(prepare(board.area, 0x3a00_0000, needed - 1, 8, 2, 64, 0) == -12)
    #expect(prepare(board.area + 8, 0x3a00_0000, needed, 8, 2, 64, 0) == -12)
    #expect(prepare(board.area, 0x3a00_0000, .max, .max, 2, 64, 0) == -12)
    #expect(prepare(board.area, 0x3a00_0000, .max, 8, .max, 64, 0) == -12)
    #expect(prepare(board.area, 0x3a00_0000, .max, 8, 2, .max, 0) == -12)
    #expect(prepare(board.area, 0x3a00_0000, .max, 0, 2, 64, 0) == -12)
  }

  @Test func onlyWriteBackMemoryIsReadAndCleared() {
    let board = Board()
    let end = Board.physical + UInt64(Board.size)
    #expect(board.machine.copyForeign(end - 16, size: 16, into: .cell))
    #expect(board.machine.load(.cell, size: 16, offset: 8, width: 8) == 0x5a5a_5a5a_5a5a_5a5a)
    #expect(!board.machine.copyForeign(end - 16, size: 17, into: .cell))
    #expect(!board.machine.copyForeign(Board.physical - 1, size: 2, into: .cell))
    #expect(!board.machine.copyForeign(Board.physical, size: .max, into: .system))
    #expect(!board.machine.copyForeign(Board.physical, size: Limit.cellConfig + 1, into: .cell))

    board.machine.scrub(Board.physical + 0x1001, Board.physical + 0x1fff)
    #expect(board.byte(Board.physical + 0x1000) == 0x5a)
    #expect(board.byte(Board.physical + 0x1001) == 0)
    #expect(board.byte(Board.physical + 0x1ffe) == 0)
    #expect(board.byte(Board.physical + 0x1fff) == 0x5a)
    // A range that reaches out of the memory on both sides; and resources that are no memory.
    board.machine.scrub(Space.port.origin, Space.port.origin + 0x20_0000)
    #expect(board.byte(Board.physical) == 0x5a)
    board.machine.scrub(0, end + 0x1000)
    #expect(board.byte(Board.physical) == 0 && board.byte(end - 1) == 0)
  }

  @Test func memoryThatCannotBeAddressedIsRefused() {
    let board = Board()
    #expect(Image.memory(board.area, 0x1000, 0x1000, 0x1000) == -12)
    #expect(Image.memory(board.area, 0x1000, 0x3000, .max - 0x1000) == -12)
    #expect(Image.memory(board.area, 0x1000, Limit.physical + 1, 0x1000) == -12)
    #expect(Image.memory(board.area, 0x1000, 0x2000, 0) == -12)
    var added = 1
    while Image.memory(board.area, 0, 1, 0x1000) == 0 { added += 1 }
    #expect(added == 128)
  }

  @Test func communicationWordsAreRead() {
    let board = Board()
    let page = board.machine.communicationPage(3)
    page.storeBytes(of: 0xffff_fffe, toByteOffset: 8, as: UInt32.self)
    page.storeBytes(of: 3, toByteOffset: 16, as: UInt32.self)
    #expect(board.machine.foreignCellState(3) == 0xffff_fffe)
    #expect(board.machine.foreignReply(3) == 3)
    #expect(board.machine.foreignCellState(2) == 0)
  }

  @Test func generationsAreExchanged() {
    let board = Board()
    board.machine.write(.nextBase, 4095, 7)
    board.machine.write(.currentGuest, 0, 9)
    board.machine.flip()
    #expect(board.machine.read(.currentBase, 4095) == 7 && board.machine.read(.nextGuest, 0) == 9)
    #expect(board.machine.read(.nextBase, 4095) == 0)
  }

  #if os(Linux)
    @Test func anIndexOutsideItsTableTraps() async {
      await #expect(processExitsWith: .failure) {
        let board = Board(rows: 8)
        _ = board.machine.read(.currentBase, 8)
      }
      await #expect(processExitsWith: .failure) {
        let board = Board(cells: 4)
        _ = board.machine.foreignCellState(4)
      }
      await #expect(processExitsWith: .failure) {
        let board = Board()
        _ = board.machine.copyForeign(Board.physical, size: 4, into: .cell)
        _ = board.machine.load(.cell, size: 8, offset: 4, width: 4)
      }
    }
  #endif
}

// SPDX-License-Identifier: Apache-2.0
// Random extended page tables, and an access of a guest by them: a few paths that share tables, with pages of every size, and entries that are
// wrong in every way that the manual knows.

import Core
import Simulator
import TestSupport

/// Tables that are drawn: what differs from those that always stand there.
struct DrawnTables {
  /// Entries, by their address. Tables for entries for tables, by the entry's address.
  private(set) var entries: [UInt64: UInt64] = fixed
  private var below: [UInt64: UInt64] = [
    Place.table(0): 1, Place.table(1): 2, Place.table(2) + 256 * 8: 3,
  ]
  private var used: UInt64 = 4

  /// What always stands there: the guest's own pages, one to one.
  static var fixed: [UInt64: UInt64] {
    var entries = [
      Place.table(0): Place.table(1) | 7, Place.table(1): Place.table(2) | 7,
      Place.table(2) + 256 * 8: Place.table(3) | 7,
    ]
    for page in 1..<Place.guestPages {
      entries[Place.table(3) + page * 8] = (Place.firstMarked + page) << 12 | 6 << 3 | 7
    }
    return entries
  }

  /// Fills in what a path lacks. Bit 29 of every address is 1, so that pages of 1 GiB reach the marked half of memory.
  mutating func draw(to address: UInt64, _ draw: inout SplitMix) {
    var table = Place.table(0)
    for shift in stride(from: UInt64(39), through: 12, by: -9) {
      let place = table + (address >> shift & 511) * 8
      if entries[place] == nil {
        let isPage = shift == 12 || (shift == 30 && draw.chance(12)) || (shift == 21 && draw.chance(25))
        entries[place] = isPage ? page(shift, &draw) : pointer(to: place, &draw)
      }
      guard let next = below[place] else { return }
      table = Place.table(next)
    }
  }
  private mutating func pointer(to place: UInt64, _ draw: inout SplitMix) -> UInt64 {
    below[place] = used
    used += 1
    var entry = Place.table(used - 1) | 7 | ignored(&draw)
    if draw.chance(12) { spoil(&entry, isPage: false, shift: 12, &draw) }
    return entry
  }
  private func page(_ shift: UInt64, _ draw: inout SplitMix) -> UInt64 {
    let frame: UInt64 =
      switch shift {
      case 30: 0
      case 21: (Place.firstMarked >> 9 + 1 + draw.below(255)) << 21
      default: (Place.firstMarked + Place.guestPages + draw.below(0x1_fff8)) << 12
      }
    let types: [UInt64] = [0, 1, 4, 5, 6]
    var entry = frame | types[Int(draw.below(5))] << 3 | draw.below(2) << 6 | 7 | ignored(&draw)
    if shift > 12 { entry |= 1 << 7 }
    if draw.chance(25) { spoil(&entry, isPage: true, shift: shift, &draw) }
    return entry
  }
  /// Bits that mean nothing here: accessed and dirty, execution by users, and what is software's.
  private func ignored(_ draw: inout SplitMix) -> UInt64 {
    draw.chance(30) ? draw.next() & 0xfff0_0000_0000_0f00 : 0
  }
  /// Takes rights away, or makes the entry wrong.
  private func spoil(_ entry: inout UInt64, isPage: Bool, shift: UInt64, _ draw: inout SplitMix) {
    switch draw.below(10) {
    case 0...5: entry = entry & ~7 | draw.below(8)
    case 6: entry |= 1 << (Place.guestBits + draw.below(52 - Place.guestBits))
    case 7: entry = isPage ? entry & ~0x38 | draw.below(8) << 3 : entry | 8 << draw.below(4)
    case 8: entry |= shift > 12 ? 1 << (12 + draw.below(shift - 12)) : 1 << (3 + draw.below(5))
    default: entry = entry & ~0x3f | draw.below(64)
    }
  }
  /// Makes one of the entries wrong by which the guest itself lives.
  mutating func spoilFixed(_ draw: inout SplitMix) {
    let places = [
      Place.table(0), Place.table(1), Place.table(2) + 256 * 8, Place.table(3) + 8, Place.table(3) + 16,
      Place.table(3) + 24, Place.table(3) + 32,
    ]
    let place = places[Int(draw.below(7))]
    var entry = entries[place] ?? 0
    spoil(&entry, isPage: place >= Place.table(3), shift: 12, &draw)
    entries[place] = entry
  }
}

enum DrawTables {
  /// A guest-physical address: the page's mark. No page of the guest's own.
  private static func address(near other: UInt64?, _ draw: inout SplitMix) -> UInt64 {
    var index: [UInt64] = [
      draw.chance(70) ? 0 : 1, draw.chance(30) ? 0 : draw.below(512), 256 + draw.below(256),
      Place.guestPages + draw.below(504),
    ]
    if let other {
      // The beginning of the path is the other's.
      let same = Int(draw.below(4))
      for level in 0..<same { index[level] = other >> (39 - 9 * UInt64(level)) & 511 }
      if draw.chance(30) && same > 1 && same < 4 {
        index[same] = other >> (39 - 9 * UInt64(same)) & 511 ^ 1
        if same == 3 { index[3] = max(index[3], Place.guestPages) }
      }
    }
    return index[0] << 39 | index[1] << 30 | index[2] << 21 | index[3] << 12 | Place.mark
  }

  static func vector(_ draw: inout SplitMix) -> Vector {
    var tables = DrawnTables()
    var address = address(near: nil, &draw)
    tables.draw(to: address, &draw)
    for _ in 0..<draw.below(4) {
      let other = self.address(near: address, &draw)
      tables.draw(to: other, &draw)
      if draw.chance(50) { address = other }
    }
    if draw.chance(15) { address = self.address(near: address, &draw) }
    if draw.chance(12) { tables.spoilFixed(&draw) }
    let access = MemoryAccess.allCases[Int(draw.below(3))]
    var vector = Vector(question: .access(address, access))
    vector.memory = tables.entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    switch access {
    case .read: vector.setCode(Vector.loadMark + Vector.call)
    case .write: vector.setCode(Vector.store + Vector.loadMark + Vector.call)
    case .execute: vector.setCode(Vector.jump)
    }
    vector.registers = [0x5700_0000 | draw.next() & 0xffff, 0, 0, 0, address]
    return vector
  }
}

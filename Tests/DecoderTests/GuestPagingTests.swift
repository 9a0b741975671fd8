// SPDX-License-Identifier: Apache-2.0
// The guest's own paging, as the core walks it to find an instruction: in each mode tables are built for a page of each size at a random linear
// address, and the walk must end where the page was put; or nowhere, where an entry is not present, reserved, or in memory that is not the
// cell's. Guest-physical memory from 0 to 1 GiB is the cell's, at host-physical 1 GiB.

import TestSupport
import Testing

@testable import Core

/// A mode of paging.
private enum Paging: CaseIterable, Sendable {
  case none, plain, pae, fourLevels, fiveLevels

  var isWide: Bool { self != .plain }
  /// From the first table on: where the index begins in a linear address. A page may be mapped at those of `pages`.
  var shifts: [UInt64] {
    switch self {
    case .none: []
    case .plain: [22, 12]
    case .pae: [30, 21, 12]
    case .fourLevels: [39, 30, 21, 12]
    case .fiveLevels: [48, 39, 30, 21, 12]
    }
  }
  var pages: [UInt64] {
    switch self {
    case .none: [12]
    case .plain: [12, 22]
    case .pae: [12, 21]
    case .fourLevels, .fiveLevels: [12, 21, 30]
    }
  }
  var linearBits: UInt64 { self == .fourLevels ? 48 : self == .fiveLevels ? 57 : 32 }
}

/// A guest in a mode of paging.
private struct PagedGuest {
  static let host: UInt64 = 1 << 30
  let processor = PaperProcessor()
  let paging: Paging
  /// Entries on the way, guest-physical, the last one last.
  var entries: [UInt64] = []
  /// Where the next table goes.
  private var free: UInt64 = 0x10_0000

  init(_ paging: Paging) {
    self.paging = paging
    // The cell's tree: page 0 of the pool is its root, page 1 maps 1 GiB.
    let pool = processor.read(.pool, PoolWord.start)
    processor.setSlot(0, 0, (pool + 1) << 12 | TableEntry.rights)
    processor.setSlot(1, 0, Self.host | TableEntry.large | TableEntry.writeBack | TableEntry.rights)
    processor.write(.phase, 1, Phase.running)
    processor.write(.occupant, 0, 1)
    processor.write(.treeRoot, 2, 1)
    let isLong = paging == .fourLevels || paging == .fiveLevels
    processor.fields[.guestCR0] = paging == .none ? 1 : 0x8000_0001
    processor.fields[.guestCR4] =
      0x10 | (paging.isWide && paging != .none ? 0x20 : 0) | (paging == .fiveLevels ? 0x1000 : 0)
    processor.fields[.guestEFER] = isLong ? 0x500 : 0
    processor.fields[.accessCS] = isLong ? 0x209b : 0x409b
  }

  func word(_ address: UInt64) -> UInt64 { processor.memory[Self.host + (address & ~7)] ?? 0 }
  /// Sets an entry, of 8 bytes or of 4.
  func set(_ address: UInt64, _ entry: UInt64) {
    let half = (address & 4) * 8
    let old = word(address)
    let mask: UInt64 = paging.isWide ? 0 : ~(0xffff_ffff << half)
    processor.memory[Self.host + (address & ~7)] = paging.isWide ? entry : (old & mask) | (entry << half)
  }
  func entry(_ address: UInt64) -> UInt64 {
    paging.isWide ? word(address) : (word(address) >> ((address & 4) * 8)) & 0xffff_ffff
  }

  /// Maps the page of 2^shift bytes that holds `linear` to `target`.
  mutating func map(_ linear: UInt64, to target: UInt64, shift: UInt64) {
    guard paging != .none else { return }
    entries = []
    let size: UInt64 = paging.isWide ? 8 : 4
    var table = free
    free += 0x1000
    // PAE's first table is 32 bytes, anywhere.
    if paging == .pae { table += 0x20 }
    processor.fields[.guestCR3] = table | (paging == .pae ? 0 : 0x18)
    for level in paging.shifts {
      let index = (linear >> level) & (paging.isWide ? 0x1ff : 0x3ff)
      let at = table + index * size
      // The rest of the word is there, and means nothing.
      if word(at) == 0 { set(at & ~7, 0) }
      entries.append(at)
      if level == shift {
        let base = target & ~((1 << shift) - 1)
        set(at, base | (shift > 12 ? 0x80 : 0) | 0x63)
        return
      }
      set(at, free | 0x27)
      table = free
      free += 0x1000
    }
  }
}

@Suite("A guest's paging") struct GuestPagingTests {
  @Test("a page is found where it was put, in every mode and size", arguments: Paging.allCases)
  private func found(_ paging: Paging) {
    var random = SplitMix(seed: 5)
    for _ in 0..<200 {
      for shift in paging.pages {
        var guest = PagedGuest(paging)
        let linear = random.next() & ((1 << paging.linearBits) - 1)
        let target = random.next() & 0x3fff_ffff
        guest.map(linear, to: target, shift: shift)
        let inside: UInt64 = (1 << shift) - 1
        let expected = paging == .none ? linear : (target & ~inside) | (linear & inside)
        #expect(guest.processor.guestPhysical(linear, 0) == expected)
        #expect(guest.processor.looks.allSatisfy { $0 >= PagedGuest.host && $0 < 2 * PagedGuest.host })
        // Whatever entry is not present or lies elsewhere: nowhere.
        for at in guest.entries {
          let kept = guest.entry(at)
          guest.set(at, kept & ~1)
          #expect(guest.processor.guestPhysical(linear, 0) == nil)
          guest.set(at, kept)
        }
        for at in guest.entries.dropLast() where paging.isWide {
          let kept = guest.entry(at)
          guest.set(at, 0x8000_0027)
          #expect(guest.processor.guestPhysical(linear, 0) == nil)
          guest.set(at, kept)
        }
      }
    }
  }

  @Test("what is reserved leads nowhere")
  func reserved() {
    for (paging, shift, bits) in [
      (.pae, 21, 1 << 13), (.fourLevels, 21, 1 << 20), (.fourLevels, 30, 1 << 21), (.plain, 22, 1 << 21),
    ] as [(Paging, UInt64, UInt64)] {
      var guest = PagedGuest(paging)
      guest.map(0x1234_5678, to: 0, shift: shift)
      let at = guest.entries.last ?? 0
      #expect(guest.processor.guestPhysical(0x1234_5678, 0) != nil)
      guest.set(at, guest.entry(at) | bits)
      #expect(guest.processor.guestPhysical(0x1234_5678, 0) == nil)
    }
    // A page of 512 GiB, of 1 GiB in PAE.
    for paging in [Paging.fourLevels, .pae] {
      var guest = PagedGuest(paging)
      guest.map(0x1234_5678, to: 0, shift: 12)
      guest.set(guest.entries[0], guest.entry(guest.entries[0]) | 0x80)
      #expect(guest.processor.guestPhysical(0x1234_5678, 0) == nil)
    }
    // Pages of 4 MiB beyond 4 GiB: bits 20:13 of the entry are bits 39:32 of the address.
    var guest = PagedGuest(.plain)
    guest.map(0x1234_5678, to: 0x0040_0000, shift: 22)
    let at = guest.entries.last ?? 0
    guest.set(at, guest.entry(at) | 0xab << 13)
    #expect(guest.processor.guestPhysical(0x1234_5678, 0) == 0xab_0074_5678)
  }

  @Test(
    "an instruction is fetched at any offset, over two pages that lie apart, or as far as there is one",
    arguments: [true, false])
  func fetched(_ hasSecond: Bool) {
    // mov %ecx, 0x12345678(%rax, %rbx, 4): 7 bytes.
    let bytes: [UInt8] = [0x89, 0x8c, 0x98, 0x78, 0x56, 0x34, 0x12]
    for offset in UInt64(0xfe0)..<0x1000 {
      let guest = PagedGuest(.fourLevels)
      let tables: UInt64 = 0x10_0000
      guest.processor.fields[.guestCR3] = tables
      guest.set(tables, 0x10_1003)
      guest.set(0x10_1000, 0x10_2003)
      guest.set(0x10_2000, 0x10_3003)
      guest.set(0x10_3000, 0x20_0003)
      guest.set(0x10_3008, hasSecond ? 0x30_0003 : 0)
      for page in [0x20_0000, 0x30_0000] as [UInt64] {
        for at in 0..<512 as Range<UInt64> {
          guest.processor.memory[PagedGuest.host + page + 8 * at] = 0x9090_9090_9090_9090
        }
      }
      for (number, byte) in bytes.enumerated() {
        let linear = offset + UInt64(number)
        let at = (linear < 0x1000 ? 0x20_0000 : 0x30_0000) + (linear & 0xfff)
        let shift = (at & 7) * 8
        let old = guest.word(at)
        guest.processor.memory[PagedGuest.host + (at & ~7)] = (old & ~(0xff << shift)) | UInt64(byte) << shift
      }
      guest.processor.fields[.guestRIP] = offset
      guest.processor.fields[.qualification] = 0x182
      let access = guest.processor.memoryAccess(0)
      if offset + 7 <= 0x1000 || hasSecond {
        #expect(access?.length == 7 && access?.isWrite == 1 && access?.register == 1 && access?.width == 4)
      } else {
        #expect(access == nil)
      }
      // It reads, and the processor says that it wrote; an event was being delivered; the processor was on its way.
      for (field, value) in [(.qualification, 0x181), (.vectoring, 1 << 31), (.qualification, 0x82)]
        as [(VMCSField, UInt64)]
      {
        let kept = guest.processor.fields[field]
        guest.processor.fields[field] = value
        #expect(guest.processor.memoryAccess(0) == nil)
        guest.processor.fields[field] = kept
      }
    }
  }
}

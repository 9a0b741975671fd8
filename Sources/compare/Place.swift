// SPDX-License-Identifier: Apache-2.0
// Where things lie, on the machine in Bochs and on the simulated one: host-physical addresses, which are guest-physical ones of the same number
// where tables have not been changed. Kernel/compare/main.c knows the marks.

/// Addresses that both machines share.
enum Place {
  /// Pages for extended page tables: the simulator's pool. The first is the root.
  static let tables: UInt64 = 0x100_0000
  static let tablePages = 64
  static func table(_ number: UInt64) -> UInt64 { tables + number << 12 }
  /// I/O bitmaps, two pages, and the MSR bitmap.
  static let portBitmaps: UInt64 = 0x105_0000
  static let msrBitmap: UInt64 = 0x105_2000
  /// The guest's code; its PML4 table, and two tables of 512 pages of 1 GiB each: linear addresses are guest-physical ones, 40 bits.
  static let code: UInt64 = 0x2000_1000
  static let guestRoot: UInt64 = 0x2000_2000
  static func guestTable(of address: UInt64) -> UInt64 { 0x2000_3000 + (address >> 39) << 12 }
  static let guestBits: UInt64 = 40
  /// The stack, and what stands in for descriptor tables.
  static let stack: UInt64 = 0x2000_1800
  /// Pages that say which they are: from `firstMarked` to the memory's end at 1 GiB, but for the guest's own.
  static let firstMarked: UInt64 = 0x2_0000
  static let endMarked: UInt64 = 0x4_0000
  static let guestPages: UInt64 = 8
  /// Where in a page the mark lies, and what a guest may write.
  static let mark: UInt64 = 0xab8
  static let written: UInt64 = 0xac0
  /// The mark: "mov $page, %ebx; vmcall".
  static func mark(of page: UInt64) -> UInt64 { 0xc1_010f << 40 | page << 8 | 0xbb }
}

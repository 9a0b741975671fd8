// SPDX-License-Identifier: Apache-2.0
// The levels of an extended page table, and what an entry of it can say. SDM vol. 3C, 29.3.2 (tables 29-1 to 29-7).

/// A level of the tables: 1 is the last one. A table has 512 slots.
public enum TableLevel: UInt64, Sendable {
  /// Page table: a slot maps 4 KiB.
  case one = 1
  /// Page directory: a slot maps 2 MiB.
  case two = 2
  /// Page-directory-pointer table: a slot maps 1 GiB.
  case three = 3
  /// PML4 table, the root: a slot maps 512 GiB, and only by a table.
  case four = 4

  /// A slot maps 2^bits bytes.
  public var bits: UInt64 { 3 &+ 9 &* rawValue }
  /// A table maps 2^tableBits bytes.
  public var tableBits: UInt64 { bits &+ 9 }
  /// Bytes that a slot maps.
  public var size: UInt64 { 1 << bits }
  /// The level of the tables that slots of this level may point to; nil at the last one.
  public var below: TableLevel? { TableLevel(rawValue: rawValue &- 1) }
}

/// Bits of an entry.
public enum TableEntry {
  /// The guest may read, write, execute. Where all three are 0 the processor ignores the other bits.
  public static var read: UInt64 { 1 << 0 }
  public static var write: UInt64 { 1 << 1 }
  public static var execute: UInt64 { 1 << 2 }
  /// All rights; also what an entry for a table has, whose own entries say the rest.
  public static var rights: UInt64 { 0x7 }
  /// Memory type of a page: write-back (6 in bits 5:3). The guest's PAT decides further; bit 6, "ignore PAT", is 0.
  public static var writeBack: UInt64 { 6 << 3 }
  /// A page, above the last level.
  public static var large: UInt64 { 1 << 7 }
  /// Where the page or the table lies, host-physical (bits 51:12).
  public static var address: UInt64 { 0x000f_ffff_ffff_f000 }
  /// Of an entry without rights, ours alone: the memory is somebody else's, and nothing is to be mapped here.
  public static var taken: UInt64 { 1 << 52 }
  /// What is the same in all entries of a mapping: rights, memory type.
  public static var low: UInt64 { 0x7f }
  /// The most slots of a table.
  public static var slots: UInt64 { 512 }
}

/// Bounds of what four levels translate.
public enum TableLimit {
  /// Guest-physical addresses lie below this (bytes).
  public static var guest: UInt64 { 1 << 48 }
  /// Host-physical pages lie below this (pages of 4 KiB).
  public static var pages: UInt64 { 1 << 40 }
}

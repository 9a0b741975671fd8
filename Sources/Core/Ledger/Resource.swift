// SPDX-License-Identifier: Apache-2.0
// Everything that can be owned lies in one linear space of 64-bit words, so that one ledger, one admission and one
// theorem serve memory, ports, CPUs, PCI functions, interrupt lines, cache ways and stream ids alike. The upper four
// bits say which kind it is.

/// The kinds of resource, as the upper four bits of a resource word.
public enum Space: UInt64, Sendable {
  /// Host-physical memory, in bytes, below 2^52.
  case memory = 0
  /// I/O ports, 0 … 0xffff.
  case port = 1
  /// Logical CPUs.
  case cpu = 2
  /// PCI functions: domain << 16 | bdf.
  case function = 3
  /// Interrupt lines: page of the chip << 10 | number of the line. Chips lie below 2^48. On ARM there is one GIC, and the
  /// page is 0.
  case interrupt = 4
  /// Bits of the L3 capacity mask.
  case cacheWay = 5
  /// IOMMU stream ids.
  case stream = 6

  /// The first word of the space.
  @inlinable public var origin: UInt64 { rawValue << 60 }
}

/// Bounds of the spaces.
public enum Limit {
  /// Host-physical and guest-physical addresses lie below this (bytes). SDM vol. 3A, 4.1.4: MAXPHYADDR is at most 52.
  public static var physical: UInt64 { 1 << 52 }
  /// Addresses of interrupt chips lie below this (bytes).
  public static var chipAddress: UInt64 { 1 << 48 }
  /// Number of I/O ports.
  public static var ports: UInt64 { 0x1_0000 }
  /// Bits of the L3 capacity mask, at most. SDM vol. 3B, 17.19.4: CPUID leaf 10H says length minus one in five bits.
  public static var cacheBits: UInt64 { 32 }
  /// The largest cell configuration, bytes.
  public static var cellConfig: UInt64 { 0x1_0000 }
  /// The largest system configuration, bytes.
  public static var systemConfig: UInt64 { 0x40_0000 }
  /// The largest CPU bitmap, bytes.
  public static var cpuSet: UInt64 { 4096 }
  /// A page, bytes.
  public static var page: UInt64 { 4096 }
}

/// Who can own a claim. Cells have ids; root is cell 0.
public enum Owner {
  /// The root cell.
  public static var root: UInt64 { 0 }
  /// The hypervisor itself: its memory, the pages that no cell may ever map, the ports that it moderates.
  public static var hypervisor: UInt64 { 0xffff_ffff }
}

/// Rights and marks of a claim, as bits of one word.
public enum Marks {
  /// The owner may read.
  public static var read: UInt64 { 1 << 0 }
  /// The owner may write.
  public static var write: UInt64 { 1 << 1 }
  /// The owner may execute.
  public static var execute: UInt64 { 1 << 2 }
  /// The owner's devices may access.
  public static var dma: UInt64 { 1 << 3 }
  /// All rights.
  public static var rights: UInt64 { 0xf }
  /// Part of root's configuration: what root has unless somebody else claims it.
  public static var base: UInt64 { 1 << 4 }
  /// Another cell may claim it too, if it says so as well: a declared channel (ROOTSHARED, not executable).
  public static var shareable: UInt64 { 1 << 5 }
  /// Root keeps what its base says (ROOTSHARED).
  public static var keepsRoot: UInt64 { 1 << 6 }
  /// Root has what its base says while the cell is loadable.
  public static var loadable: UInt64 { 1 << 7 }
  /// Memory, mapped at the guest-physical address in the row.
  public static var mapped: UInt64 { 1 << 8 }
  /// Mapped with 4 KiB pages only.
  public static var smallPages: UInt64 { 1 << 9 }
  /// Not whole pages: reached through moderated accesses, never by a page table.
  public static var subPage: UInt64 { 1 << 10 }
}

/// What a cell is doing.
public enum Phase {
  /// There is no such cell.
  public static var absent: UInt64 { 0 }
  /// Its CPUs are parked; it owns what it claims.
  public static var stopped: UInt64 { 1 }
  /// As stopped; root has its loadable regions to put images there.
  public static var loadable: UInt64 { 2 }
  /// Its CPUs run.
  public static var running: UInt64 { 3 }
  /// All its CPUs failed and are parked.
  public static var failed: UInt64 { 4 }
}

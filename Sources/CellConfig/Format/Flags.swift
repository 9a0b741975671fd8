// SPDX-License-Identifier: Apache-2.0
// The flag words of the binary configuration format, as typed option sets.
// Source: the format's section a.2 (docs/cell-format.md).

/// Flags of a cell (`flags` of the cell descriptor, offset 44).
public struct CellFlags: OptionSet, Sendable, Hashable {
  /// The 32-bit word as it stands in the file.
  public let rawValue: UInt32
  /// Wraps a raw flag word; unknown bits are kept so that they can be reported.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The hypervisor never sends messages to this cell nor waits for its replies.
  public static let passiveCommunication = CellFlags(rawValue: 0x0000_0001)
  /// x86 test device behind the communication page.
  public static let testDevice = CellFlags(rawValue: 0x0000_0002)
  /// ARM64 host: the cell's CPUs run in AArch32.
  public static let aarch32 = CellFlags(rawValue: 0x0000_0004)
  /// Ostrog's extension: what the cell's memory holds is scrubbed before root may see it again.
  public static let confidential = CellFlags(rawValue: 0x0000_0100)
  /// Ostrog's extension: ports that are not the cell's read as ones and swallow what is written, where else they stop its CPU.
  public static let openBus = CellFlags(rawValue: 0x0000_0200)
  /// The cell may write to the virtual console (hypercall 8).
  public static let virtualConsolePermitted = CellFlags(rawValue: 0x4000_0000)
  /// The inmate is told to use the virtual console by default.
  public static let virtualConsoleActive = CellFlags(rawValue: 0x8000_0000)
  /// Every bit that has a meaning.
  public static let known: CellFlags = [
    .passiveCommunication, .testDevice, .aarch32, .confidential, .openBus,
    .virtualConsolePermitted, .virtualConsoleActive,
  ]
}

/// Flags of the system header (offset 8).
public struct SystemFlags: OptionSet, Sendable, Hashable {
  /// The 32-bit word as it stands in the file.
  public let rawValue: UInt32
  /// Wraps a raw flag word.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The hypervisor keeps its log in memory and lets the root cell read that page.
  public static let virtualDebugConsole = SystemFlags(rawValue: 0x0001)
  /// Ostrog's extension: root is not held to its configuration, what it touches beyond is noted, and no cell is created.
  public static let dryRun = SystemFlags(rawValue: 0x8000_0000)
  /// Every bit that has a meaning.
  public static let known: SystemFlags = [.virtualDebugConsole, .dryRun]
}

/// Flags of a memory region (64-bit field at offset 24 of the region).
public struct RegionFlags: OptionSet, Sendable, Hashable {
  /// The 64-bit word as it stands in the file.
  public let rawValue: UInt64
  /// Wraps a raw flag word.
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The cell may read.
  public static let read = RegionFlags(rawValue: 0x0001)
  /// The cell may write.
  public static let write = RegionFlags(rawValue: 0x0002)
  /// The cell may execute.
  public static let execute = RegionFlags(rawValue: 0x0004)
  /// The cell's devices may access the region.
  public static let dma = RegionFlags(rawValue: 0x0008)
  /// Device memory type (ARM); no effect on x86 mappings.
  public static let io = RegionFlags(rawValue: 0x0010)
  /// The cell's communication page, provided by the hypervisor; the physical start is ignored.
  public static let communication = RegionFlags(rawValue: 0x0020)
  /// Root gets the region back while the cell is in the loadable state.
  public static let loadable = RegionFlags(rawValue: 0x0040)
  /// The region is not taken away from root: a declared channel.
  public static let rootShared = RegionFlags(rawValue: 0x0080)
  /// Map with 4 KiB pages only.
  public static let noHugePages = RegionFlags(rawValue: 0x0100)
  /// Sub-page regions: naturally unaligned accesses are allowed.
  public static let ioUnaligned = RegionFlags(rawValue: 0x8000)
  /// Sub-page regions: 1-byte accesses.
  public static let io8 = RegionFlags(rawValue: 0x10000)
  /// Sub-page regions: 2-byte accesses.
  public static let io16 = RegionFlags(rawValue: 0x20000)
  /// Sub-page regions: 4-byte accesses.
  public static let io32 = RegionFlags(rawValue: 0x40000)
  /// Sub-page regions: 8-byte accesses.
  public static let io64 = RegionFlags(rawValue: 0x80000)
  /// The four access widths of a sub-page region.
  public static let widths: RegionFlags = [.io8, .io16, .io32, .io64]
  /// Every bit that has a meaning.
  public static let known: RegionFlags = [
    .read, .write, .execute, .dma, .io, .communication, .loadable, .rootShared, .noHugePages,
    .ioUnaligned, .io8, .io16, .io32, .io64,
  ]
}

/// Flags of a console (offset 14 of the console structure).
public struct ConsoleFlags: OptionSet, Sendable, Hashable {
  /// The 16-bit word as it stands in the file.
  public let rawValue: UInt16
  /// Wraps a raw flag word.
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// The console is memory-mapped (clear: port I/O).
  public static let mmio = ConsoleFlags(rawValue: 0x0001)
  /// Registers lie 4 bytes apart (clear: 1 byte).
  public static let distance4 = ConsoleFlags(rawValue: 0x0002)
  /// Framebuffer of 1920×1080 (clear: 1024×768).
  public static let framebuffer1080 = ConsoleFlags(rawValue: 0x0004)
  /// The clock gate is cleared instead of set.
  public static let invertedGate = ConsoleFlags(rawValue: 0x1000)
  /// The UART's MDR register needs the quirk of its family.
  public static let mdrQuirk = ConsoleFlags(rawValue: 0x2000)
  /// Every bit that has a meaning.
  public static let known: ConsoleFlags = [
    .mmio, .distance4, .framebuffer1080, .invertedGate, .mdrQuirk,
  ]
}

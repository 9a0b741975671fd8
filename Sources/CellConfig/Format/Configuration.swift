// SPDX-License-Identifier: Apache-2.0
// A configuration as values: what the binary format says, field by field, with nothing interpreted.
// Both readers (binary and text) end here; the writer starts here.

/// Processor architecture of a configuration (byte 5 of revision 14).
public enum Architecture: UInt8, Sendable, Hashable, CaseIterable {
  case x86 = 0
  case arm = 1
  case arm64 = 2
}

/// A range of host-physical memory given to a cell (32 bytes).
public struct MemoryRegion: Sendable, Hashable {
  /// Host-physical start, bytes.
  public var physicalStart: UInt64
  /// Guest-physical start, bytes.
  public var virtualStart: UInt64
  /// Length, bytes; 0 is a legal placeholder.
  public var size: UInt64
  /// Rights and kind.
  public var flags: RegionFlags
  /// Makes a region; all-zero by default, which is the format's placeholder.
  public init(
    physicalStart: UInt64 = 0, virtualStart: UInt64 = 0, size: UInt64 = 0, flags: RegionFlags = []
  ) {
    self.physicalStart = physicalStart
    self.virtualStart = virtualStart
    self.size = size
    self.flags = flags
  }
}

/// A console (32 bytes).
public struct Console: Sendable, Hashable {
  public var address: UInt64 = 0
  public var size: UInt32 = 0
  public var type: UInt16 = 0
  public var flags: ConsoleFlags = []
  public var divider: UInt32 = 0
  public var gateNumber: UInt32 = 0
  public var clockRegister: UInt64 = 0
  /// No console.
  public init() {}
}

/// A share of the L3 cache, in bits of the capacity mask (12 bytes).
public struct CacheRegion: Sendable, Hashable {
  public var start: UInt32
  public var size: UInt32
  /// 1 code, 2 data, 3 both.
  public var type: UInt8
  /// Bit 0: ROOTSHARED.
  public var flags: UInt16
  public init(start: UInt32, size: UInt32, type: UInt8 = 3, flags: UInt16 = 0) {
    self.start = start
    self.size = size
    self.type = type
    self.flags = flags
  }
}

/// Interrupt lines of one controller (32 bytes).
public struct InterruptChip: Sendable, Hashable {
  /// Host-physical address of the IOAPIC or GIC distributor.
  public var address: UInt64
  /// x86: requester id in bits 0–15, index of the IOMMU unit in bits 16 and up.
  public var id: UInt32
  /// Number of the bitmap's first pin; 0 on x86.
  public var pinBase: UInt32
  /// 128 bits; bit n is pin `pinBase + n`.
  public var pins: [UInt32]
  public init(address: UInt64, id: UInt32 = 0, pinBase: UInt32 = 0, pins: [UInt32] = [0, 0, 0, 0]) {
    self.address = address
    self.id = id
    self.pinBase = pinBase
    self.pins = pins
  }
}

/// I/O ports `base ..< base + length` (4 bytes).
public struct PortRange: Sendable, Hashable {
  public var base: UInt16
  public var length: UInt16
  public init(base: UInt16, length: UInt16) {
    self.base = base
    self.length = length
  }
}

/// A PCI function (56 bytes).
public struct PCIDevice: Sendable, Hashable {
  /// 1 device, 2 bridge, 3 ivshmem.
  public var type: UInt8 = 1
  public var iommu: UInt8 = 0
  public var domain: UInt16 = 0
  /// bus << 8 | device << 3 | function.
  public var bdf: UInt16 = 0
  /// Writable bits of each BAR; six words.
  public var barMasks: [UInt32] = [0, 0, 0, 0, 0, 0]
  public var capabilitiesStart: UInt16 = 0
  public var capabilitiesCount: UInt16 = 0
  public var msiVectors: UInt8 = 0
  /// Bit 0: 64-bit MSI address; bit 1: maskable.
  public var msiFlags: UInt8 = 0
  public var msixVectors: UInt16 = 0
  public var msixRegionSize: UInt16 = 0
  /// Host-physical address of the MSI-X table; 0: none.
  public var msixAddress: UInt64 = 0
  public var shmemRegionsStart: UInt32 = 0
  public var shmemDeviceID: UInt8 = 0
  public var shmemPeers: UInt8 = 0
  public var shmemProtocol: UInt16 = 0
  /// A plain device at 0000:00:00.0.
  public init() {}
}

/// A range of a PCI function's configuration space (8 bytes).
public struct PCICapability: Sendable, Hashable {
  /// Bit 15: extended capability. 0: a register range that is no capability.
  public var id: UInt16
  public var start: UInt16
  public var length: UInt16
  /// Bit 0: writes allowed.
  public var flags: UInt16
  public init(id: UInt16, start: UInt16, length: UInt16, flags: UInt16 = 0) {
    self.id = id
    self.start = start
    self.length = length
    self.flags = flags
  }
}

/// What a cell descriptor and its arrays say (132 bytes and what follows).
public struct CellDescription: Sendable, Hashable {
  public var name: String = ""
  public var id: UInt32 = 0
  public var flags: CellFlags = []
  /// The CPU bitmap's bytes; bit n of byte n/8 is logical CPU n.
  public var cpuSet: [UInt8] = []
  public var regions: [MemoryRegion] = []
  public var caches: [CacheRegion] = []
  public var interruptChips: [InterruptChip] = []
  public var ports: [PortRange] = []
  public var devices: [PCIDevice] = []
  public var capabilities: [PCICapability] = []
  public var streamIDs: [UInt32] = []
  public var virtualPCIInterruptBase: UInt32 = 0
  /// Guest-physical address of the first instruction.
  public var cpuResetAddress: UInt64 = 0
  public var messageReplyTimeout: UInt64 = 0
  public var console = Console()
  /// An empty description.
  public init() {}

  /// The logical CPUs in the set, ascending.
  public var cpus: [Int] {
    cpuSet.indices.flatMap { byte in
      (0..<8).filter { cpuSet[byte] & (1 << $0) != 0 }.map { byte * 8 + $0 }
    }
  }
}

/// An IOMMU unit of the system header (28 bytes).
public struct IOMMUUnit: Sendable, Hashable {
  /// 1 AMD, 2 Intel, 3 SMMUv3, 4 TI PVU, 5 MMU-500.
  public var type: UInt32
  /// Host-physical base of the registers.
  public var base: UInt64
  /// Bytes.
  public var size: UInt32
  /// The 12 bytes of the union, as in the file.
  public var extra: [UInt8]
  public init(type: UInt32, base: UInt64, size: UInt32, extra: [UInt8] = Array(repeating: 0, count: 12)) {
    self.type = type
    self.base = base
    self.size = size
    self.extra = extra
  }
}

/// The architecture part of the system header.
public enum PlatformDescription: Sendable, Hashable {
  case x86(
    pmTimerAddress: UInt16, apicMode: UInt8, vtdInterruptLimit: UInt32, tscKHz: UInt32, apicKHz: UInt32)
  case arm(
    maintenanceIRQ: UInt8, gicVersion: UInt8, gicd: UInt64, gicc: UInt64, gich: UInt64, gicv: UInt64,
    gicr: UInt64)
}

/// What a system configuration says (488 bytes with the root cell's descriptor, and what follows).
public struct SystemDescription: Sendable, Hashable {
  public var flags: SystemFlags = []
  /// Only the physical start and the size are used.
  public var hypervisorMemory = MemoryRegion()
  public var debugConsole = Console()
  public var pciMMConfigBase: UInt64 = 0
  public var pciMMConfigEndBus: UInt8 = 0
  public var pciIsVirtual: UInt8 = 0
  public var pciDomain: UInt16 = 0
  /// Up to eight units.
  public var iommuUnits: [IOMMUUnit] = []
  public var platform: PlatformDescription = .x86(
    pmTimerAddress: 0, apicMode: 0, vtdInterruptLimit: 0, tscKHz: 0, apicKHz: 0)
  /// The root cell.
  public var root = CellDescription()
  /// An empty system.
  public init() {}
}

/// One configuration of either kind.
public enum Configuration: Sendable, Hashable {
  case system(Architecture, SystemDescription)
  case cell(Architecture, CellDescription)

  /// The architecture that the configuration is for.
  public var architecture: Architecture {
    switch self {
    case .system(let architecture, _), .cell(let architecture, _): architecture
    }
  }
  /// The cell that it describes: the root cell of a system.
  public var cell: CellDescription {
    switch self {
    case .system(_, let system): system.root
    case .cell(_, let cell): cell
    }
  }
}

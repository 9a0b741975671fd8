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
  /// I/O port number, or host-physical base where `flags` say memory-mapped.
  public var address: UInt64 = 0
  /// Bytes of the register block; memory-mapped consoles only.
  public var size: UInt32 = 0
  /// 0 none, 1 EFI framebuffer, 2 8250, 3 PL011, 4 XUARTPS, 5 MVEBU, 6 HSCIF, 7 SCIFA, 8 IMX, 9 LPUART, 10 SCIF.
  public var type: UInt16 = 0
  /// How the registers are accessed.
  public var flags: ConsoleFlags = []
  /// Baud-rate divider; 0: the UART is not initialised.
  public var divider: UInt32 = 0
  /// Bit of the clock gate in `clockRegister`.
  public var gateNumber: UInt32 = 0
  /// Host-physical address of the clock register; 0: none.
  public var clockRegister: UInt64 = 0
  /// No console.
  public init() {}
}

/// A share of the L3 cache, in bits of the capacity mask (12 bytes).
public struct CacheRegion: Sendable, Hashable {
  /// First bit in the capacity mask.
  public var start: UInt32
  /// Number of bits.
  public var size: UInt32
  /// 1 code, 2 data, 3 both.
  public var type: UInt8
  /// Bit 0: ROOTSHARED.
  public var flags: UInt16
  /// Makes a share; of code and data by default.
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
  /// Makes a chip of which no pin is given.
  public init(address: UInt64, id: UInt32 = 0, pinBase: UInt32 = 0, pins: [UInt32] = [0, 0, 0, 0]) {
    self.address = address
    self.id = id
    self.pinBase = pinBase
    self.pins = pins
  }
}

/// I/O ports `base ..< base + length` (4 bytes).
public struct PortRange: Sendable, Hashable {
  /// First port.
  public var base: UInt16
  /// Number of ports.
  public var length: UInt16
  /// Makes a range.
  public init(base: UInt16, length: UInt16) {
    self.base = base
    self.length = length
  }
}

/// A PCI function (56 bytes).
public struct PCIDevice: Sendable, Hashable {
  /// 1 device, 2 bridge, 3 ivshmem.
  public var type: UInt8 = 1
  /// Index of the IOMMU unit that translates for it.
  public var iommu: UInt8 = 0
  /// PCI segment.
  public var domain: UInt16 = 0
  /// bus << 8 | device << 3 | function.
  public var bdf: UInt16 = 0
  /// Writable bits of each BAR; six words.
  public var barMasks: [UInt32] = [0, 0, 0, 0, 0, 0]
  /// Index of its first capability in the cell's array.
  public var capabilitiesStart: UInt16 = 0
  /// How many capabilities are its own.
  public var capabilitiesCount: UInt16 = 0
  /// Number of MSI vectors; 0: no MSI.
  public var msiVectors: UInt8 = 0
  /// Bit 0: 64-bit MSI address; bit 1: maskable.
  public var msiFlags: UInt8 = 0
  /// Number of MSI-X vectors; 0: no MSI-X.
  public var msixVectors: UInt16 = 0
  /// Bytes of the MSI-X table, whole pages.
  public var msixRegionSize: UInt16 = 0
  /// Host-physical address of the MSI-X table; 0: none.
  public var msixAddress: UInt64 = 0
  /// ivshmem: index of the first of its 2 + peers memory regions.
  public var shmemRegionsStart: UInt32 = 0
  /// ivshmem: its own peer number.
  public var shmemDeviceID: UInt8 = 0
  /// ivshmem: number of peers.
  public var shmemPeers: UInt8 = 0
  /// ivshmem: protocol in the class code.
  public var shmemProtocol: UInt16 = 0
  /// A plain device at 0000:00:00.0.
  public init() {}
}

/// A range of a PCI function's configuration space (8 bytes).
public struct PCICapability: Sendable, Hashable {
  /// Bit 15: extended capability. 0: a register range that is no capability.
  public var id: UInt16
  /// First byte in configuration space.
  public var start: UInt16
  /// Bytes.
  public var length: UInt16
  /// Bit 0: writes allowed.
  public var flags: UInt16
  /// Makes a capability; read-only by default.
  public init(id: UInt16, start: UInt16, length: UInt16, flags: UInt16 = 0) {
    self.id = id
    self.start = start
    self.length = length
    self.flags = flags
  }
}

/// What a cell descriptor and its arrays say (132 bytes and what follows).
public struct CellDescription: Sendable, Hashable {
  /// At most 31 bytes.
  public var name: String = ""
  /// Written by the driver; meaningless in a file.
  public var id: UInt32 = 0
  /// What kind of cell it is.
  public var flags: CellFlags = []
  /// The CPU bitmap's bytes; bit n of byte n/8 is logical CPU n.
  public var cpuSet: [UInt8] = []
  /// Memory, in file order (later entries win in the root cell).
  public var regions: [MemoryRegion] = []
  /// Shares of the L3 cache; at most one is accepted.
  public var caches: [CacheRegion] = []
  /// Interrupt lines, by controller.
  public var interruptChips: [InterruptChip] = []
  /// I/O ports that are open.
  public var ports: [PortRange] = []
  /// PCI functions.
  public var devices: [PCIDevice] = []
  /// Capabilities of all functions, by index.
  public var capabilities: [PCICapability] = []
  /// ARM SMMU streams.
  public var streamIDs: [UInt32] = []
  /// ARM: first shared interrupt (minus 32) of the virtual PCI host.
  public var virtualPCIInterruptBase: UInt32 = 0
  /// Guest-physical address of the first instruction.
  public var cpuResetAddress: UInt64 = 0
  /// Polling-loop iterations before a silent cell counts as failed; 0: wait for ever.
  public var messageReplyTimeout: UInt64 = 0
  /// Passed on to the inmate through the communication region.
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
  /// Makes a unit.
  public init(type: UInt32, base: UInt64, size: UInt32, extra: [UInt8] = Array(repeating: 0, count: 12)) {
    self.type = type
    self.base = base
    self.size = size
    self.extra = extra
  }
}

/// The architecture part of the system header.
public enum PlatformDescription: Sendable, Hashable {
  /// PM timer port, APIC mode (0 auto, 1 xAPIC, 2 x2APIC), size of the interrupt-remapping table, clocks.
  case x86(
    pmTimerAddress: UInt16, apicMode: UInt8, vtdInterruptLimit: UInt32, tscKHz: UInt32, apicKHz: UInt32)
  /// Maintenance interrupt, GIC version (2 or 3) and the host-physical bases of its parts.
  case arm(
    maintenanceIRQ: UInt8, gicVersion: UInt8, gicd: UInt64, gicc: UInt64, gich: UInt64, gicv: UInt64,
    gicr: UInt64)
}

/// What a system configuration says (488 bytes with the root cell's descriptor, and what follows).
public struct SystemDescription: Sendable, Hashable {
  /// How the hypervisor behaves.
  public var flags: SystemFlags = []
  /// Only the physical start and the size are used.
  public var hypervisorMemory = MemoryRegion()
  /// The hypervisor's own console.
  public var debugConsole = Console()
  /// Host-physical base of PCI configuration space; 0: none.
  public var pciMMConfigBase: UInt64 = 0
  /// Last bus of that space.
  public var pciMMConfigEndBus: UInt8 = 0
  /// 1: no physical PCI host, virtual functions only (ARM).
  public var pciIsVirtual: UInt8 = 0
  /// Linux domain of the virtual host bridge; 0xffff: Linux chooses.
  public var pciDomain: UInt16 = 0
  /// Up to eight units.
  public var iommuUnits: [IOMMUUnit] = []
  /// The architecture part.
  public var platform: PlatformDescription = .x86(
    pmTimerAddress: 0, apicMode: 0, vtdInterruptLimit: 0, tscKHz: 0, apicKHz: 0)
  /// The root cell.
  public var root = CellDescription()
  /// An empty system.
  public init() {}
}

/// One configuration of either kind.
public enum Configuration: Sendable, Hashable {
  /// Hypervisor and root cell.
  case system(Architecture, SystemDescription)
  /// A non-root cell.
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

// SPDX-License-Identifier: Apache-2.0
// What a machine file says: the inventory of one machine and who is to live on it.

/// A machine file, read but not yet compiled.
struct MachineFile {
  var name = ""
  var architecture = Architecture.x86
  /// What the machine was.
  var fingerprint = Fingerprint()
  var cpus: [Int] = []
  var cpusPosition = TextPosition(line: 1, column: 1)
  var coreSiblings: [[Int]] = []
  var leaksBetweenThreads = false
  /// Bits of the L3 capacity mask.
  var cacheWays: Int?
  var cachePosition = TextPosition(line: 1, column: 1)
  var ranges: [MachineRange] = []
  /// Memory that the compiler hands out to cells and links.
  var pools: [MachineRange] = []
  var chips: [MachineChip] = []
  var iommus: [MachineIOMMU] = []
  var devices: [MachineDevice] = []
  var functions: [MachineFunction] = []
  var powerPorts: [PortRange] = []
  var hypervisor = MachineHypervisor()
  var platform = MachinePlatform()
  var cells: [MachineCell] = []
  var links: [MachineLink] = []
  /// The `root:` mapping: what root gets beyond its share of the inventory.
  var root: TextNode?
  /// The file's messages; compilation adds to them.
  var problems: Problems

  /// Every name that `devices:` of a cell file can hold.
  var deviceNames: [String] {
    devices.map(\.name) + functions.compactMap(\.name) + functions.map(\.function.description)
  }
}

/// A range of host-physical memory with a name.
struct MachineRange {
  /// What the range is, which decides what root may do with it.
  enum Kind: String, CaseIterable {
    /// Ordinary memory: root reads, writes, executes; its devices reach it.
    case ram
    /// Firmware tables and services that root reads and writes.
    case firmware
    /// Read-only memory.
    case rom
    /// Registers: read and write.
    case device
    /// Nobody's: neither root nor a cell gets it.
    case hidden
  }
  var name: String
  var kind: Kind
  var start: UInt64
  var size: UInt64
  /// Replaces what `kind` says.
  var rights: RegionFlags?
  var position: TextPosition
}

/// An interrupt controller.
struct MachineChip {
  var name: String
  var address: UInt64
  /// Pin numbers that exist.
  var pins: [ClosedRange<UInt64>]
  /// The requester id of its messages.
  var requester: UInt16 = 0
  var iommu: String?
  var iommuPosition = TextPosition(line: 1, column: 1)
  var position: TextPosition
}

/// An IOMMU unit and what it covers.
struct MachineIOMMU {
  var name: String
  var unit: IOMMUUnit
  /// Functions (bridges stand for all behind them).
  var covers: Set<PCIFunction>
  /// Covers everything that no other unit names.
  var coversOthers: Bool
  var position: TextPosition
}

/// A device that is not on PCI.
struct MachineDevice {
  var name: String
  var ports: [ClosedRange<UInt64>] = []
  var memory: [MachineRange] = []
  var interrupts: [Inventory.Pin] = []
  /// How it is driven as a console.
  var uart: Console?
  var position: TextPosition
}

/// A base address register.
struct MachineBAR {
  var index: Int
  /// Host-physical address or first port.
  var address: UInt64
  var size: UInt64
  var isPorts: Bool
  var is64Bit: Bool
  var position: TextPosition
}

/// A PCI function.
struct MachineFunction {
  var function: PCIFunction
  var name: String?
  /// Type, MSI and MSI-X; BAR masks are computed.
  var device: PCIDevice
  var bars: [MachineBAR] = []
  var capabilities: [PCICapability] = []
  /// The buses behind a bridge.
  var buses: ClosedRange<UInt8>?
  var interrupts: [Inventory.Pin] = []
  var position: TextPosition

  /// The name that messages use.
  var label: String { name.map { "\($0) (\(function))" } ?? function.description }
}

/// The hypervisor's own share.
struct MachineHypervisor {
  var memory = MemoryRegion()
  var memoryPosition = TextPosition(line: 1, column: 1)
  var console = Console()
  var consolePosition = TextPosition(line: 1, column: 1)
  /// The device that is the console, if it was named.
  var consoleDevice: String?
  var consoleSharedWithRoot = false
  var flags: SystemFlags = []
}

/// The rest of the system header.
struct MachinePlatform {
  var mmconfigBase: UInt64 = 0
  var mmconfigEndBus: UInt8 = 0
  var mmconfigPosition = TextPosition(line: 1, column: 1)
  var pciIsVirtual: UInt8 = 0
  var pciDomain: UInt16 = 0
  var architecture = PlatformDescription.x86(
    pmTimerAddress: 0, apicMode: 0, vtdInterruptLimit: 0, tscKHz: 0, apicKHz: 0)
  var position = TextPosition(line: 1, column: 1)
}

/// What is reserved for a cell.
struct MachineCell {
  var name: String
  /// Bytes of memory.
  var ram: UInt64 = 0
  /// Where, if it is pinned.
  var at: UInt64?
  /// Ways of the cache.
  var cacheWays = 0
  var cacheFrom: Int?
  var position: TextPosition
}

/// A shared-memory channel.
struct MachineLink {
  /// How the channel appears in the cells.
  enum Form: String, CaseIterable {
    /// A virtual PCI function with doorbells.
    case ivshmem
    /// Plain memory.
    case plain
  }
  /// The cells at its ends, in the order of their peer numbers.
  var between: [String]
  var size: UInt64
  var at: UInt64?
  /// Bytes of the section that all ends may write.
  var common: UInt64 = 0
  var form = Form.ivshmem
  /// Plain memory: the only end that may write.
  var writer: String?
  var vectors: UInt16 = 2
  var protocolNumber: UInt16 = 0
  var function: PCIFunction?
  var position: TextPosition

  var label: String { between.joined(separator: "–") }
}

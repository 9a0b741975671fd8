// SPDX-License-Identifier: Apache-2.0
// The system header as values: hypervisor, platform, IOMMU units, root cell.

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
  /// What the machine was when the file was made; the hypervisor reads none of it.
  public var fingerprint = Fingerprint()
  /// An empty system.
  public init() {}
}

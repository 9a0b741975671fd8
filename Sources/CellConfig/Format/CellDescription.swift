// SPDX-License-Identifier: Apache-2.0
// The cell descriptor and its arrays as values.

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

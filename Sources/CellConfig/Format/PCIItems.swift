// SPDX-License-Identifier: Apache-2.0
// PCI functions and their capabilities as values.

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

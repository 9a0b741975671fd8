// SPDX-License-Identifier: Apache-2.0
// Where each field of the binary format stands. Source: docs/cell-format.md, section "Binary form".

/// Offsets inside the cell descriptor (132 bytes), in bytes from its start.
public enum CellOffset {
  public static var architecture: UInt64 { 5 }
  public static var revision: UInt64 { 6 }
  public static var name: UInt64 { 8 }
  public static var id: UInt64 { 40 }
  public static var flags: UInt64 { 44 }
  public static var cpuSetSize: UInt64 { 48 }
  public static var memoryCount: UInt64 { 52 }
  public static var cacheCount: UInt64 { 56 }
  public static var chipCount: UInt64 { 60 }
  public static var portCount: UInt64 { 64 }
  public static var deviceCount: UInt64 { 68 }
  public static var capabilityCount: UInt64 { 72 }
  public static var streamCount: UInt64 { 76 }
  public static var virtualPCIBase: UInt64 { 80 }
  public static var resetAddress: UInt64 { 84 }
  public static var replyTimeout: UInt64 { 92 }
  public static var console: UInt64 { 100 }
  /// Length of the descriptor.
  public static var length: UInt64 { 132 }
}

/// Length of one element of each array, in bytes.
public enum Stride {
  public static var memory: UInt64 { 32 }
  public static var cache: UInt64 { 12 }
  public static var chip: UInt64 { 32 }
  public static var port: UInt64 { 4 }
  public static var device: UInt64 { 56 }
  public static var capability: UInt64 { 8 }
  public static var stream: UInt64 { 4 }
  public static var iommu: UInt64 { 28 }
}

/// Offsets inside the system header, in bytes from the start of the file.
public enum SystemOffset {
  public static var flags: UInt64 { 8 }
  public static var hypervisorStart: UInt64 { 12 }
  public static var hypervisorSize: UInt64 { 28 }
  public static var debugConsole: UInt64 { 44 }
  public static var mmconfigBase: UInt64 { 76 }
  public static var mmconfigEndBus: UInt64 { 84 }
  public static var pciIsVirtual: UInt64 { 85 }
  public static var pciDomain: UInt64 { 86 }
  /// IOMMU units, revisions 13 and 14.
  public static var iommu: UInt64 { 88 }
  /// Architecture part, revisions 13 and 14.
  public static var platform: UInt64 { 312 }
  /// Root cell's descriptor, revisions 13 and 14.
  public static var root: UInt64 { 356 }
  /// Architecture part, revision 12.
  public static var platform12: UInt64 { 88 }
  /// IOMMU units, revision 12, x86.
  public static var iommu12x86: UInt64 { 106 }
  /// IOMMU units, revision 12, ARM.
  public static var iommu12ARM: UInt64 { 130 }
  /// Root cell's descriptor, revision 12.
  public static var root12: UInt64 { 354 }
  /// How many IOMMU units the header holds.
  public static var iommuUnits: UInt64 { 8 }
}

/// Signatures, as little-endian words of the first five or six bytes.
public enum Signature {
  /// `JHCLL`, 5 bytes (revision 14).
  public static var cell: UInt64 { 0x4c_4c43_484a }
  /// `JHSYS`, 5 bytes (revision 14).
  public static var system: UInt64 { 0x53_5953_484a }
  /// `JHCELL`, 6 bytes (revisions 12 and 13).
  public static var oldCell: UInt64 { 0x4c4c_4543_484a }
  /// `JHSYST`, 6 bytes (revisions 12 and 13).
  public static var oldSystem: UInt64 { 0x5453_5953_484a }
}

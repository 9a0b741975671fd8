// SPDX-License-Identifier: Apache-2.0
// Offsets and sizes of the binary form. Source: the binary format in docs/cell-format.md.

/// The magic bytes at offset 0.
enum Signature {
  /// Revision 14, followed by one architecture byte.
  static let system14 = Array("JHSYS".utf8)
  static let cell14 = Array("JHCLL".utf8)
  /// Revisions 12 and 13: six bytes, no architecture.
  static let system12 = Array("JHSYST".utf8)
  static let cell12 = Array("JHCELL".utf8)
}

/// The revisions that are alive.
enum BinaryRevision {
  static let current: UInt16 = 14
  static let readable: ClosedRange<UInt16> = 12...14
}

/// The cell descriptor.
enum CellLayout {
  static let size = 132
  static let name = 8
  static let nameWidth = 32
  static let id = 40
  static let flags = 44
  /// Eight counts of 4 bytes: CPU set (bytes), regions, caches, interrupt chips, ports, devices,
  /// capabilities, stream ids.
  static let counts = 48
  static let virtualPCIInterruptBase = 80
  static let resetAddress = 84
  static let messageTimeout = 92
  static let console = 100
  /// Bytes of one element of each array, in the order of the counts.
  static let strides = [1, 32, 12, 32, 4, 56, 8, 4]
}

/// The system header. Revision 12 keeps its architecture part before the IOMMU units.
struct SystemLayout {
  var platform: Int
  var units: Int
  var root: Int

  static let maximumUnits = 8
  static let unitSize = 28
  static let flags = 8
  static let hypervisorMemory = 12
  static let debugConsole = 44
  static let mmconfigBase = 76
  static let mmconfigEndBus = 84
  static let pciIsVirtual = 85
  static let pciDomain = 86

  static let revision14 = SystemLayout(platform: 312, units: 88, root: 356)
  /// Where the IOMMU units stand depends on the architecture, which revision 12 does not record.
  static func revision12(_ architecture: Architecture) -> SystemLayout {
    SystemLayout(platform: 88, units: architecture == .x86 ? 106 : 130, root: 354)
  }
}

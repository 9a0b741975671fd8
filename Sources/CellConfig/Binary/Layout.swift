// SPDX-License-Identifier: Apache-2.0
// Offsets and sizes of the binary form, taken from `Core`: the hypervisor and the tools read the same bytes at
// the same places because there is one table of them.

import Core

/// The magic bytes at offset 0.
enum Magic {
  /// Revision 14, followed by one architecture byte.
  static let system14 = bytes(Signature.system, 5)
  static let cell14 = bytes(Signature.cell, 5)
  /// Revisions 12 and 13: six bytes, no architecture.
  static let system12 = bytes(Signature.oldSystem, 6)
  static let cell12 = bytes(Signature.oldCell, 6)

  private static func bytes(_ word: UInt64, _ count: UInt64) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }
}

/// The revisions that are alive.
enum BinaryRevision {
  static let current: UInt16 = 14
  static let readable: ClosedRange<UInt16> = 12...14
}

/// The cell descriptor.
enum CellField {
  static let size = Int(CellOffset.length)
  static let name = Int(CellOffset.name)
  static let nameWidth = Int(CellOffset.id - CellOffset.name)
  static let id = Int(CellOffset.id)
  static let flags = Int(CellOffset.flags)
  /// Eight counts of 4 bytes: CPU set (bytes), regions, caches, interrupt chips, ports, devices,
  /// capabilities, stream ids.
  static let counts = Int(CellOffset.cpuSetSize)
  static let virtualPCIInterruptBase = Int(CellOffset.virtualPCIBase)
  static let resetAddress = Int(CellOffset.resetAddress)
  static let messageTimeout = Int(CellOffset.replyTimeout)
  static let console = Int(CellOffset.console)
  /// Bytes of one element of each array, in the order of the counts.
  static let strides = [
    1, Stride.memory, Stride.cache, Stride.chip, Stride.port, Stride.device, Stride.capability, Stride.stream,
  ].map { Int($0) }
  /// The format's limit for the CPU set, bytes.
  static let maximumCPUSet = 4096
}

/// The system header. Revision 12 keeps its architecture part before the IOMMU units.
struct SystemField {
  var platform: Int
  var units: Int
  var root: Int

  static let maximumUnits = Int(SystemOffset.iommuUnits)
  static let unitSize = Int(Stride.iommu)
  static let flags = Int(SystemOffset.flags)
  static let hypervisorMemory = Int(SystemOffset.hypervisorStart)
  static let debugConsole = Int(SystemOffset.debugConsole)
  static let mmconfigBase = Int(SystemOffset.mmconfigBase)
  static let mmconfigEndBus = Int(SystemOffset.mmconfigEndBus)
  static let pciIsVirtual = Int(SystemOffset.pciIsVirtual)
  static let pciDomain = Int(SystemOffset.pciDomain)

  static let revision14 = SystemField(
    platform: Int(SystemOffset.platform), units: Int(SystemOffset.iommu), root: Int(SystemOffset.root))
  /// Where the IOMMU units stand depends on the architecture, which revision 12 does not record.
  static func revision12(_ architecture: Architecture) -> SystemField {
    SystemField(
      platform: Int(SystemOffset.platform12),
      units: Int(architecture == .x86 ? SystemOffset.iommu12x86 : SystemOffset.iommu12ARM),
      root: Int(SystemOffset.root12))
  }
}

// SPDX-License-Identifier: Apache-2.0
// A configuration as the bytes of revision 14. Fields without a value are zero; arrays follow tightly.
// Source: the binary format in docs/cell-format.md.

/// Writes the binary form.
public enum BinaryWriter {
  /// The bytes of `configuration` in revision 14.
  ///
  /// Counts are those of the arrays. A name longer than 32 bytes is cut: readers refuse it anyway.
  public static func write(_ configuration: Configuration) -> [UInt8] {
    var sink = ByteSink()
    switch configuration {
    case .system(let architecture, let system):
      sink.put(system: system, architecture: architecture)
      sink.put(descriptor: system.root, signature: [0, 0, 0, 0, 0], architecture: 0, revision: 0)
      sink.put(arraysOf: system.root)
      sink.put(raw: system.fingerprint.trailer)
    case .cell(let architecture, let cell):
      sink.put(
        descriptor: cell, signature: Magic.cell14, architecture: architecture.rawValue,
        revision: BinaryRevision.current)
      sink.put(arraysOf: cell)
    }
    return sink.bytes
  }
}

extension ByteSink {
  fileprivate mutating func put(system: SystemDescription, architecture: Architecture) {
    put(raw: Magic.system14)
    put(architecture.rawValue)
    put(BinaryRevision.current)
    put(system.flags.rawValue)
    put(region: system.hypervisorMemory)
    put(console: system.debugConsole)
    put(system.pciMMConfigBase)
    put(system.pciMMConfigEndBus)
    put(system.pciIsVirtual)
    put(system.pciDomain)
    for unit in system.iommuUnits.prefix(SystemField.maximumUnits) { put(unit: unit) }
    fill(to: SystemField.revision14.platform)
    put(platform: system.platform)
    fill(to: SystemField.revision14.root)
  }

  fileprivate mutating func put(
    descriptor cell: CellDescription, signature: [UInt8], architecture: UInt8, revision: UInt16
  ) {
    put(raw: signature)
    put(architecture)
    put(revision)
    put(raw: cell.name.utf8, width: CellField.nameWidth)
    put(cell.id)
    put(cell.flags.rawValue)
    for count in [
      cell.cpuSet.count, cell.regions.count, cell.caches.count, cell.interruptChips.count,
      cell.ports.count, cell.devices.count, cell.capabilities.count, cell.streamIDs.count,
    ] { put(UInt32(truncatingIfNeeded: count)) }
    put(cell.virtualPCIInterruptBase)
    put(cell.cpuResetAddress)
    put(cell.messageReplyTimeout)
    put(console: cell.console)
  }

  fileprivate mutating func put(arraysOf cell: CellDescription) {
    put(raw: cell.cpuSet)
    for region in cell.regions { put(region: region) }
    for cache in cell.caches { put(cache: cache) }
    for chip in cell.interruptChips { put(chip: chip) }
    for range in cell.ports {
      put(range.base)
      put(range.length)
    }
    for device in cell.devices { put(device: device) }
    for capability in cell.capabilities {
      put(capability.id)
      put(capability.start)
      put(capability.length)
      put(capability.flags)
    }
    for stream in cell.streamIDs { put(stream) }
  }
}

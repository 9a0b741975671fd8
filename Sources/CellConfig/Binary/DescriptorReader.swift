// SPDX-License-Identifier: Apache-2.0
// The structures of the binary form, read field by field; remembers where each item stands.

/// Reads descriptors at offsets that have been accepted.
struct DescriptorReader {
  let source: ByteSource
  let path: String
  private(set) var places: [Item: Place] = [:]

  init(source: ByteSource, path: String) {
    self.source = source
    self.path = path
    note(.file, 0)
    note(.header, 0)
  }

  private mutating func note(_ item: Item, _ offset: Int) {
    places[item] = Place(file: path, offset: offset)
  }

  mutating func cell(at base: Int) -> CellDescription {
    var cell = CellDescription()
    note(.name, base + CellField.name)
    cell.name = name(at: base + CellField.name)
    cell.id = source.u32(base + CellField.id)
    note(.flags, base + CellField.flags)
    cell.flags = CellFlags(rawValue: source.u32(base + CellField.flags))
    cell.virtualPCIInterruptBase = source.u32(base + CellField.virtualPCIInterruptBase)
    note(.resetAddress, base + CellField.resetAddress)
    cell.cpuResetAddress = source.u64(base + CellField.resetAddress)
    note(.messageTimeout, base + CellField.messageTimeout)
    cell.messageReplyTimeout = source.u64(base + CellField.messageTimeout)
    note(.console, base + CellField.console)
    cell.console = console(at: base + CellField.console)

    let counts = (0..<8).map { Int(source.u32(base + CellField.counts + 4 * $0)) }
    var start = base + CellField.size
    note(.cpus, start)
    cell.cpuSet = source.raw(start, counts[0])
    start += counts[0]
    func elements(_ array: Int) -> [Int] {
      let stride = CellField.strides[array]
      defer { start += counts[array] * stride }
      return (0..<counts[array]).map { start + $0 * stride }
    }
    cell.regions = elements(1).enumerated().map {
      note(.region($0.offset), $0.element)
      return region(at: $0.element)
    }
    cell.caches = elements(2).enumerated().map {
      note(.cache($0.offset), $0.element)
      return CacheRegion(
        start: source.u32($0.element), size: source.u32($0.element + 4), type: source.u8($0.element + 8),
        flags: source.u16($0.element + 10))
    }
    cell.interruptChips = elements(3).enumerated().map { index, offset in
      note(.interruptChip(index), offset)
      return InterruptChip(
        address: source.u64(offset), id: source.u32(offset + 8), pinBase: source.u32(offset + 12),
        pins: (0..<4).map { source.u32(offset + 16 + 4 * $0) })
    }
    cell.ports = elements(4).enumerated().map {
      note(.port($0.offset), $0.element)
      return PortRange(base: source.u16($0.element), length: source.u16($0.element + 2))
    }
    cell.devices = elements(5).enumerated().map {
      note(.device($0.offset), $0.element)
      return device(at: $0.element)
    }
    cell.capabilities = elements(6).enumerated().map {
      note(.capability($0.offset), $0.element)
      return PCICapability(
        id: source.u16($0.element), start: source.u16($0.element + 2), length: source.u16($0.element + 4),
        flags: source.u16($0.element + 6))
    }
    cell.streamIDs = elements(7).enumerated().map {
      note(.stream($0.offset), $0.element)
      return source.u32($0.element)
    }
    return cell
  }

  mutating func system(
    layout: SystemField, revision: UInt16, architecture: Architecture
  ) -> SystemDescription {
    var system = SystemDescription()
    system.flags = SystemFlags(rawValue: source.u32(SystemField.flags))
    note(.hypervisorMemory, SystemField.hypervisorMemory)
    system.hypervisorMemory = region(at: SystemField.hypervisorMemory)
    note(.debugConsole, SystemField.debugConsole)
    system.debugConsole = console(at: SystemField.debugConsole)
    note(.mmconfig, SystemField.mmconfigBase)
    system.pciMMConfigBase = source.u64(SystemField.mmconfigBase)
    system.pciMMConfigEndBus = source.u8(SystemField.mmconfigEndBus)
    system.pciIsVirtual = source.u8(SystemField.pciIsVirtual)
    system.pciDomain = source.u16(SystemField.pciDomain)
    for index in 0..<SystemField.maximumUnits {
      let offset = layout.units + index * SystemField.unitSize
      let base = source.u64(offset + 4)
      if base == 0 { break }
      note(.iommu(index), offset)
      system.iommuUnits.append(
        IOMMUUnit(
          type: source.u32(offset), base: base, size: source.u32(offset + 12),
          extra: source.raw(offset + 16, 12)))
    }
    note(.platform, layout.platform)
    system.platform = platform(at: layout.platform, revision: revision, architecture: architecture)
    return system
  }

  private func platform(
    at offset: Int, revision: UInt16, architecture: Architecture
  ) -> PlatformDescription {
    switch (architecture, revision) {
    case (.x86, 12):
      return .x86(
        pmTimerAddress: source.u16(offset), apicMode: source.u8(offset + 6),
        vtdInterruptLimit: source.u32(offset + 2), tscKHz: source.u32(offset + 10),
        apicKHz: source.u32(offset + 14))
    case (.x86, _):
      return .x86(
        pmTimerAddress: source.u16(offset), apicMode: source.u8(offset + 2),
        vtdInterruptLimit: source.u32(offset + 4), tscKHz: source.u32(offset + 8),
        apicKHz: source.u32(offset + 12))
    default:
      let first = offset + (revision == 12 ? 2 : 4)
      return .arm(
        maintenanceIRQ: source.u8(offset), gicVersion: source.u8(offset + 1), gicd: source.u64(first),
        gicc: source.u64(first + 8), gich: source.u64(first + 16), gicv: source.u64(first + 24),
        gicr: source.u64(first + 32))
    }
  }
}

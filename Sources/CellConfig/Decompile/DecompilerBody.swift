// SPDX-License-Identifier: Apache-2.0
// The part that a cell file and `root:` of a machine file have in common.

extension Decompiler {
  /// The lines of a cell's description.
  static func body(_ cell: CellDescription) -> [String] {
    var lines: [String] = []
    if cell.id != 0 { lines.append("id: \(cell.id)") }
    if !cell.flags.isEmpty {
      lines.append("flags: \(TextScalar.flags(Vocabulary.cellFlags, cell.flags.rawValue))")
    }
    let cpus = cell.cpus
    if !cpus.isEmpty { lines.append("cpus: \(CPUList.text(cpus))") }
    if cell.cpuSet.count != CellBuilder.defaultSetSize(cpus) {
      lines.append("cpu-set-size: \(cell.cpuSet.count)")
    }
    if cell.cpuResetAddress != 0 {
      lines.append("reset-address: \(TextScalar.address(cell.cpuResetAddress))")
    }
    if cell.messageReplyTimeout != 0 { lines.append("message-timeout: \(cell.messageReplyTimeout)") }
    if cell.virtualPCIInterruptBase != 0 {
      lines.append("virtual-pci-interrupt-base: \(cell.virtualPCIInterruptBase)")
    }
    if cell.console != Console() { lines.append("console: \(console(cell.console))") }
    func section(_ key: String, _ items: [String]) {
      if !items.isEmpty { lines += ["\(key):"] + items.map { "  - \($0)" } }
    }
    section("memory", cell.regions.map(region))
    section("cache", cell.caches.map(cache))
    section("interrupt-chips", cell.interruptChips.map(chip))
    section("ports", cell.ports.map(ports))
    let nested = capabilitiesFollowDevices(cell)
    if !nested { section("capabilities", cell.capabilities.map(capability)) }
    section("pci", cell.devices.map { device($0, of: cell, nested: nested) })
    section("streams", cell.streamIDs.map { TextScalar.address($0) })
    return lines
  }

  /// True where the array of capabilities is what the devices' own ones give, one after the other.
  private static func capabilitiesFollowDevices(_ cell: CellDescription) -> Bool {
    var next = 0
    for device in cell.devices {
      let count = Int(device.capabilitiesCount)
      if Int(device.capabilitiesStart) != (count == 0 ? 0 : next) { return false }
      next += count
    }
    return next == cell.capabilities.count
  }

  static func console(_ console: Console) -> String {
    func optional(_ value: some FixedWidthInteger & UnsignedInteger) -> String? {
      value == 0 ? nil : TextScalar.address(value)
    }
    return TextScalar.map([
      ("type", TextScalar.term(Vocabulary.consoleTypes, console.type)), ("at", optional(console.address)),
      ("size", console.size == 0 ? nil : Sizes.text(UInt64(console.size))),
      (
        "flags",
        console.flags.isEmpty ? nil : TextScalar.flags(Vocabulary.consoleFlags, console.flags.rawValue)
      ),
      ("divider", console.divider == 0 ? nil : "\(console.divider)"),
      ("gate", console.gateNumber == 0 ? nil : "\(console.gateNumber)"),
      ("clock-register", optional(console.clockRegister)),
    ])
  }

  private static func region(_ region: MemoryRegion) -> String {
    let isImplicit = region.flags.contains(.communication) && region.physicalStart == 0
    let isSame = region.virtualStart == region.physicalStart
    return TextScalar.map([
      ("at", isImplicit ? nil : TextScalar.address(region.physicalStart)),
      ("guest", isSame ? nil : TextScalar.address(region.virtualStart)), ("size", Sizes.text(region.size)),
      (
        "rights", region.flags.isEmpty ? nil : TextScalar.flags(Vocabulary.regionFlags, region.flags.rawValue)
      ),
    ])
  }

  private static func cache(_ cache: CacheRegion) -> String {
    TextScalar.map([
      ("from", "\(cache.start)"), ("ways", "\(cache.size)"),
      ("type", cache.type == 3 ? nil : TextScalar.term(Vocabulary.cacheTypes, cache.type)),
      ("flags", cache.flags == 0 ? nil : TextScalar.flags(Vocabulary.cacheFlags, cache.flags)),
    ])
  }

  private static func chip(_ chip: InterruptChip) -> String {
    let pins = InterruptSyntax.pins(of: chip)
    return TextScalar.map([
      ("at", TextScalar.address(chip.address)), ("id", chip.id == 0 ? nil : TextScalar.address(chip.id)),
      ("base", chip.pinBase == 0 ? nil : "\(chip.pinBase)"),
      ("pins", pins.isEmpty ? nil : TextScalar.ranges(pins)),
    ])
  }

  private static func ports(_ range: PortRange) -> String {
    let last = UInt32(range.base) + UInt32(range.length) - (range.length == 0 ? 0 : 1)
    guard range.length > 0, last <= 0xffff else {
      return "{base: \(TextScalar.address(range.base)), length: \(range.length)}"
    }
    let first = TextScalar.address(range.base)
    return range.length == 1 ? first : "\(first)-\(TextScalar.address(last))"
  }

  private static func capability(_ capability: PCICapability) -> String {
    TextScalar.map([
      ("id", TextScalar.term(Vocabulary.capabilities, capability.id)),
      ("at", TextScalar.address(capability.start)), ("size", "\(capability.length)"),
      capability.flags < 2
        ? ("writable", "\(capability.flags == 1)") : ("flags", TextScalar.address(capability.flags)),
    ])
  }

  private static func device(_ device: PCIDevice, of cell: CellDescription, nested: Bool) -> String {
    let first = Int(device.capabilitiesStart)
    let count = Int(device.capabilitiesCount)
    var capabilities: String?
    if nested {
      if count > 0 {
        capabilities = TextScalar.list(cell.capabilities[first..<first + count].map(capability))
      }
    } else if first != 0 || count != 0 {
      capabilities = "{first: \(first), count: \(count)}"
    }
    let msi = [
      ("vectors", device.msiVectors == 0 ? nil : "\(device.msiVectors)"),
      ("flags", device.msiFlags == 0 ? nil : TextScalar.flags(Vocabulary.msiFlags, device.msiFlags)),
    ]
    let msix = [
      ("vectors", device.msixVectors == 0 ? nil : "\(device.msixVectors)"),
      ("at", device.msixAddress == 0 ? nil : TextScalar.address(device.msixAddress)),
      ("size", device.msixRegionSize == 0 ? nil : Sizes.text(UInt64(device.msixRegionSize))),
    ]
    let shared = [
      ("first-region", device.shmemRegionsStart == 0 ? nil : "\(device.shmemRegionsStart)"),
      ("id", device.shmemDeviceID == 0 ? nil : "\(device.shmemDeviceID)"),
      ("peers", device.shmemPeers == 0 ? nil : "\(device.shmemPeers)"),
      (
        "protocol",
        device.shmemProtocol == 0 ? nil : TextScalar.term(Vocabulary.protocols, device.shmemProtocol)
      ),
    ]
    func group(_ pairs: [(String, String?)]) -> String? {
      pairs.contains { $0.1 != nil } ? TextScalar.map(pairs) : nil
    }
    return TextScalar.map([
      ("function", PCIFunction(domain: device.domain, bdf: device.bdf).description),
      ("type", TextScalar.term(Vocabulary.deviceTypes, device.type)),
      ("iommu", device.iommu == 0 ? nil : "\(device.iommu)"),
      (
        "bar-masks",
        device.barMasks.contains { $0 != 0 }
          ? TextScalar.list(device.barMasks.map { TextScalar.address($0) }) : nil
      ), ("msi", group(msi)), ("msi-x", group(msix)), ("shared-memory", group(shared)),
      ("capabilities", capabilities),
    ])
  }
}

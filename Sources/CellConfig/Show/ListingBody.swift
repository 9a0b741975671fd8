// SPDX-License-Identifier: Apache-2.0
// What a cell has: CPUs, memory, ports, lines, functions.

extension Listing {
  static func body(_ cell: CellDescription, _ file: LoadedFile) -> [String] {
    var facts = [("CPUs", cell.cpus.isEmpty ? "none" : CPUList.text(cell.cpus))]
    if !cell.flags.isEmpty { facts.append(("flags", flags(Vocabulary.cellFlags, cell.flags.rawValue))) }
    for cache in cell.caches {
      let last = UInt64(cache.start) + max(1, UInt64(cache.size)) - 1
      let shared = cache.flags & 1 != 0 ? ", shared with root" : ""
      facts.append(("cache", "ways \((UInt64(cache.start)...last).label)\(shared)"))
    }
    if case .cell = file.configuration {
      facts.append(("starts at", "guest \(TextScalar.address(cell.cpuResetAddress))"))
      facts.append(
        ("reply time-out", cell.messageReplyTimeout == 0 ? "none" : "\(cell.messageReplyTimeout) polls"))
    }
    if cell.console.type != 0 {
      facts.append(("console", "\(label(cell.console, file.names[.console])) at \(place(cell.console))"))
    }
    let width = facts.map(\.0.count).max() ?? 0
    var lines = facts.map { "  " + $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }
    for table in [memory(cell, file), ports(cell, file), interrupts(cell, file), functions(cell, file)] {
      if !table.isEmpty { lines += [""] + table.lines }
    }
    if !cell.streamIDs.isEmpty {
      lines += ["", "  stream ids  " + cell.streamIDs.map { TextScalar.address($0) }.joined(separator: ", ")]
    }
    return lines
  }

  private static func memory(_ cell: CellDescription, _ file: LoadedFile) -> TextTable {
    var table = TextTable(
      indent: 2, right: [1], header: ["memory", "size", "guest-physical", "host-physical", "rights"])
    for (index, region) in cell.regions.enumerated() {
      let isOwnPage = region.flags.contains(.communication)
      let host =
        isOwnPage
        ? "the hypervisor's"
        : region.physicalStart == region.virtualStart ? "same" : span(region.physicalStart, region.size)
      table.add(
        file.names[.region(index)] ?? "region \(index)", Sizes.text(region.size),
        span(region.virtualStart, region.size), host, rights(region.flags))
    }
    return table
  }

  /// `rwx` and the other rights by name.
  static func rights(_ flags: RegionFlags) -> String {
    let letters =
      (flags.contains(.read) ? "r" : "-") + (flags.contains(.write) ? "w" : "-")
      + (flags.contains(.execute) ? "x" : "-")
    let rest = flags.subtracting([.read, .write, .execute])
    return ([letters] + Vocabulary.words(Vocabulary.regionFlags, bits: rest.rawValue)).joined(separator: " ")
  }

  private static func ports(_ cell: CellDescription, _ file: LoadedFile) -> TextTable {
    var table = TextTable(indent: 2, header: ["ports", "range"])
    for (index, range) in cell.ports.enumerated() {
      let last = UInt64(range.base) + max(1, UInt64(range.length)) - 1
      let first = TextScalar.address(range.base)
      let text = range.length == 0 ? "none" : range.length == 1 ? first : "\(first)-0x\(hex(last))"
      table.add(file.names[.port(index)] ?? "range \(index)", text)
    }
    return table
  }

  private static func interrupts(_ cell: CellDescription, _ file: LoadedFile) -> TextTable {
    var table = TextTable(indent: 2, header: ["interrupts", "chip", "lines"])
    for (index, chip) in cell.interruptChips.enumerated() {
      let pins = TextScalar.ranges(InterruptSyntax.pins(of: chip)).dropFirst().dropLast()
      table.add(
        file.names[.interruptChip(index)] ?? "chip \(index)", TextScalar.address(chip.address), String(pins))
    }
    return table
  }

  private static func functions(_ cell: CellDescription, _ file: LoadedFile) -> TextTable {
    var table = TextTable(
      indent: 2, header: ["pci", "function", "type", "iommu", "interrupts", "writable capabilities"])
    for (index, device) in cell.devices.enumerated() {
      var interrupts: [String] = []
      if device.msiVectors > 0 { interrupts.append("MSI \(device.msiVectors)") }
      if device.msixVectors > 0 { interrupts.append("MSI-X \(device.msixVectors)") }
      if device.type == 3 { interrupts.append("peer \(device.shmemDeviceID) of \(device.shmemPeers)") }
      let first = Int(device.capabilitiesStart)
      let own = cell.capabilities.indices.filter {
        $0 >= first && $0 < first + Int(device.capabilitiesCount) && cell.capabilities[$0].flags & 1 != 0
      }
      table.add(
        file.names[.device(index)] ?? "device \(index)",
        PCIFunction(domain: device.domain, bdf: device.bdf).description,
        TextScalar.term(Vocabulary.deviceTypes, device.type), "\(device.iommu)",
        interrupts.joined(separator: ", "),
        own.map { TextScalar.term(Vocabulary.capabilities, cell.capabilities[$0].id) }.joined(separator: ", ")
      )
    }
    return table
  }
}

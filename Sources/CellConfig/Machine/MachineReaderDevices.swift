// SPDX-License-Identifier: Apache-2.0
// A machine file's interrupt chips, IOMMU units and devices.

extension MachineReader {
  mutating func readIOMMUs() {
    let nodes = fields.list("iommus")
    if nodes.count > SystemField.maximumUnits {
      problems.error(
        .outOfRange, "the format has room for \(SystemField.maximumUnits) IOMMU units, not \(nodes.count)",
        remedy: "leave out units whose devices stay unused", at: fields.place(of: "iommus"))
    }
    for (index, node) in nodes.prefix(SystemField.maximumUnits).enumerated() {
      guard
        let fields = Fields(
          node, "this IOMMU unit", keys: ["name", "type", "at", "size", "covers", "extra"], problems,
          example: "{name: dmar0, type: intel, at: 0xfed90000, covers: others}")
      else { continue }
      let type = fields["type"].flatMap { problems.term($0, "type", Vocabulary.iommuTypes, as: UInt32.self) }
      let base = fields.required("at", example: "0xfed90000").flatMap { problems.size($0, "at") } ?? 0
      let size = fields.size("size") ?? 4096
      var unit = IOMMUUnit(type: type ?? 2, base: base, size: UInt32(truncatingIfNeeded: size))
      if let word = fields.string("extra") { unit.extra = extra(word, at: fields.place(of: "extra")) }
      if size > UInt64(UInt32.max) {
        problems.error(
          .outOfRange, "`size` does not fit 32 bits", remedy: "use the size of the register block",
          at: fields.place(of: "size"))
      }
      if base == 0 {
        problems.error(
          .outOfRange, "a unit at address 0 would end the list", remedy: "give the base of its registers",
          at: fields.place(of: "at"))
      }
      let covers = fields["covers"]
      let others = covers?.scalar == "others" || covers?.scalar == "all"
      machine.iommus.append(
        MachineIOMMU(
          name: fields.string("name") ?? "iommu\(index)", unit: unit,
          covers: others
            ? []
            : Set((covers.map { problems.list($0) } ?? []).compactMap { problems.function($0, "covers") }),
          coversOthers: others, position: node.position))
    }
  }

  /// Twelve bytes in hexadecimal.
  private func extra(_ word: String, at position: TextPosition) -> [UInt8] {
    let digits = Array(word)
    let bytes = stride(from: 0, to: digits.count - digits.count % 2, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    if bytes.count == 12, digits.count == 24 { return bytes }
    problems.error(
      .malformed, "`extra` must be 12 bytes in hexadecimal", remedy: "write 24 hexadecimal digits in quotes",
      at: position)
    return Array(repeating: 0, count: 12)
  }

  mutating func readChips() {
    for (index, node) in fields.list("interrupt-chips").enumerated() {
      guard
        let fields = Fields(
          node, "this interrupt chip", keys: ["name", "at", "pins", "requester", "iommu"], problems,
          example: "{name: ioapic0, at: 0xfec00000, pins: 0-23}")
      else { continue }
      let at = fields.required("at", example: "0xfec00000").flatMap { problems.size($0, "at") } ?? 0
      let maximum: UInt64 = machine.architecture == .x86 ? 119 : 1019
      let pins = fields.required("pins", example: "0-23").map {
        problems.ranges($0, "pins", maximum: maximum)
      }
      var chip = MachineChip(
        name: fields.string("name") ?? "chip\(index)", address: at, pins: pins ?? [], position: node.position)
      if let requester = fields["requester"], let function = problems.function(requester, "requester") {
        chip.requester = function.bdf
      }
      chip.iommu = fields.string("iommu")
      chip.iommuPosition = fields.place(of: "iommu")
      if let name = chip.iommu, !machine.iommus.contains(where: { $0.name == name }) {
        problems.error(
          .unknownName, "there is no IOMMU unit `\(name.prefix(60))`",
          remedy: remedy(for: name, in: machine.iommus.map(\.name)), at: chip.iommuPosition)
      }
      machine.chips.append(chip)
    }
  }

  mutating func readDevices() {
    guard let node = fields["devices"] else { return }
    guard case .map(let entries) = node.value else {
      problems.error(
        .wrongKind, "`devices` must be a mapping, not \(node.kind)",
        remedy: "write `devices: {ttyS0: {ports: 0x3f8-0x3ff, interrupts: 4}}`", at: node.position)
      return
    }
    for entry in entries {
      guard
        let fields = Fields(
          entry.value, "device `\(entry.key)`",
          keys: ["description", "ports", "memory", "interrupts", "uart"],
          problems, example: "{ports: 0x3f8-0x3ff, interrupts: 4}")
      else { continue }
      var device = MachineDevice(name: entry.key, position: entry.position)
      if let ports = fields["ports"] { device.ports = problems.ranges(ports, "ports", maximum: 0xffff) }
      for node in fields.list("memory") {
        guard
          let window = Fields(
            node, "the memory of `\(entry.key)`", keys: ["at", "size", "name"], problems,
            example: "{at: 0xfed00000, size: 4K}")
        else { continue }
        if let range = extent(window) { device.memory.append(range) }
      }
      device.interrupts = interrupts(fields)
      if let uart = fields["uart"] { device.uart = ConsoleSyntax.console(uart, problems) }
      machine.devices.append(device)
    }
  }

  /// `4`, `[16, 17]` or `ioapic1:3`: lines of the first chip, or of the named one.
  func interrupts(_ fields: Fields) -> [Inventory.Pin] {
    var pins: [Inventory.Pin] = []
    for node in fields.list("interrupts") {
      guard let word = problems.word(node, "interrupts") else { continue }
      let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
      let chipName = parts.count == 2 ? parts[0] : machine.chips.first?.name ?? ""
      guard let chip = machine.chips.firstIndex(where: { $0.name == chipName }) else {
        problems.error(
          .unknownName,
          chipName.isEmpty ? "there is no interrupt chip" : "there is no interrupt chip `\(chipName)`",
          remedy: remedy(for: chipName, in: machine.chips.map(\.name)), at: node.position)
        continue
      }
      guard let pin = try? Numbers.number(parts.last ?? ""), pin <= 1019,
        machine.chips[chip].pins.contains(where: { $0.contains(pin) })
      else {
        problems.error(
          .outOfRange, "`\(word.prefix(60))` is no pin of \(chipName)",
          remedy: "its pins are \(machine.chips[chip].pins.map(\.label).joined(separator: ", "))",
          at: node.position)
        continue
      }
      pins.append(Inventory.Pin(chip: chip, pin: Int(pin)))
    }
    return pins
  }
}

extension ClosedRange<UInt64> {
  /// `3` or `2-3`.
  var label: String { lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)" }
}

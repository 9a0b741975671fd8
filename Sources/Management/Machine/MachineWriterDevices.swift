// SPDX-License-Identifier: Apache-2.0
// Interrupt chips, IOMMUs, devices and PCI functions of a machine file.

import CellConfig

extension MachineWriter {
  /// Pins of a chip where no next one says how many: what most have.
  private static let usualPins: UInt32 = 24

  private func chipName(_ index: Int) -> String { "ioapic\(index)" }
  private func pins(_ index: Int) -> UInt32 {
    let chips = facts.tables.chips
    guard index + 1 < chips.count else { return Self.usualPins }
    return max(1, min(chips[index + 1].first &- chips[index].first, 120))
  }

  /// `4` of the first chip, `ioapic1:3` of others; nil where no chip has it.
  private func line(_ interrupt: Int) -> String? {
    for (index, chip) in facts.tables.chips.enumerated() {
      let pin = interrupt - Int(chip.first)
      if pin >= 0, pin < Int(pins(index)) { return index == 0 ? "\(pin)" : "\(chipName(index)):\(pin)" }
    }
    return nil
  }

  var chips: [String] {
    guard !facts.tables.chips.isEmpty else { return [] }
    return ["interrupt-chips:"]
      + facts.tables.chips.enumerated().map { index, chip in
        var text = "name: \(chipName(index)), at: \(hexText(chip.address)), pins: 0-\(pins(index) - 1)"
        if let (unit, function) = requester(chip) {
          text += ", requester: \(function), iommu: \(unitName(unit))"
        }
        let known = index + 1 < facts.tables.chips.count ? "" : "; number of pins assumed"
        return "  - {\(text)}  # MADT\(known)"
      } + [""]
  }

  private func unitName(_ index: Int) -> String { "dmar\(index)" }

  /// The unit that remaps a chip's messages, and the function that they come from.
  private func requester(_ chip: FirmwareChip) -> (unit: Int, function: PCIFunction)? {
    for (index, unit) in facts.tables.iommus.prefix(8).enumerated() {
      for scope in unit.scopes where scope.type == 3 && scope.id == chip.id {
        if let step = scope.path.first {
          let bdf = UInt16(scope.bus) << 8 | UInt16(step.device & 31) << 3 | UInt16(step.function & 7)
          return (index, PCIFunction(domain: unit.segment, bdf: bdf))
        }
      }
    }
    return nil
  }

  var iommus: [String] {
    guard !facts.tables.iommus.isEmpty else { return [] }
    var lines = ["iommus:"]
    for (index, unit) in facts.tables.iommus.prefix(8).enumerated() {
      let window = facts.memory.first { $0.first == unit.address && $0.name.hasPrefix("dmar") }
      let size = max(4096, (window?.size ?? 4096 + 4095) & ~4095)
      let functions = unit.scopes.filter { $0.type == 1 || $0.type == 2 }.compactMap {
        facts.function($0, segment: unit.segment)
      }
      let covers =
        unit.coversOthers ? "others" : "[\(functions.map(\.description).joined(separator: ", "))]"
      lines.append(
        "  - {name: \(unitName(index)), type: intel, at: \(hexText(unit.address)), size: \(Self.size(size)), covers: \(covers)}  # DMAR"
      )
    }
    if facts.tables.iommus.count > 8 {
      lines.append(
        "# The format has room for 8 units: \(facts.tables.iommus.count - 8) are left out, and their devices with them."
      )
    }
    return lines + [""]
  }

  var devices: [String] {
    let planned = PortPlan(facts: facts).devices
    guard !planned.isEmpty else { return [] }
    return ["devices:"]
      + planned.map { device in
        var parts: [String] = []
        if !device.ports.isEmpty { parts.append("ports: \(Self.ports(device.ports))") }
        for window in device.memory {
          parts.append("memory: {at: \(hexText(window.first)), size: \(Self.size(window.size))}")
        }
        let lines = device.interrupts.compactMap { line($0) }
        if !lines.isEmpty {
          parts.append("interrupts: \(lines.count == 1 ? lines[0] : "[\(lines.joined(separator: ", "))]")")
        }
        return "  \(device.name): {\(parts.joined(separator: ", "))}  # \(device.source)"
      } + [""]
  }

  var functions: [String] {
    guard !facts.functions.isEmpty else { return [] }
    return ["pci:  # /sys/bus/pci/devices: config, resource"] + facts.functions.flatMap { text($0) } + [""]
  }

  private func text(_ function: ScannedFunction) -> [String] {
    let ids = "\(Self.four(function.vendor)):\(Self.four(function.device))"
    let driver = function.driver.map { ", driver \($0)" } ?? ""
    var lines = [
      "  \(function.function):",
      "    name: \(names[function.function] ?? "device")  # class \(hexText(UInt64(function.classCode)))",
      "    description: \(Self.scalar(ids + driver))",
    ]
    if let buses = function.buses {
      let text = buses.count == 1 ? "\(buses.lowerBound)" : "\(buses.lowerBound)-\(buses.upperBound)"
      lines.append("    buses: \(text)")
    }
    var bars: [String] = []
    for bar in function.bars where !bar.isFixed {
      if let chip = trapped(bar) {
        lines.append("    # BAR \(bar.index) is a window to \(chip): nobody gets it.")
      } else if bar.isPorts {
        bars.append("      \(bar.index): {ports: \(Self.ports([bar.first...min(bar.last, 0xffff)]))}")
      } else {
        let wide = bar.is64Bit ? ", 64-bit: true" : ""
        bars.append("      \(bar.index): {at: \(hexText(bar.first)), size: \(Self.size(bar.size))\(wide)}")
      }
    }
    if !bars.isEmpty { lines += ["    bars:"] + bars }
    if let msi = function.msi {
      let flags = [msi.is64Bit ? "64-bit" : nil, msi.isMaskable ? "maskable" : nil].compactMap { $0 }
      let text = flags.isEmpty ? "" : ", flags: [\(flags.joined(separator: ", "))]"
      lines.append("    msi: {vectors: \(msi.vectors)\(text)}")
    }
    if let msix = function.msix {
      if function.bars.contains(where: { $0.index == msix.bar && !$0.isPorts && trapped($0) == nil }) {
        let offset = msix.offset == 0 ? "" : ", offset: \(hexText(msix.offset))"
        lines.append("    msi-x: {vectors: \(msix.vectors), bar: \(msix.bar)\(offset)}")
      } else {
        lines.append("    # MSI-X with its table in BAR \(msix.bar), which is not there: left out.")
      }
    }
    if let interrupt = function.line, let line = line(interrupt) {
      lines.append("    interrupts: \(line)")
    }
    if !function.capabilities.isEmpty {
      lines.append("    capabilities:")
      for capability in function.capabilities {
        lines.append(
          "      - {id: \(capabilityWord(capability.id)), at: \(hexText(UInt64(capability.offset))), size: \(capability.size)}"
        )
      }
    }
    return lines
  }

  /// What must be trapped, where a BAR is a window to it.
  private func trapped(_ bar: ScannedBAR) -> String? {
    guard !bar.isPorts else { return nil }
    if let index = facts.tables.chips.firstIndex(where: { bar.first <= $0.address && $0.address <= bar.last })
    {
      return chipName(index)
    }
    if facts.functions.contains(where: { $0.classCode >> 8 == 0x0800 && $0.bars.contains(bar) }) {
      return "an interrupt chip"
    }
    if let index = facts.tables.iommus.firstIndex(where: { bar.first <= $0.address && $0.address <= bar.last }
    ) {
      return unitName(index)
    }
    return nil
  }

  private static func four(_ value: UInt16) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

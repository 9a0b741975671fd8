// SPDX-License-Identifier: Apache-2.0
// From /proc/ioports to the `devices` of a machine file: what is not a PCI function's register, by the names that people use.

/// A device that is not on PCI.
struct PlannedDevice: Equatable {
  var name: String
  var ports: [ClosedRange<UInt64>]
  var memory: [(first: UInt64, size: UInt64)] = []
  /// Global interrupts.
  var interrupts: [Int] = []
  var source: String

  static func == (a: PlannedDevice, b: PlannedDevice) -> Bool {
    a.name == b.name && a.ports == b.ports && a.memory.elementsEqual(b.memory) { $0 == $1 }
      && a.interrupts == b.interrupts && a.source == b.source
  }
}

/// Sorts a machine's ports.
struct PortPlan {
  let facts: MachineFacts

  /// Linux' names, and ours; and under which name its lines stand in /proc/interrupts.
  private static let known: [(begin: String, name: String, line: String?)] = [
    ("dma page", "dma-page", nil), ("timer", "timer", "timer"), ("keyboard", "keyboard", "i8042"),
    ("rtc", "rtc", "rtc"), ("vga", "vga", nil), ("ACPI ", "acpi", "acpi"), ("fpu", "fpu", nil),
    ("floppy", "floppy", "floppy"), ("parport", "parallel", "parport"), ("PNP0800", "speaker", nil),
    ("i801_smbus", "smbus", nil), ("piix4_smbus", "smbus", nil), ("iTCO_wdt", "watchdog", nil),
  ]

  /// A name that a file can have: small letters, digits, and `-` for all else.
  static func plain(_ name: String) -> String {
    let letters = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(letters).split(separator: "-").joined(separator: "-")
  }

  /// The devices, by their first port.
  var devices: [PlannedDevice] {
    var found: [PlannedDevice] = []
    func add(_ name: String, _ ports: ClosedRange<UInt64>, _ source: String, _ lines: [Int]) {
      if let index = found.firstIndex(where: { $0.name == name }) {
        found[index].ports = merged(found[index].ports + [ports])
        if !found[index].source.contains(source) { found[index].source += ", \(source)" }
      } else {
        found.append(PlannedDevice(name: name, ports: [ports], interrupts: lines, source: source))
      }
    }
    let serials = facts.serials.map { ($0, UInt64($0.port)...min(UInt64($0.port) + 7, 0xffff)) }
    for (serial, ports) in serials {
      add(serial.name, ports, "tty: \(serial.name)", serial.interrupt > 0 ? [serial.interrupt] : [])
    }
    for resource in facts.ports where isDevices(resource) {
      let ports = resource.first...min(resource.last, 0xffff)
      if serials.contains(where: { $0.1.overlaps(ports) }) { continue }
      let known = Self.known.first { resource.name.hasPrefix($0.begin) }
      let name =
        isFunction(resource.name) ? registersName(resource) : known?.name ?? Self.plain(resource.name)
      let lines = known?.line.map { line in
        facts.interrupts.filter { $0.value.hasPrefix(line) }.keys.sorted()
      }
      add(name, ports, "ioports: \(resource.name)", lines ?? [])
    }
    for resource in facts.memory where resource.name.hasPrefix("HPET") {
      let name = Self.plain(resource.name.replacingBlanks())
      found.append(
        PlannedDevice(
          name: name, ports: [], memory: [(resource.first, resource.size)], source: "iomem: \(resource.name)")
      )
    }
    for function in facts.functions {
      for bar in function.bars where bar.isFixed && bar.isPorts {
        add(
          "ide-\(PortPlan.plain(function.function.description))", bar.first...bar.last,
          "\(function.function): old IDE", [])
      }
    }
    return found.sorted { ($0.ports.first?.lowerBound ?? .max) < ($1.ports.first?.lowerBound ?? .max) }
  }

  /// A range of ports that is no bus, no BAR of a function, nor within one, nor within a device's.
  private func isDevices(_ resource: Resource) -> Bool {
    if resource.name.hasPrefix("PCI ") || resource.last > 0xffff { return false }
    let isInBAR = facts.functions.flatMap(\.bars).contains {
      $0.isPorts && $0.first <= resource.first && resource.last <= $0.last
    }
    if isInBAR { return false }
    // Within a device's own: that one stands for it. ACPI's blocks lie in a function's range that no register of it says.
    return !resource.within.contains { !$0.hasPrefix("PCI Bus") }
  }

  /// Ports of a function that no BAR of it says (PIIX4's power management, say).
  private func registersName(_ resource: Resource) -> String {
    let holdsACPI = facts.ports.contains { $0.within.contains(resource.name) && $0.name.hasPrefix("ACPI ") }
    return holdsACPI ? "acpi" : "registers-of-\(Self.plain(String(resource.name.dropFirst(5))))"
  }

  /// Ranges in order, those that touch made one.
  private func merged(_ ranges: [ClosedRange<UInt64>]) -> [ClosedRange<UInt64>] {
    ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { result, range in
      if let last = result.last, range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
  }
}

extension String {
  /// Without blanks and digits behind: `HPET 0` is `HPET`.
  fileprivate func replacingBlanks() -> String {
    hasSuffix(" 0") ? String(dropLast(2)) : self
  }
}

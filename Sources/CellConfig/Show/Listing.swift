// SPDX-License-Identifier: Apache-2.0
// A configuration for people: names first, addresses second.

/// Prints configurations.
public enum Listing {
  /// The lines for one file.
  public static func lines(_ file: LoadedFile) -> [String] {
    var lines: [String] = []
    let form =
      file.isText ? "text, compiles to \(file.binary.count) bytes" : "binary, \(file.binary.count) bytes"
    let architecture = file.configuration.architecture.label
    switch file.configuration {
    case .system(_, let system):
      let name = file.machineName.map { "machine \($0)" } ?? "machine"
      lines.append("\(file.path): \(name), \(architecture) (\(form), revision \(file.revision))")
      lines += header(system, file)
      lines.append("  root cell \"\(system.root.name)\"")
    case .cell(_, let cell):
      let machine = file.machineName.map { " on machine \($0)" } ?? ""
      lines.append(
        "\(file.path): cell \"\(cell.name)\"\(machine), \(architecture) (\(form), revision \(file.revision))")
    }
    return lines + body(file.configuration.cell, file)
  }

  private static func header(_ system: SystemDescription, _ file: LoadedFile) -> [String] {
    var table = TextTable(indent: 2, right: [2], header: ["hypervisor", "where", "size", "what"])
    let memory = system.hypervisorMemory
    table.add(
      "memory", span(memory.physicalStart, memory.size), Sizes.text(memory.size),
      flags(Vocabulary.systemFlags, system.flags.rawValue))
    if system.debugConsole.type != 0 {
      table.add(
        "console", place(system.debugConsole), "", label(system.debugConsole, file.names[.debugConsole]))
    }
    if system.pciMMConfigBase != 0 {
      let size = (UInt64(system.pciMMConfigEndBus) + 1) << 20
      table.add(
        "PCI configuration space", span(system.pciMMConfigBase, size), Sizes.text(size),
        "buses 0-\(system.pciMMConfigEndBus)")
    }
    for (index, unit) in system.iommuUnits.enumerated() {
      table.add(
        file.names[.iommu(index)] ?? "IOMMU \(index)", span(unit.base, UInt64(unit.size)),
        Sizes.text(UInt64(unit.size)),
        TextScalar.term(Vocabulary.iommuTypes, unit.type))
    }
    switch system.platform {
    case .x86(let pmTimer, let apic, _, let tsc, _):
      if pmTimer != 0 { table.add("PM timer", "port \(TextScalar.address(pmTimer))") }
      if apic != 0 { table.add("APIC mode", "", "", TextScalar.term(Vocabulary.apicModes, apic)) }
      if tsc != 0 { table.add("TSC", "", "", "\(tsc) kHz") }
    case .arm(let maintenance, let version, let gicd, _, _, _, _):
      table.add(
        "GIC", TextScalar.address(gicd), "", "version \(version), maintenance interrupt \(maintenance)")
    }
    return table.lines
  }

  /// `0x1000-0x1fff`
  static func span(_ start: UInt64, _ size: UInt64) -> String {
    if size == 0 { return "0x\(hex(start)) (empty)" }
    return "0x\(hex(start))-0x\(hex(start &+ (size - 1)))"
  }

  static func place(_ console: Console) -> String {
    let isMemory = console.flags.contains(.mmio) || console.type != 2
    return (isMemory ? "" : "port ") + TextScalar.address(console.address)
  }

  static func label(_ console: Console, _ name: String?) -> String {
    var parts = [name, TextScalar.term(Vocabulary.consoleTypes, console.type)].compactMap { $0 }
    if console.type == 2, console.divider > 0 { parts.append("\(115200 / console.divider) baud") }
    return parts.joined(separator: ", ")
  }

  static func flags(_ terms: [Term], _ value: some FixedWidthInteger & UnsignedInteger) -> String {
    Vocabulary.words(terms, bits: UInt64(value)).joined(separator: ", ")
  }
}

// SPDX-License-Identifier: Apache-2.0
// A configuration as text that compiles back to the same bytes. Everything is placed by hand: a binary file knows
// no devices, so none are invented.

/// Writes the text form.
public enum Decompiler {
  /// The text of `configuration`. A machine file is called `machine`, by default after its root cell.
  public static func text(_ configuration: Configuration, machine: String? = nil) -> String {
    switch configuration {
    case .system(let architecture, let system):
      return systemText(system, architecture, machine ?? identifier(from: system.root.name))
    case .cell(let architecture, let cell):
      var lines = ["cell: \(TextScalar.string(cell.name))", "architecture: \(architecture.label)"]
      lines += body(cell)
      return lines.joined(separator: "\n") + "\n"
    }
  }

  /// A name that a machine can have.
  static func identifier(from name: String) -> String {
    let letters = name.unicodeScalars.prefix(31).map {
      $0.value > 0x20 && $0.value < 0x7f ? Character($0) : "-"
    }
    return letters.isEmpty ? "machine" : String(letters)
  }

  private static func systemText(_ system: SystemDescription, _ architecture: Architecture, _ name: String)
    -> String
  {
    var lines = ["machine: \(TextScalar.string(name))", "architecture: \(architecture.label)"]
    if !system.fingerprint.facts.isEmpty {
      lines.append("fingerprint:")
      lines += system.fingerprint.facts.map { "  - \(TextScalar.string($0.text))" }
    }
    lines.append("hypervisor:")
    let memory = system.hypervisorMemory
    lines.append(
      "  memory: "
        + TextScalar.map([
          ("at", TextScalar.address(memory.physicalStart)),
          ("guest", memory.virtualStart == 0 ? nil : TextScalar.address(memory.virtualStart)),
          ("size", Sizes.text(memory.size)),
          (
            "rights",
            memory.flags.isEmpty ? nil : TextScalar.flags(Vocabulary.regionFlags, memory.flags.rawValue)
          ),
        ]))
    if system.debugConsole != Console() { lines.append("  console: \(console(system.debugConsole))") }
    if !system.flags.isEmpty {
      lines.append("  flags: \(TextScalar.flags(Vocabulary.systemFlags, system.flags.rawValue))")
    }
    if system.pciMMConfigBase != 0 || system.pciMMConfigEndBus != 0 {
      lines.append(
        "mmconfig: {at: \(TextScalar.address(system.pciMMConfigBase)), last-bus: \(system.pciMMConfigEndBus)}"
      )
    }
    if system.pciIsVirtual != 0 { lines.append("virtual-pci: \(system.pciIsVirtual)") }
    if system.pciDomain != 0 { lines.append("pci-domain: \(TextScalar.address(system.pciDomain))") }
    lines += platform(system.platform)
    if !system.iommuUnits.isEmpty {
      lines.append("iommus:")
      for (index, unit) in system.iommuUnits.enumerated() {
        let extra = unit.extra.map { hex(UInt64($0), width: 2) }.joined()
        lines.append(
          "  - "
            + TextScalar.map([
              ("name", "iommu\(index)"), ("type", TextScalar.term(Vocabulary.iommuTypes, unit.type)),
              ("at", TextScalar.address(unit.base)), ("size", Sizes.text(UInt64(unit.size))),
              ("extra", unit.extra.contains { $0 != 0 } ? "\"\(extra)\"" : nil),
            ]))
      }
    }
    lines.append("root:")
    lines.append("  name: \(TextScalar.string(system.root.name))")
    lines += body(system.root).map { "  " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func platform(_ platform: PlatformDescription) -> [String] {
    switch platform {
    case .x86(let pmTimer, let apic, let entries, let tsc, let clock):
      return [
        pmTimer == 0 ? nil : "pm-timer: \(TextScalar.address(pmTimer))",
        apic == 0 ? nil : "apic: \(TextScalar.term(Vocabulary.apicModes, apic))",
        entries == 0 ? nil : "interrupt-remapping-entries: \(entries)",
        tsc == 0 ? nil : "tsc-khz: \(tsc)", clock == 0 ? nil : "apic-khz: \(clock)",
      ].compactMap { $0 }
    case .arm(let maintenance, let version, let gicd, let gicc, let gich, let gicv, let gicr):
      let parts = [
        ("distributor", gicd), ("cpu-interface", gicc), ("hypervisor-interface", gich),
        ("virtual-cpu-interface", gicv), ("redistributor", gicr),
      ]
      return ["gic:", "  version: \(version)", "  maintenance-interrupt: \(maintenance)"]
        + parts.filter { $0.1 != 0 }.map { "  \($0.0): \(TextScalar.address($0.1))" }
    }
  }
}

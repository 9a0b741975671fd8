// SPDX-License-Identifier: Apache-2.0
// A machine file's hypervisor, platform, cells and links.

extension MachineReader {
  mutating func readHypervisor() {
    guard let node = fields["hypervisor"],
      let hypervisor = Fields(
        node, "`hypervisor`", keys: ["memory", "console", "flags"], problems,
        example: "{memory: {at: 0x3a000000, size: 6M}, console: ttyS0}")
    else { return }
    if let memory = hypervisor["memory"], let region = MemorySyntax.region(memory, problems) {
      machine.hypervisor.memory = region.region
      // The format has a guest address here that nothing reads; zero unless it is given.
      if case .map(let entries) = memory.value, !entries.contains(where: { $0.key == "guest" }) {
        machine.hypervisor.memory.virtualStart = 0
      }
      machine.hypervisor.memoryPosition = memory.position
    }
    if let flags = hypervisor.flags("flags", Vocabulary.systemFlags) {
      machine.hypervisor.flags = SystemFlags(rawValue: UInt32(truncatingIfNeeded: flags))
    }
    guard let console = hypervisor["console"] else { return }
    machine.hypervisor.consolePosition = console.position
    if let choice = ConsoleChoice.read(console, problems, extraKeys: ["shared-with-root"]) {
      switch choice.source {
      case .raw(let raw): machine.hypervisor.console = raw
      case .device(let name):
        machine.hypervisor.consoleDevice = name
        machine.hypervisor.consoleSharedWithRoot = choice.isShared
        if let uart = choice.console(of: machine, problems) { machine.hypervisor.console = uart }
      case .virtual:
        problems.error(
          .contradiction, "the hypervisor's console cannot be virtual",
          remedy: "say `flags: virtual-debug-console` to let root read the log", at: console.position)
      }
    }
  }

  mutating func readPlatform() {
    if let node = fields["mmconfig"],
      let space = Fields(
        node, "`mmconfig`", keys: ["at", "last-bus"], problems, example: "{at: 0xb0000000, last-bus: 255}")
    {
      machine.platform.mmconfigBase = space.size("at") ?? 0
      machine.platform.mmconfigEndBus = space.number("last-bus") ?? 0
      machine.platform.mmconfigPosition = node.position
    }
    if let node = fields["virtual-pci"] {
      // True and false, or the byte as it stands in a binary file.
      machine.platform.pciIsVirtual =
        node.scalar == "true" ? 1 : node.scalar == "false" ? 0 : problems.number(node, "virtual-pci") ?? 0
    }
    machine.platform.pciDomain = fields.number("pci-domain") ?? 0
    let isX86 = machine.architecture == .x86
    let foreign =
      isX86 ? ["gic"] : ["pm-timer", "apic", "interrupt-remapping-entries", "tsc-khz", "apic-khz"]
    for key in foreign where fields.has(key) {
      problems.error(
        .contradiction, "`\(key)` does not exist on \(machine.architecture.label)",
        remedy: "remove it, or correct `architecture`", at: fields.place(of: key))
    }
    if isX86 {
      machine.platform.architecture = .x86(
        pmTimerAddress: fields.number("pm-timer") ?? 0,
        apicMode: fields["apic"].flatMap { problems.term($0, "apic", Vocabulary.apicModes, as: UInt8.self) }
          ?? 0,
        vtdInterruptLimit: fields.number("interrupt-remapping-entries") ?? 0,
        tscKHz: fields.number("tsc-khz") ?? 0, apicKHz: fields.number("apic-khz") ?? 0)
    } else {
      readGIC()
    }
  }

  private mutating func readGIC() {
    let keys = [
      "version", "maintenance-interrupt", "distributor", "cpu-interface", "hypervisor-interface",
      "virtual-cpu-interface", "redistributor",
    ]
    let gic = fields["gic"].flatMap {
      Fields($0, "`gic`", keys: keys, problems, example: "{version: 2, distributor: 0x8000000}")
    }
    machine.platform.architecture = .arm(
      maintenanceIRQ: gic?.number("maintenance-interrupt") ?? 0, gicVersion: gic?.number("version") ?? 0,
      gicd: gic?.size("distributor") ?? 0, gicc: gic?.size("cpu-interface") ?? 0,
      gich: gic?.size("hypervisor-interface") ?? 0, gicv: gic?.size("virtual-cpu-interface") ?? 0,
      gicr: gic?.size("redistributor") ?? 0)
    machine.platform.position = fields.place(of: "gic")
  }

  /// `cells: {rtos: 16M, vision: {ram: 48M, cache: 4 ways}}`
  mutating func readCells() {
    guard let node = fields["cells"] else { return }
    guard case .map(let entries) = node.value else {
      problems.error(
        .wrongKind, "`cells` must be a mapping, not \(node.kind)", remedy: "write `cells: {rtos: 16M}`",
        at: node.position)
      return
    }
    for entry in entries {
      var cell = MachineCell(name: entry.key, position: entry.position)
      if case .map = entry.value.value {
        guard
          let fields = Fields(
            entry.value, "`\(entry.key)`", keys: ["ram", "at", "cache", "cache-from"], problems,
            example: "{ram: 48M, cache: 4 ways}")
        else { continue }
        cell.ram = fields.size("ram") ?? 0
        cell.at = fields.size("at")
        cell.cacheWays = fields["cache"].flatMap { problems.ways($0) } ?? 0
        cell.cacheFrom = fields.number("cache-from", UInt8.self).map { Int($0) }
      } else if !entry.value.isNull {
        cell.ram = problems.size(entry.value, entry.key) ?? 0
      }
      if cell.ram % 4096 != 0 || (cell.at ?? 0) % 4096 != 0 {
        problems.error(
          .placement, "the memory of `\(cell.name)` is not made of whole pages",
          remedy: "use multiples of 4K", at: entry.value.position)
        cell.ram = 0
      }
      machine.cells.append(cell)
    }
  }

  mutating func readLinks() {
    var linked: Set<Set<String>> = []
    for node in fields.list("links") {
      guard let link = LinkSyntax.declaration(node, problems) else { continue }
      if !linked.insert(Set(link.between)).inserted {
        problems.error(
          .duplicate, "two links between \(link.label)", remedy: "enlarge one and divide it by agreement",
          at: link.position)
      }
      machine.links.append(link)
    }
  }
}

extension Problems {
  /// `4 ways` or `4`.
  func ways(_ node: TextNode) -> Int? {
    guard let word = word(node, "cache") else { return nil }
    let digits = String(word.prefix { $0.isNumber })
    let unit = String(word.dropFirst(digits.count)).trimmed
    if ["", "way", "ways"].contains(unit), let ways = try? Numbers.number(digits), (1...32).contains(ways) {
      return Int(ways)
    }
    error(
      .malformed, "`\(word.prefix(60))` is no share of the cache", remedy: "write `4 ways` (1 to 32)",
      at: node.position)
    return nil
  }
}

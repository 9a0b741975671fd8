// SPDX-License-Identifier: Apache-2.0
// From a machine file to a system configuration: the header, and a root cell that gets what the inventory
// lists, with the least rights that do.

/// What compilation yields.
struct Compiled {
  var configuration: Configuration
  var places: [Item: TextPosition]
  var names: [Item: String]
  var inventory: Inventory
}

/// Compiles machine files.
struct MachineCompiler {
  /// The word for the root cell in links.
  static let rootName = "root"
  static let rootKeys = ["name", "cpus", "cpu-set-size", "cache", "console"] + HandPlaced.keys

  let machine: MachineFile
  let plan: MachinePlan
  private var builder = CellBuilder()
  private var expansion: DeviceExpansion

  private init(_ machine: MachineFile, _ plan: MachinePlan) {
    self.machine = machine
    self.plan = plan
    expansion = DeviceExpansion(machine)
  }

  /// The system configuration of `machine`; what does not work out is noted in its problems.
  static func compile(_ machine: MachineFile, _ plan: MachinePlan) -> Compiled {
    var compiler = MachineCompiler(machine, plan)
    return compiler.run()
  }

  private mutating func run() -> Compiled {
    let start = TextPosition(line: 1, column: 1)
    builder.note(.file, start)
    builder.note(.header, start)
    builder.note(.name, start)
    builder.note(.hypervisorMemory, machine.hypervisor.memoryPosition, name: "hypervisor memory")
    builder.note(.debugConsole, machine.hypervisor.consolePosition, name: machine.hypervisor.consoleDevice)
    builder.note(.mmconfig, machine.platform.mmconfigPosition, name: "PCI configuration space")
    builder.note(.platform, machine.platform.position)
    for (index, iommu) in machine.iommus.enumerated() {
      builder.note(.iommu(index), iommu.position, name: iommu.name)
    }
    builder.cell.name = Self.rootName
    addCPUs()
    addMemory()
    addDevices()
    addLinks()
    addByHand()
    var system = SystemDescription()
    system.flags = machine.hypervisor.flags
    system.hypervisorMemory = machine.hypervisor.memory
    system.debugConsole = machine.hypervisor.console
    system.pciMMConfigBase = machine.platform.mmconfigBase
    system.pciMMConfigEndBus = machine.platform.mmconfigEndBus
    system.pciIsVirtual = machine.platform.pciIsVirtual
    system.pciDomain = machine.platform.pciDomain
    system.iommuUnits = machine.iommus.map(\.unit)
    system.platform = machine.platform.architecture
    system.root = builder.cell
    system.fingerprint = machine.fingerprint
    return Compiled(
      configuration: .system(machine.architecture, system), places: builder.places, names: builder.names,
      inventory: Inventory(machine, plan))
  }

  private mutating func addCPUs() {
    builder.note(.cpus, machine.cpusPosition)
    builder.setCPUs(machine.cpus, bytes: nil)
    if let ways = machine.cacheWays {
      builder.add(CacheRegion(start: 0, size: UInt32(ways)), at: machine.cachePosition)
    }
  }

  private mutating func addMemory() {
    let links = zip(machine.links, plan.linkStart).compactMap { link, start in
      start.map { MachinePlan.Extent(start: $0, size: link.size) }
    }
    let pools = machine.pools.map { MachinePlan.Extent(start: $0.start, size: $0.size) }
    for range in machine.ranges {
      guard let rights = range.rights ?? Self.rights(range.kind, machine.architecture) else { continue }
      let extent = MachinePlan.Extent(start: range.start, size: range.size)
      for part in extent.subtracting(expansion.map.forbidden + links + pools) {
        add(part, rights, at: range.position, name: range.name)
      }
    }
    // Root's until a cell gets it; root only loads images there, and no device of its own has business in it.
    for pool in machine.pools {
      let extent = MachinePlan.Extent(start: pool.start, size: pool.size)
      for part in extent.subtracting(expansion.map.forbidden + links) {
        add(part, [.read, .write], at: pool.position, name: pool.name)
      }
    }
  }

  private mutating func add(
    _ extent: MachinePlan.Extent, _ rights: RegionFlags, at position: TextPosition, name: String
  ) {
    builder.add(
      MemoryRegion(
        physicalStart: extent.start, virtualStart: extent.start, size: extent.size, flags: rights),
      at: position, name: name)
  }

  /// What root may do with memory of a kind; nil: nothing.
  static func rights(_ kind: MachineRange.Kind, _ architecture: Architecture) -> RegionFlags? {
    switch kind {
    case .ram: [.read, .write, .execute, .dma]
    case .firmware: [.read, .write]
    case .rom: [.read]
    case .device: architecture == .x86 ? [.read, .write] : [.read, .write, .io]
    case .hidden: nil
    }
  }

  private mutating func addDevices() {
    for device in machine.devices {
      if device.name == machine.hypervisor.consoleDevice, !machine.hypervisor.consoleSharedWithRoot {
        continue
      }
      expansion.add(device, to: &builder, at: device.position, pins: false)
    }
    for (index, chip) in machine.chips.enumerated() {
      for pin in chip.pins.flatMap({ Array($0) }) {
        expansion.add(pin: .init(chip: index, pin: Int(pin)), of: "all lines", at: chip.position)
      }
    }
    expansion.flush(to: &builder)
    for function in machine.functions { expansion.add(function, to: &builder, at: function.position) }
  }

  private mutating func addLinks() {
    let links = LinkCompiler(machine: machine, plan: plan)
    for (index, link) in machine.links.enumerated() where link.between.contains(Self.rootName) {
      links.add(link: index, end: Self.rootName, guest: nil, to: &builder, at: link.position)
    }
  }

  private mutating func addByHand() {
    guard let node = machine.root,
      let fields = Fields(
        node, "`root`", keys: Self.rootKeys, machine.problems, example: "{ports: [0x80]}")
    else { return }
    if let name = fields["name"] {
      builder.cell.name = machine.problems.cellName(name) ?? builder.cell.name
      builder.note(.name, name.position)
    }
    let cpus = fields["cpus"].map { machine.problems.cpus($0) }
    let bytes = machine.problems.cpuSetSize(fields, cpus: cpus ?? machine.cpus)
    if cpus != nil || bytes != nil { builder.setCPUs(cpus ?? machine.cpus, bytes: bytes) }
    CacheSyntax.addByHand(fields, to: &builder)
    if let console = fields["console"], let raw = ConsoleSyntax.console(console, machine.problems) {
      builder.cell.console = raw
      builder.note(.console, console.position)
    }
    HandPlaced.read(fields, into: &builder)
  }
}

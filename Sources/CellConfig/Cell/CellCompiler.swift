// SPDX-License-Identifier: Apache-2.0
// From a cell file, which names what the cell wants, to the regions, ports, lines and functions that it gets.

/// Compiles cell files.
struct CellCompiler {
  static let keys =
    [
      "cell", "machine", "description", "architecture", "cpus", "cpu-set-size", "ram", "devices", "link",
      "links", "cache", "console", "confidential", "open-bus", "communication-region", "virtual-console",
    ] + HandPlaced.keys
  /// Polling iterations that root waits for an answer where the file does not say; about a second.
  static let defaultTimeout: UInt64 = 10_000_000

  let fields: Fields
  let problems: Problems
  let context: MachineContext?
  let architecture: Architecture
  var builder = CellBuilder()
  var expansion: DeviceExpansion?
  var cellName = ""
  /// PCI functions that have been added: they need their cell's memory for DMA.
  var hasDMA = false
  /// Devices that have been added.
  var owned: Set<String> = []

  /// Compiles the entries of a cell file; errors go to `problems`.
  static func compile(
    _ entries: [TextEntry], at position: TextPosition, context: MachineContext?, _ problems: Problems
  ) -> Compiled {
    let fields = Fields(entries, "a cell file", keys: keys, problems, at: position)
    let stated = problems.architecture(fields)
    if let stated, let machine = context?.machine, stated != machine.architecture {
      problems.error(
        .contradiction,
        "the cell is for \(stated.label), machine \(machine.name) for \(machine.architecture.label)",
        remedy: "remove `architecture`: the machine says it", at: fields.place(of: "architecture"))
    }
    var compiler = CellCompiler(
      fields: fields, problems: problems, context: context,
      architecture: context?.machine.architecture ?? stated ?? .x86)
    compiler.expansion = context?.expansion
    return compiler.run()
  }

  private mutating func run() -> Compiled {
    let start = TextPosition(line: 1, column: 1)
    builder.note(.file, start)
    builder.note(.header, start)
    _ = fields.string("description")
    if let node = fields["cell"] {
      cellName = problems.cellName(node) ?? ""
      builder.cell.name = cellName
      builder.note(.name, node.position)
    }
    addCPUs()
    addFlags()
    // Devices decide whether memory is open to DMA, memory comes first in the file: so they are read first.
    let devices = wishes()
    hasDMA = devices.contains { if case .function = $0.target { true } else { false } }
    addMemory()
    for device in devices { add(device) }
    addConsole(devices)
    expansion?.flush(to: &builder)
    addLinks()
    addCache()
    HandPlaced.read(fields, into: &builder)
    return Compiled(
      configuration: .cell(architecture, builder.cell), places: builder.places, names: builder.names,
      inventory: context?.inventory ?? Inventory())
  }

  /// The machine, or an error that `key` needs one.
  func machine(for key: String) -> MachineContext? {
    if context == nil, !fields.has("machine") {
      problems.error(
        .missing, "`\(key)` needs to know the machine", remedy: "add `machine: NAME`, or place by hand",
        at: fields.place(of: key))
    }
    return context
  }

  private mutating func addCPUs() {
    guard let node = fields["cpus"] else {
      if let bytes = problems.cpuSetSize(fields, cpus: []) { builder.setCPUs([], bytes: bytes) }
      return
    }
    let cpus = problems.cpus(node)
    builder.note(.cpus, node.position)
    builder.setCPUs(cpus, bytes: problems.cpuSetSize(fields, cpus: cpus))
    guard let machine = context?.machine, !machine.cpus.isEmpty else { return }
    let known = Set(machine.cpus)
    for cpu in cpus where !known.contains(cpu) {
      problems.error(
        .unknownName, "machine \(machine.name) has no CPU \(cpu)",
        remedy: "its CPUs are \(CPUList.text(machine.cpus))", at: node.position)
    }
  }

  private mutating func addFlags() {
    let marks: [(String, CellFlags)] = [("confidential", .confidential), ("open-bus", .openBus)]
    for (key, flag) in marks where fields.bool(key) ?? false {
      builder.cell.flags.insert(flag)
      builder.note(.flags, fields.place(of: key))
    }
    switch fields.string("virtual-console") {
    case nil, "none": break
    case "permitted": builder.cell.flags.insert(.virtualConsolePermitted)
    case "active": builder.cell.flags.formUnion([.virtualConsolePermitted, .virtualConsoleActive])
    case let word?:
      problems.error(
        .unknownName, "`virtual-console` is `\(word.prefix(60))`", remedy: "one of: none, permitted, active",
        at: fields.place(of: "virtual-console"))
    }
  }

  private mutating func addLinks() {
    for key in ["link", "links"] {
      for node in fields.list(key) {
        guard let wish = LinkSyntax.reference(node, problems), let context = machine(for: key) else {
          continue
        }
        add(wish, context)
      }
    }
  }

  private mutating func add(_ wish: LinkReference, _ context: MachineContext) {
    let ends = Set(wish.with + [cellName])
    let machine = context.machine
    guard let index = context.links[ends] else {
      let shown = ([cellName] + wish.with.prefix(12)).joined(separator: ", ")
      problems.error(
        .unknownName, "machine \(machine.name) declares no link between \(shown)",
        remedy: remedy(for: wish, shown, context), at: wish.position)
      return
    }
    let link = machine.links[index]
    if let size = wish.size, size != link.size {
      problems.error(
        .contradiction,
        "machine \(machine.name) gives this link \(Sizes.text(link.size)), not \(Sizes.text(size))",
        remedy: "change one of the two, or leave `size` out here", at: wish.sizePosition)
    }
    LinkCompiler(machine: machine, plan: context.plan).add(
      link: index, end: cellName, guest: wish.guest, to: &builder, at: wish.position)
  }

  private func remedy(for wish: LinkReference, _ shown: String, _ context: MachineContext) -> String {
    let peers = context.machine.links.filter { $0.between.contains(cellName) }.flatMap(\.between)
    if let near = wish.with.first.flatMap({ nearest(to: $0, in: peers.filter { $0 != cellName }) }) {
      return "did you mean `\(near)`?"
    }
    return
      "add `links: [{between: [\(shown)], size: \(Sizes.text(wish.size ?? 1 << 20))}]` to \(context.path)"
  }

  /// `cache: 4 ways` takes from what the machine file reserves; `{from: 0, ways: 4}` is placed by hand.
  private mutating func addCache() {
    guard let node = fields["cache"] else { return }
    guard node.scalar != nil else {
      CacheSyntax.addByHand(fields, to: &builder)
      return
    }
    guard let ways = problems.ways(node), let context = machine(for: "cache") else { return }
    guard let reserved = context.plan.ways[cellName], ways <= reserved.count else {
      let count = context.plan.ways[cellName]?.count ?? 0
      problems.error(
        .placement, "machine \(context.machine.name) reserves \(count) ways for `\(cellName)`, not \(ways)",
        remedy: "write `\(cellName): {ram: …, cache: \(ways) ways}` under `cells:` in \(context.path)",
        at: node.position)
      return
    }
    builder.add(CacheRegion(start: UInt32(reserved.lowerBound), size: UInt32(ways)), at: node.position)
  }
}

/// Lists of CPUs as people write them.
public enum CPUList {
  /// `0-1,4`; empty for none.
  public static func text(_ cpus: [Int]) -> String {
    var parts: [String] = []
    var index = 0
    while index < cpus.count {
      var end = index
      while end + 1 < cpus.count, cpus[end + 1] == cpus[end] + 1 { end += 1 }
      parts.append(index == end ? "\(cpus[index])" : "\(cpus[index])-\(cpus[end])")
      index = end + 1
    }
    return parts.joined(separator: ",")
  }
}

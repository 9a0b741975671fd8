// SPDX-License-Identifier: Apache-2.0
// What is placed by hand: the items of the binary form, one by one. The same in a cell file and under `root:`
// of a machine file. Whatever a binary file holds can be said this way.

/// Reads hand-placed items into a builder.
enum HandPlaced {
  /// The keys that this reader understands.
  static let keys = [
    "id", "flags", "memory", "interrupt-chips", "ports", "pci", "capabilities", "streams",
    "virtual-pci-interrupt-base", "reset-address", "message-timeout",
  ]

  /// Adds everything that `fields` places by hand.
  static func read(_ fields: Fields, into builder: inout CellBuilder) {
    let problems = fields.problems
    if let id: UInt32 = fields.number("id") { builder.cell.id = id }
    if let node = fields["flags"], let flags = problems.flags(node, "flags", Vocabulary.cellFlags) {
      guard let word = UInt32(exactly: flags) else {
        problems.error(
          .outOfRange, "`flags` does not fit 32 bits", remedy: "remove bits above 31", at: node.position)
        return
      }
      builder.cell.flags.formUnion(CellFlags(rawValue: word))
      builder.note(.flags, node.position)
    }
    for node in fields.list("memory") {
      if let region = MemorySyntax.region(node, problems) {
        builder.add(region.region, at: node.position, name: region.name)
      }
    }
    for node in fields.list("interrupt-chips") {
      if let chip = InterruptSyntax.chip(node, problems) { builder.add(chip, at: node.position, name: nil) }
    }
    for node in fields.list("ports") { ports(node, problems, into: &builder) }
    for node in fields.list("capabilities") {
      if let capability = PCISyntax.capability(node, problems) {
        builder.add(capability, at: node.position, name: nil)
      }
    }
    for node in fields.list("pci") {
      if let entry = PCISyntax.entry(node, problems) {
        builder.add(entry.device, capabilities: entry.capabilities, at: node.position, name: nil)
      }
    }
    for node in fields.list("streams") {
      if let stream = problems.number(node, "streams", UInt32.self) {
        builder.add(stream: stream, at: node.position)
      }
    }
    if let base: UInt32 = fields.number("virtual-pci-interrupt-base") {
      builder.cell.virtualPCIInterruptBase = base
    }
    if let address = fields.size("reset-address") {
      builder.cell.cpuResetAddress = address
      builder.note(.resetAddress, fields.place(of: "reset-address"))
    }
    if let timeout: UInt64 = fields.number("message-timeout") {
      builder.cell.messageReplyTimeout = timeout
      builder.note(.messageTimeout, fields.place(of: "message-timeout"))
    }
  }

  /// `0x3f8-0x3ff`, or `{base: 0xfff0, length: 32}` for what no range of real ports can say.
  private static func ports(_ node: TextNode, _ problems: Problems, into builder: inout CellBuilder) {
    guard case .map = node.value else {
      for range in problems.ranges(node, "ports", maximum: 0xffff) {
        builder.add(ports: range, at: node.position, name: nil)
      }
      return
    }
    guard
      let fields = Fields(
        node, "this port range", keys: ["base", "length"], problems, example: "0x3f8-0x3ff")
    else { return }
    builder.add(
      PortRange(base: fields.number("base") ?? 0, length: fields.number("length") ?? 0), at: node.position,
      name: nil)
  }
}

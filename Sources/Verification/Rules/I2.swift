// SPDX-License-Identifier: Apache-2.0
// I2: a port in two cells.

extension Rule {
  /// A port belongs to one non-root cell.
  static let i2 = Rule(
    "I2", .ports, .error, "No I/O port belongs to two non-root cells.",
    why: """
      Behind a port stands a device with state: two cells that program it break each other, and what one writes the other \
      reads. Where the port belongs to the hypervisor's own console, which every demonstration cell uses for its output, it is a \
      warning, as long as neither range reaches beyond it.
      """,
    example: "Cells rtos and vision both have COM2, ports 0x2f8-0x2ff.",
    remedy: "Give the device to one cell; use the virtual console or a link for the other."
  ) { set in
    let facts = set.portFacts.filter { $0.member != 0 }
    let ranges = facts.enumerated().map { index, fact in
      OwnedRange(first: fact.first, last: fact.last, owner: fact.member, tolerant: false, tag: index)
    }
    return clashes(ranges).map { clash in
      let (a, b) = (facts[clash.earlier], facts[clash.later])
      let (one, two) = (set.members[a.member].name, set.members[b.member].name)
      let console =
        set.consolePorts.map { ports in
          [a, b].allSatisfy { ports.first <= $0.first && $0.last <= ports.last }
        } ?? false
      let device = console ? "the hypervisor's console" : set.naming.port(clash.first)
      return Finding(
        "I2", console ? .warning : .error,
        "\(device.map { "\($0), " } ?? "")ports \(hexSpan(clash.first, clash.last)): given to cells \(one) and \(two)",
        at: set.side(b.member, .port(b.index)), against: set.side(a.member, .port(a.index)),
        witness: Witness(
          .port, clash.first, last: clash.last, "port \(hex(clash.first)) is open to cells \(one) and \(two)"),
        consequence: console
          ? "The output of the cells and of the hypervisor mixes, and each can disturb the UART's settings."
          : "Each cell can reprogram the device under the other and read what it transfers.",
        remedy: console
          ? "Use the virtual console (VIRTUAL_CONSOLE_PERMITTED) instead of the UART in all but one cell."
          : "Take the ports out of one of the two cells.")
    }
  }
}

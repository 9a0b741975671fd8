// SPDX-License-Identifier: Apache-2.0
// I3: ports that reset or switch off the machine, or configure the PCI bus.

import CellConfig

/// A port range that no cell may have, and why.
struct PowerPorts: Sendable {
  var first: UInt64
  var last: UInt64
  var name: String
  var consequence: String
}

extension MachineSet {
  /// The ports that rule the whole machine: well-known ones, those of the inventory, and the PM control block that lies
  /// below the PM timer on every chipset that follows the ACPI convention (PM1_CNT at +4, timer at +8).
  var powerPorts: [PowerPorts] {
    let off = "An accident in the cell resets the machine or switches it off, and every other cell with it."
    var ports = [
      PowerPorts(
        first: 0xcf8, last: 0xcff, name: "the PCI configuration ports (0xcf9: reset)",
        consequence:
          "The cell could reprogram any PCI function, move BARs over other cells' memory, or reset "
          + "the machine through 0xcf9."),
      PowerPorts(first: 0x92, last: 0x92, name: "system control port A (fast reset)", consequence: off),
      PowerPorts(
        first: 0xb2, last: 0xb3, name: "the SMI command port",
        consequence: "The cell could call firmware that runs above the hypervisor (SMM)."),
    ]
    for (first, last, name) in [
      (0x00, 0x1f, "the first ISA DMA controller"), (0x80, 0x8f, "the ISA DMA page registers"),
      (0xc0, 0xdf, "the second ISA DMA controller"),
    ] as [(UInt64, UInt64, String)] {
      ports.append(
        PowerPorts(
          first: first, last: last, name: name,
          consequence: "The cell could have the controller read and write memory that is not its own."))
    }
    if case .x86(let timer, _, _, _, _) = system.platform, timer >= 8 {
      let block = UInt64(timer) - 8
      ports.append(
        PowerPorts(
          first: block, last: block + 7, name: "the power management control block below the PM timer",
          consequence: "The cell could put the machine to sleep or switch it off (SLP_EN)."))
    }
    for range in inventory.powerPorts where range.length > 0 {
      let first = UInt64(range.base)
      let last = min(0xffff, first + UInt64(range.length) - 1)
      ports.append(
        PowerPorts(
          first: first, last: last, name: naming.port(first) ?? "a reset or power port of this machine",
          consequence: off))
    }
    return ports
  }
}

extension Rule {
  /// No cell can reset the machine, switch it off or configure the PCI bus through ports.
  static let i3 = Rule(
    "I3", .ports, .error,
    "No non-root cell has 0xcf8-0xcff, the reset ports, the SMI command port, the ISA DMA controllers, the power "
      + "management control block or any other port that resets the machine or switches it off.",
    why: """
      These ports act on the machine, not on a device of the cell. PCI configuration goes through the hypervisor, which \
      traps 0xcf8-0xcff for every cell. Where the PM timer is configured, the control block is the eight ports below it. \
      The ISA DMA controllers (0x0-0x1f, 0xc0-0xdf, page registers 0x80-0x8f) write memory for whoever programs them.
      """,
    example: "A cell's whitelist has ports 0x0-0xffff, copied from a debugging session.",
    remedy: "Cut these ports out of the range."
  ) { set in
    set.portFacts.filter { $0.member != 0 }.flatMap { fact in
      set.powerPorts.filter { $0.first <= fact.last && $0.last >= fact.first }.map { ports in
        let owner = set.members[fact.member]
        let (first, last) = (max(fact.first, ports.first), min(fact.last, ports.last))
        return Finding(
          "I3", .error, "\(owner.title) has \(ports.name)", at: set.side(fact.member, .port(fact.index)),
          witness: Witness(.port, first, last: last, "port \(hex(first)) is open to \(owner.title)"),
          consequence: ports.consequence,
          remedy: "Cut \(hexSpan(first, last)) out of the port range \(hexSpan(fact.first, fact.last)).")
      }
    }
  }
}

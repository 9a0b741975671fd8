// SPDX-License-Identifier: Apache-2.0
// L3: the hypervisor's console in a cell.

import CellConfig

extension Rule {
  /// The hypervisor's console is its own.
  static let l3 = Rule(
    "L3", .liveness, .warning, "The hypervisor's debug console is not given to a cell.",
    why: """
      The console carries the reason why a cell was stopped. A cell that shares it can hide or forge such messages and can \
      reprogram the UART. Demonstration cells do this for their output.
      """,
    example: "The hypervisor writes to COM1 (0x3f8), and a cell has ports 0x3f8-0x3ff.",
    remedy: "Use another UART, or the virtual console."
  ) { set in
    let console = set.system.debugConsole
    var found: [Finding] = []
    func report(_ member: Int, _ item: Item, _ witness: Witness) {
      let owner = set.members[member]
      found.append(
        Finding(
          "L3", .warning, "\(owner.title) shares the hypervisor's console", at: set.side(member, item),
          against: set.side(0, .debugConsole), witness: witness,
          consequence: "The cell can forge or suppress the hypervisor's messages.",
          remedy: "Give the cell another UART or the virtual console (VIRTUAL_CONSOLE_PERMITTED)."))
    }
    if let ports = set.consolePorts {
      for fact in set.portFacts where fact.member != 0 && fact.first <= ports.last && fact.last >= ports.first
      {
        let first = max(fact.first, ports.first)
        report(
          fact.member, .port(fact.index),
          Witness(
            .port, first, last: min(fact.last, ports.last),
            "port \(hex(first)) is the hypervisor's console and open to \(set.members[fact.member].title)"))
      }
    }
    if console.type != 0, console.flags.contains(.mmio), console.size > 0 {
      let last = lastByte(console.address, UInt64(console.size))
      for region in set.cellRegions where region.first <= last && region.last >= console.address {
        let first = max(region.first, console.address)
        report(
          region.member, .region(region.index),
          Witness(
            .hostPhysical, first, last: min(region.last, last),
            "host-physical \(hex(first)) is the hypervisor's console and reachable by "
              + set.members[region.member].title))
      }
    }
    return found
  }
}

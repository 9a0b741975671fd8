// SPDX-License-Identifier: Apache-2.0
// I4: ports that a cell may have but that deserve a look.

import CellConfig

extension Rule {
  /// The keyboard controller, the PM timer, and ports that root does not have.
  static let i4 = Rule(
    "I4", .ports, .warning,
    "A cell's ports are in root's list, and are neither the keyboard controller nor the PM timer.",
    why: """
      Port 0x64 can pulse the reset line; the hypervisor moderates it, so a cell with it works, but hardly needs it. The PM \
      timer is open to every cell already. A port that is not in root's list goes back to nobody when the cell is \
      destroyed, and is often a typing error.
      """,
    example: "A cell has ports 0x60-0x64 for a keyboard that it does not use.",
    remedy: "Drop the ports that the cell does not need; add the others to root's list."
  ) { set in
    let facts = set.portFacts
    let root = Coverage(facts.filter { $0.member == 0 }.map { ($0.first, $0.last) })
    var timer: (first: UInt64, last: UInt64)?
    if case .x86(let port, _, _, _, _) = set.system.platform, port != 0 {
      timer = (UInt64(port), UInt64(port) + 3)
    }
    return facts.filter { $0.member != 0 }.flatMap { fact -> [Finding] in
      let owner = set.members[fact.member]
      var found: [Finding] = []
      func report(_ title: String, _ first: UInt64, _ last: UInt64, _ consequence: String, _ remedy: String) {
        found.append(
          Finding(
            "I4", .warning, title, at: set.side(fact.member, .port(fact.index)),
            witness: Witness(.port, first, last: last, "port \(hex(first)) is in \(owner.title)'s list"),
            consequence: consequence, remedy: remedy))
      }
      if fact.first <= 0x64, 0x64 <= fact.last {
        report(
          "\(owner.title) has the keyboard controller's command port", 0x64, 0x64,
          "The port can reset the machine; only the hypervisor's filter of each access stands before that.",
          "Cut 0x64 out of the range unless the cell drives the keyboard.")
      }
      if let timer, fact.first <= timer.last, timer.first <= fact.last {
        report(
          "\(owner.title) lists the PM timer, which every cell may read anyway", timer.first, timer.last,
          "None, but the entry suggests that it is private, and it is not.", "Drop the entry.")
      }
      if let gap = root.missing(fact.first, fact.last) {
        report(
          "\(owner.title)'s ports \(hexSpan(fact.first, fact.last)) are not all in root's list", gap.first,
          gap.last, "Ports outside root's list go back to nobody, and nothing says that a device is there.",
          "Add \(hexSpan(gap.first, gap.last)) to the root cell's ports, or correct the range.")
      }
      return found
    }
  }
}

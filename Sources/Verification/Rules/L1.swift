// SPDX-License-Identifier: Apache-2.0
// L1: root may wait for a cell for ever.

import CellConfig

extension Rule {
  /// A cell that root waits for has a time-out.
  static let l1 = Rule(
    "L1", .liveness, .warning, "A cell that is asked before it is stopped has a message time-out.",
    why: """
      Before shutdown the hypervisor asks an active cell and waits for its answer; time-out 0 means for ever. A cell that \
      has crashed, or does not want to, then holds root's management. Ostrog bounds the wait anyway and says so.
      """,
    example: "A cell without PASSIVE_COMMREG and with msg_reply_timeout 0.",
    remedy: "Set a time-out, or PASSIVE_COMMREG if the cell never answers."
  ) { set in
    set.cells.filter {
      !$0.cell.flags.contains(.passiveCommunication) && $0.cell.messageReplyTimeout == 0
    }.map { member in
      Finding(
        "L1", .warning, "root waits for \(member.title) without a time-out",
        at: set.side(member.index, .messageTimeout),
        witness: Witness(.number, 0, "time-out 0 means: wait for ever"),
        consequence: "A silent cell blocks every management operation of root.",
        remedy: "Set a message time-out, or the PASSIVE_COMMREG flag if the cell does not speak the protocol."
      )
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. Create admits a cell whatever root hands over, or refuses: what it claims nobody else claims, declared
// channels aside; its CPUs were root's and are parked; what it takes is cleared unless it is a channel that somebody
// uses. No trap is reachable; a refusal changes nothing and clears nothing (P19); success keeps the core's invariant
// and is exactly the model's `Create`.

import Core
import Symbolic

extension Lifecycle {
  static let create = CoreTheorem(
    name: "create",
    statement: """
      Create admits a cell whatever root hands over, or refuses: what it claims nobody else claims, declared \
      channels aside; its CPUs were root's and are parked; what it takes is cleared unless it is a channel \
      that somebody uses. No trap is reachable; a refusal changes nothing and clears nothing (P19); success \
      keeps the core's invariant and is exactly the model's `Create`.
      """,
    properties: ["P1", "P2", "P8", "P9", "P14", "P15", "P17", "P18", "P19"],
    refusals: [.cellLocked, .nameExists, .tooLarge, .channelPartlyUsed],
    loops: [.takeOver, .channelCheck, .channelUse, .nameCheck],
    prepare: { Refinement.followCreate($0) },
    run: { m throws(Refusal<SymbolicWord>) in
      try m.create(
        m.argument("address"), size: m.argument("size"), as: m.argument("cell"),
        caller: m.argument("caller"))
    },
    success: { proof in
      proof.assumeInvariant(at: [
        proof.machine.peek(.currentSource, proof.first), proof.machine.peek(.currentSource, proof.second),
      ])
    },
    refines: { Refinement.showCreate($0) })
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. Create admits a cell whatever root hands over, or refuses: what it claims nobody else claims, declared
// channels aside. Success means that the ledger holds exactly the claims of every other cell, root and the hypervisor, as
// they were, and the claim of every item of the configuration, as its bytes say: no region, cache share, line, port,
// function, stream or CPU less and none more; and that no guest-physical address has two meanings. No trap is reachable;
// a refusal changes nothing and clears nothing (P19); success keeps the core's invariant. That success is the model's `Create` (what is cleared, where its CPUs go) is stated in
// Proofs/Refinement/Creates.swift and not shown yet; CAVEATS.md says so.

import Core
import Symbolic

extension Lifecycle {
  static let create = CoreTheorem(
    name: "create",
    statement: """
      Create admits a cell whatever root hands over, or refuses: what it claims nobody else claims, declared \
      channels aside. The ledger then holds exactly what others had and the claim of every item of the configuration, as \
      its bytes say, and no guest-physical address of the cell has two meanings. No trap is reachable; a refusal changes nothing and clears nothing; success keeps the \
      core's invariant.
      """,
    properties: ["P1", "P17", "P18", "P19"],
    refusals: [.cellLocked, .nameExists, .tooLarge, .channelPartlyUsed],
    loops: [.takeOver, .channelCheck, .channelUse, .nameCheck],
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
    refines: { $0.showCell(gone: $0.machine.argument("cell")) })
}

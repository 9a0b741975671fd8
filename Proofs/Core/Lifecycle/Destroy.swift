// SPDX-License-Identifier: Apache-2.0
// Theorem. Destroy takes a cell that consents out of the ledger, clears all that it had to itself, and gives its CPUs
// back to root. No trap is reachable; a refusal changes nothing and clears nothing (P19); success keeps the core's
// invariant and is exactly the model's `Destroy`.

import Core
import Symbolic

extension Lifecycle {
  static let destroy = CoreTheorem(
    name: "destroy",
    statement: """
      Destroy takes a cell that consents out of the ledger, clears all that it had to itself, and gives its \
      CPUs back to root. No trap is reachable; a refusal changes nothing and clears nothing (P19); success \
      keeps the core's invariant and is exactly the model's `Destroy`.
      """,
    properties: ["P1", "P2", "P8", "P9", "P14", "P17", "P18", "P19"],
    refusals: [.noSuchCell, .cellLocked, .cellRefuses],
    loops: [.lockCheck, .handBack],
    prepare: { Refinement.followDestroy($0) },
    run: { m throws(Refusal<SymbolicWord>) in
      try m.destroy(m.argument("cell"), caller: m.argument("caller"))
    },
    success: { proof in
      proof.assumeInvariant(at: [
        proof.machine.peek(.currentSource, proof.first), proof.machine.peek(.currentSource, proof.second),
      ])
    },
    refines: { Refinement.showDestroy($0) })
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. Set-loadable stops a cell that root names and that consents, and gives root its LOADABLE regions; all that
// a confidential cell has to itself is cleared first. No trap is reachable; a refusal changes nothing and clears
// nothing (P19); success keeps the core's invariant and is exactly the model's `SetLoadable`.

import Core
import Symbolic

extension Lifecycle {
  static let setLoadable = CoreTheorem(
    name: "set-loadable",
    statement: """
      Set-loadable stops a cell that root names and that consents, and gives root its LOADABLE regions; all \
      that a confidential cell has to itself is cleared first. No trap is reachable; a refusal changes nothing \
      and clears nothing (P19); success keeps the core's invariant and is exactly the model's `SetLoadable`.
      """,
    properties: ["P1", "P8", "P9", "P17", "P18", "P19"],
    refusals: [.notEnabled, .callerNotRoot, .badCell, .noSuchCell, .cellRefuses],
    loops: [.handBack],
    prepare: { Refinement.followSetLoadable($0) },
    run: { m throws(Refusal<SymbolicWord>) in
      try m.setLoadable(m.argument("cell"), caller: m.argument("caller"))
    },
    success: { proof in proof.assumeInvariant(at: [proof.first, proof.second]) },
    refines: { Refinement.showSetLoadable($0) })
}

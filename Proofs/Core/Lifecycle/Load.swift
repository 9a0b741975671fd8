// SPDX-License-Identifier: Apache-2.0
// Theorem. Load grants root the writing of an image only into a LOADABLE region of a loadable cell, only where root's
// base layer may read and write, and only where nobody takes it from root: for every byte of what is granted. No trap
// is reachable; a refusal changes nothing and clears nothing (P19); success keeps the core's invariant and is exactly
// the model's `Load`.

import Core
import Symbolic

extension Lifecycle {
  static let load = CoreTheorem(
    name: "load",
    statement: """
      Load grants root the writing of an image only into a LOADABLE region of a loadable cell, only where \
      root's base layer may read and write, and only where nobody takes it from root: for every byte of what \
      is granted. No trap is reachable; a refusal changes nothing and clears nothing (P19); success keeps the \
      core's invariant and is exactly the model's `Load`.
      """,
    properties: ["P1", "P15", "P17", "P18", "P19"], refusals: [.notLoadable, .notRoots, .wrongPhase],
    loops: [.loadTarget, .loadBase],
    prepare: { Refinement.followLoad($0) },
    run: { m throws(Refusal<SymbolicWord>) in
      m.noted["address"] = try m.load(
        m.argument("cell"), target: m.argument("target"), size: m.argument("size"),
        caller: m.argument("caller"))
    },
    success: { proof in proof.assumeInvariant(at: [proof.first, proof.second]) },
    refines: { Refinement.showLoad($0) })
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. Disable succeeds only for root, and only when no other cell lives. No trap is reachable; a refusal changes
// nothing and clears nothing (P19); success keeps the core's invariant and is exactly the model's `Disable`.

import Core
import Symbolic

extension Lifecycle {
  static let disable = CoreTheorem(
    name: "disable",
    statement: """
      Disable succeeds only for root, and only when no other cell lives. No trap is reachable; a refusal \
      changes nothing and clears nothing (P19); success keeps the core's invariant and is exactly the model's \
      `Disable`.
      """,
    properties: ["P17", "P18", "P19"], refusals: [.callerNotRoot, .cellsExist],
    loops: [.livingCells],
    run: { m throws(Refusal<SymbolicWord>) in
      try m.disable(caller: m.argument("cell"))
    },
    success: { proof in proof.assumeInvariant(at: [proof.first, proof.second]) },
    refines: { Refinement.showDisable($0) })
}

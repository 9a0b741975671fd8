// SPDX-License-Identifier: Apache-2.0
// Theorem. A running cell fails: its CPUs are parked, and it keeps what it owns. No trap is reachable; a refusal
// changes nothing and clears nothing (P19); success keeps the core's invariant and is exactly the model's `Fail`.

import Core
import Symbolic

extension Lifecycle {
  static let fail = CoreTheorem(
    name: "fail",
    statement: """
      A running cell fails: its CPUs are parked, and it keeps what it owns. No trap is reachable; a refusal \
      changes nothing and clears nothing (P19); success keeps the core's invariant and is exactly the model's \
      `Fail`.
      """,
    properties: ["P9", "P17", "P18", "P19"], refusals: [.wrongPhase],
    loops: [.handBack],
    prepare: { Refinement.followFail($0) },
    run: { m throws(Refusal<SymbolicWord>) in
      try m.fail(m.argument("cell"))
    },
    success: { proof in proof.assumeInvariant(at: [proof.first, proof.second]) },
    refines: { Refinement.showFail($0) })
}

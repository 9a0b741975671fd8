// SPDX-License-Identifier: Apache-2.0
// Theorem. A CPU of a cell, or of root, fails: it is parked, and nothing else changes. No trap is reachable; a
// refusal changes nothing and clears nothing (P19); success keeps the core's invariant and is exactly the model's
// `FailCPU`.

import Core
import Symbolic

extension Lifecycle {
  static let failCPU = CoreTheorem(
    name: "fail-cpu",
    statement: """
      A CPU of a cell, or of root, fails: it is parked, and nothing else changes. No trap is reachable; a \
      refusal changes nothing and clears nothing (P19); success keeps the core's invariant and is exactly the \
      model's `FailCPU`.
      """,
    properties: ["P9", "P17", "P18", "P19"], refusals: [.cpuParked],
    loops: [],
    run: { m throws(Refusal<SymbolicWord>) in
      try m.failCPU(m.argument("cell"))
    },
    success: { proof in proof.assumeInvariant(at: [proof.first, proof.second]) },
    refines: { Refinement.showFailCPU($0) })
}

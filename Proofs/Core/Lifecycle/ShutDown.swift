// SPDX-License-Identifier: Apache-2.0
// Theorem. The cell that runs on a CPU shuts itself down. No trap is reachable; a refusal changes nothing and clears
// nothing (P19); success keeps the core's invariant and is exactly the model's `ShutDown`.

import Core
import Symbolic

extension Lifecycle {
  static let shutDown = CoreTheorem(
    name: "shut-down",
    statement: """
      The cell that runs on a CPU shuts itself down. No trap is reachable; a refusal changes nothing and \
      clears nothing (P19); success keeps the core's invariant and is exactly the model's `ShutDown`.
      """,
    properties: ["P17", "P18", "P19"], refusals: [.notEnabled, .cpuParked, .wrongPhase],
    loops: [],
    run: { m throws(Refusal<SymbolicWord>) in
      try m.shutDown(by: m.argument("cell"))
    },
    success: { proof in proof.assumeInvariant(at: [proof.first, proof.second]) },
    refines: { Refinement.showShutDown($0) })
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. Start runs a cell that consents on every CPU that it claims, each in its initial state, and takes its
// LOADABLE regions from root; a confidential cell must have been loaded. No trap is reachable; a refusal changes
// nothing and clears nothing (P19); success keeps the core's invariant and is exactly the model's `Start`.

import Core
import Symbolic

extension Lifecycle {
  static let start = CoreTheorem(
    name: "start",
    statement: """
      Start runs a cell that consents on every CPU that it claims, each in its initial state, and takes its \
      LOADABLE regions from root; a confidential cell must have been loaded. No trap is reachable; a refusal \
      changes nothing and clears nothing (P19); success keeps the core's invariant and is exactly the model's \
      `Start`.
      """,
    properties: ["P1", "P8", "P9", "P17", "P18", "P19"],
    refusals: [.notEnabled, .callerNotRoot, .notLoaded, .cellRefuses],
    loops: [.handBack],
    prepare: { Refinement.followStart($0) },
    run: { m throws(Refusal<SymbolicWord>) in
      try m.start(m.argument("cell"), caller: m.argument("caller"))
    },
    success: { proof in proof.assumeInvariant(at: [proof.first, proof.second]) },
    refines: { Refinement.showStart($0) })
}

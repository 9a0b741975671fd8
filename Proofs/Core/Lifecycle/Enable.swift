// SPDX-License-Identifier: Apache-2.0
// Theorem. Enable establishes the invariant from whatever the loader hands over (P20), or refuses: the ledger is
// root's base layer and the hypervisor's own claims, no cell but root lives, and root runs on the CPUs that its
// configuration names and on no other. The ledger then holds exactly the claim of every item of root's configuration and
// the range of every item that the hypervisor protects, as the bytes say, and nothing else; and the facts that later
// admissions use (architecture, console, masks of stream ids, root's share of the cache, root's chips) are the
// configuration's. No trap is reachable; a refusal changes nothing and clears nothing (P19); success keeps the core's
// invariant and is exactly the model's `Enable`.

import Core
import Symbolic

extension Lifecycle {
  static let enable = CoreTheorem(
    name: "enable",
    statement: """
      Enable establishes the invariant from whatever the loader hands over (P20), or refuses: the ledger is \
      root's base layer and the hypervisor's own claims, no cell but root lives, and root runs on the CPUs \
      that its configuration names and on no other. The ledger holds exactly the claims of every item of root's \
      configuration and every range that is protected, as the bytes say, and the facts that later admissions use \
      are the configuration's. No trap is reachable; a refusal changes nothing and clears nothing (P19); success \
      keeps the core's invariant and is exactly the model's `Enable`.
      """,
    properties: ["P1", "P2", "P9", "P14", "P17", "P18", "P19", "P20"],
    refusals: [.enabled, .callerNotRoot, .tooLarge],
    loops: [.callerCheck, .clearCPUs, .rootCPUs],
    prepare: { Refinement.followEnable($0) },
    run: { m throws(Refusal<SymbolicWord>) in
      let assumed = m.argument("assumed")
      m.explorer.assume(assumed .<= 2)
      try m.enable(
        m.argument("address"), size: m.argument("size"), caller: m.argument("caller"), assumed: assumed)
    },
    refines: {
      Refinement.showEnable($0)
      $0.showSystem()
    },
    keepsFacts: false)
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. A cell knows who may flow to it: if two states look alike to a cell, the policy lets the same steps flow to it
// in both. (The policy depends on the state; without this, its changes could carry information themselves.)

import Models
import Symbolic

struct PolicyIsKnownTheorem: Theorem {
  let name = "policy-is-known"
  let properties = ["P16"]
  let statement = """
    A cell knows who may flow to it: if two states look alike to a cell, the policy lets the same steps flow to it in \
    both. (The policy depends on the state; without this, its changes could carry information themselves.)
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) {
      let pair = Pair(logic, step, seenBy: logic.cell("domain"))
      let (s, t, d, x) = (pair.one.state, pair.two.state, pair.domain, pair.point.resource)
      let before = step.transition.mayFlow(s, to: d, by: x)
      let same = before .== step.transition.mayFlow(t, to: d, by: x)
      let known = logic.axioms + [s.enabled, pair.domainIsACell] + pair.alike(d)
      report.prove(Obligation("\(step.name): its flows are known", assuming: known, same), with: prover)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. What a cell sees after a step depends only on what it saw before and on what the acting cell saw: if two
// states look alike to both, the same step leads to states that look alike to it.
//
// So a step brings nothing to a cell that neither it nor the acting cell knew. Exceptions, each declared: a cell that is
// created on a channel that others use reads what the channel holds; at set-loadable root reads the LOADABLE regions of
// a cell that is not confidential; registers that nobody can clear are handed over with what they hold.

import Models
import Symbolic

struct WeakStepConsistencyTheorem: Theorem {
  let name = "weak-step-consistency"
  let properties = ["P8", "P16"]
  let statement = """
    What a cell sees after a step depends only on what it saw before and on what the acting cell saw: if two states \
    look alike to both, the same step leads to states that look alike to it. Exceptions, each declared: a cell that is \
    created on a channel that others use reads what the channel holds; at set-loadable root reads the LOADABLE \
    regions of a cell that is not confidential; registers that nobody can clear are handed over with what they hold.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) {
      let (pair, hypotheses) = Self.premises(logic, step)
      let goal = View(pair.one.after, pair.two.after).sameAll(for: pair.domain, pair.point)
      let name = "\(step.name) brings to a cell only what it or the actor saw"
      report.prove(Obligation(name, assuming: hypotheses, goal), with: prover)
    }
  }

  /// Two states that look alike to the domain and to the actor; the step is allowed in both.
  static func premises(_ logic: TermLogic, _ step: Step) -> (Pair, [Term]) {
    let pair = Pair(logic, step, seenBy: logic.cell("domain"))
    let words = pair.vocabulary
    let first = pair.one.invariants(words) + pair.one.guards(words)
    let second = pair.two.invariants(words) + pair.two.guards(words)
    let alike = pair.alike(pair.domain) + pair.alike(step.transition.actor)
    return (pair, logic.axioms + [pair.domainIsACell] + first + second + alike + pair.disclosures)
  }
}

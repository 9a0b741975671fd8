// SPDX-License-Identifier: Apache-2.0
// Theorem. Whether a step is refused, and what it reads out, depends only on what the acting cell sees: if two states
// look alike to the cell that acts, the same step is allowed in both or in neither, and yields the same value.

import Models
import Symbolic

struct OutputConsistencyTheorem: Theorem {
  let name = "output-consistency"
  let properties = ["P16"]
  let statement = """
    Whether a step is refused, and what it reads out, depends only on what the acting cell sees: if two states look \
    alike to the cell that acts, the same step is allowed in both or in neither, and yields the same value.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) {
      let pair = Pair(logic, step, seenBy: step.transition.actor)
      let (s, t) = (pair.one.state, pair.two.state)
      let words = pair.vocabulary
      let alike = pair.alike(step.transition.actor)
      let allowed =
        logic.axioms + pair.one.invariants(words) + pair.one.guards(words) + pair.two.invariants(words)
        + alike
      // By symmetry of the two states this makes it an equivalence.
      var goal = step.transition.allowed(t, pair.point)
      if let a = step.transition.output(s), let b = step.transition.output(t) { goal = goal .& (a .== b) }
      let name = "\(step.name): one answer, one output"
      report.prove(Obligation(name, assuming: allowed, goal), with: prover)
    }
  }
}

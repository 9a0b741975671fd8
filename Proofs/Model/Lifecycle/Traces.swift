// SPDX-License-Identifier: Apache-2.0
// Theorem. Residue is recorded honestly: what a step changes it has cleared, or the acting cell may write there and the
// change counts as its secret unless it shares the resource; and a secret ends by clearing only. So "no residue" speaks
// of everything that cells write.

import Models
import Symbolic

struct TracesTheorem: Theorem {
  let name = "traces"
  let properties = ["P8", "P21"]
  let statement = """
    Residue is recorded honestly: what a step changes it has cleared, or the acting cell may write there (or run there) \
    and the change counts as its secret unless it shares the resource; and a secret ends by clearing only. So "no \
    residue" speaks of everything that cells write.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) {
      let setting = Setting(logic, step)
      let (s, t, c, x) = (setting.state, setting.after, setting.point.cell, setting.point.resource)
      let (hypotheses, u) = (setting.hypotheses(), step.transition.actor)
      let wiped = logic.isClearable(x) .& (t.content(x) .== logic.cleared)
      let rightful = s.access(u, x, .write) .| s.access(u, x, .execute)
      let recorded = rightful .& (t.secret(x, u) .| ((u .!= logic.root) .& s.keepsRoot(u, x)))
      let change = (t.content(x) .!= s.content(x)).implies(wiped .| recorded)
      let name = "\(step.name): a change is cleared or recorded"
      report.prove(Obligation(name, assuming: hypotheses, change), with: prover)
      let end = (s.secret(x, c) .& .!t.secret(x, c)).implies(wiped)
      let second = "\(step.name): a secret ends by clearing only"
      report.prove(Obligation(second, assuming: hypotheses, end), with: prover)
    }
  }
}

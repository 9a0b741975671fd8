// SPDX-License-Identifier: Apache-2.0
// Theorem. After start, the cell runs on all CPUs that its configuration names and on no others; each begins in its initial
// state, with the cell's interrupts masked and nothing left of its former answers. No other step makes a CPU run a cell.

import Models
import Symbolic

struct FreshStartTheorem: Theorem {
  let name = "fresh-start"
  let properties = ["P8", "P9", "P13"]
  let statement = """
    After start, the cell runs on all CPUs that its configuration names and on no others; each begins in its initial \
    state, with the cell's interrupts masked and nothing left of its former answers. No other step makes a CPU run a \
    cell.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) {
      guard let call = step.transition as? Start<TermLogic> else {
        report.prove(Self.startsNothing(logic, step), with: prover)
        continue
      }
      let setting = Setting(logic, step)
      let (s, t, x) = (setting.state, setting.after, setting.point.resource)
      let hypotheses = setting.hypotheses()
      let own = logic.isCPU(x) .& s.claims(call.cell, x, logic.right(.execute))
      let runs = logic.isCPU(x).implies(t.runs(x, call.cell) .== own)
      report.prove(Obligation("runs on its CPUs", assuming: hypotheses, runs), with: prover)
      let initial = (own .& logic.isClearable(x)).implies(t.content(x) .== logic.cleared)
      report.prove(
        Obligation("CPUs begin in their initial state", assuming: hypotheses, initial), with: prover)
      let masked = t.access(call.cell, x, .write).implies(.!t.armed(x))
      report.prove(Obligation("interrupts are masked", assuming: hypotheses, masked), with: prover)
      let silent = .!t.agrees(call.cell) .& .!t.locked(call.cell)
      report.prove(Obligation("former answers are void", assuming: hypotheses, silent), with: prover)
    }
  }

  /// No CPU begins to run a cell.
  private static func startsNothing(_ logic: TermLogic, _ step: Step) -> Obligation {
    let setting = Setting(logic, step)
    let (s, t, c, x) = (setting.state, setting.after, setting.point.cell, setting.point.resource)
    let before = s.runs(x, c)
    let goal = (s.isGuest(c) .& t.runs(x, c)).implies(before)
    return Obligation("\(step.name) makes no CPU run a cell", assuming: setting.hypotheses(), goal)
  }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. A running cell that is to be asked (it is not passive) is stopped, restarted, made loadable or destroyed only if
// it has agreed; and while such a cell has locked the configuration, no other cell comes or goes.

import Models
import Symbolic

struct ConsentTheorem: Theorem {
  let name = "consent"
  let properties = ["P16"]
  let statement = """
    A running cell that is to be asked (it is not passive) is stopped, restarted, made loadable or destroyed by root \
    only if it has agreed; and while such a cell has locked the configuration, no other cell comes or goes.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.management(logic) {
      let setting = Setting(logic, step)
      let (s, t, c, d) = (setting.state, setting.after, setting.point.cell, setting.point.other)
      let x = setting.point.resource
      let hypotheses = setting.hypotheses()
      let unwilling = s.isGuest(c) .& s.isIn(c, .running) .& .!s.passive(c) .& .!s.agrees(c)
      let runsOn = (t.phase(c) .== s.phase(c)) .& ((t.occupant(x) .== c) .== (s.occupant(x) .== c))
      let memory = s.access(c, x, .read).implies(t.content(x) .== s.content(x))
      let asked = Obligation(
        "\(step.name) leaves a cell alone that has not agreed", assuming: hypotheses,
        unwilling.implies(runsOn .& memory))
      report.prove(asked, with: prover)
      let steady = (t.live(d) .== s.live(d)) .| (c .== d)
      let locked = Obligation(
        "\(step.name): no cell comes or goes while another has locked", assuming: hypotheses,
        (s.isGuest(c) .& s.isIn(c, .running) .& .!s.passive(c) .& s.locked(c)).implies(steady))
      report.prove(locked, with: prover)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. A confidential cell that was just created or just cleared cannot be started, and nothing but a load while it is
// loadable changes that.

import Models
import Symbolic

struct LoadFirstTheorem: Theorem {
  let name = "load-first"
  let properties = ["P8"]
  let statement = """
    A confidential cell that was just created or just cleared by set-loadable cannot be started, and nothing but a load \
    while it is loadable changes that.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) {
      let setting = Setting(logic, step)
      let (s, t, c) = (setting.state, setting.after, setting.point.cell)
      // Whether start would be allowed at once, on some CPU of root.
      let start = Start<TermLogic>(actor: logic.root, caller: logic.resource("starter"), cell: c)
      let startable = start.allowed(t, setting.point)
      let goal: Term
      switch step.transition {
      case let call as Create<TermLogic>:
        goal = ((c .== call.cell) .& call.request.confidential).implies(.!startable)
      case let call as SetLoadable<TermLogic>:
        let cleared = (c .== call.cell) .& s.confidential(c) .& .!s.isIn(c, .loadable)
        goal = (cleared .| (s.confidential(c) .& .!s.loaded(c))).implies(.!startable)
      case let call as Load<TermLogic>:
        let other = (c .!= call.cell) .| .!s.isIn(c, .loadable)
        goal = (other .& s.confidential(c) .& .!s.loaded(c)).implies(.!startable)
      default:
        goal = (s.confidential(c) .& .!s.loaded(c)).implies(.!startable)
      }
      let name = "\(step.name) does not make an empty cell startable"
      report.prove(Obligation(name, assuming: setting.hypotheses(), goal), with: prover)
    }
  }
}

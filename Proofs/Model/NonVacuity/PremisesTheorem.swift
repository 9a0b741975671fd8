// SPDX-License-Identifier: Apache-2.0
// Theorem. No theorem about the model holds for want of a case: the hypotheses of each can be met, together with a step
// that changes something; for two executions, by states that really differ. No invariant is true by definition, and each
// part of what a cell sees can differ.

import Models
import Symbolic

struct PremisesTheorem: Theorem {
  let name = "premises-can-be-met"
  let properties = ["P21"]
  let statement = """
    No theorem about the model holds for want of a case: the hypotheses of each can be met, together with a step that \
    changes something; for two executions, by states that really differ. No invariant is true by definition, and each \
    part of what a cell sees can differ.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    invariants(logic, &report, prover)
    views(logic, &report, prover)
    for step in Step.all(logic) + [.enable(logic)] { single(logic, step, &report, prover) }
    for step in Step.all(logic) { double(logic, step, &report, prover) }
  }

  private func invariants(_ logic: TermLogic, _ report: inout Report, _ prover: Prover) {
    let (s, p) = (State.arbitrary("s", logic), logic.point("p"))
    for invariant in Invariant<TermLogic>.all {
      let broken = logic.axioms + [.!invariant.holds(s, p)]
      report.require(Satisfiability("\(invariant.name) can be broken", broken), with: prover)
    }
  }

  private func views(_ logic: TermLogic, _ report: inout Report, _ prover: Prover) {
    let (s, t) = (State.arbitrary("s", logic), State.arbitrary("t", logic))
    for part in View(s, t).same(for: logic.cell("domain"), logic.point("p")) {
      let different = logic.axioms + [.!part.holds]
      report.require(Satisfiability("what a cell sees can differ: \(part.name)", different), with: prover)
    }
  }

  private func single(_ logic: TermLogic, _ step: Step, _ report: inout Report, _ prover: Prover) {
    let setting = Setting(logic, step)
    let (words, everything) = (setting.vocabulary, Invariant<TermLogic>.all.map(\.name))
    let before = step.name == "enable" ? [] : setting.invariants(words, and: everything)
    let change = setting.state.differs(from: setting.after, at: setting.point)
    let assertions = logic.axioms + before + setting.guards(words) + [change]
    report.require(Satisfiability("\(step.name) can happen and change something", assertions), with: prover)
  }

  private func double(_ logic: TermLogic, _ step: Step, _ report: inout Report, _ prover: Prover) {
    if step.name != "disable" {
      let (pair, silent) = LocalRespectTheorem.premises(logic, step)
      let change = pair.one.state.differs(from: pair.one.after, at: logic.point("q"))
      let seen = pair.one.state.live(pair.domain)
      let unseen = Satisfiability("\(step.name) can happen unseen by a living cell", silent + [change, seen])
      report.require(unseen, with: prover)
    }
    let (pair, alike) = WeakStepConsistencyTheorem.premises(logic, step)
    let (s, t, x) = (pair.one.state, pair.two.state, pair.point.resource)
    let hidden = (s.content(x) .!= t.content(x)) .& logic.isClearable(x) .& s.live(pair.domain)
    let change = s.differs(from: pair.one.after, at: logic.point("q"))
    let two = Satisfiability(
      "\(step.name) can happen in two states that look alike and differ", alike + [hidden, change])
    report.require(two, with: prover)
  }
}

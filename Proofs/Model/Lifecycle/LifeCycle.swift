// SPDX-License-Identifier: Apache-2.0
// Theorem. A cell's life goes as stated and no other way: create makes it stopped; set-loadable, start and destroy need a
// cell that exists and make it loadable, running, absent; a running cell can shut down or fail. No step concerns the
// phase of any other cell. Enable needs a machine that is not enabled, and leaves no cell but root.

import Models
import Symbolic

struct LifeCycleTheorem: Theorem {
  let name = "life-cycle"
  let properties = ["P9", "P20"]
  let statement = """
    A cell's life goes as stated and no other way: create makes it stopped; set-loadable, start and destroy need a cell \
    that exists and make it loadable, running, absent; a running cell can shut down or fail. No step concerns the phase \
    of any other cell. Enable needs a machine that is not enabled, and leaves no cell but root.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) {
      let setting = Setting(logic, step)
      let goal = Self.diagram(step, setting.state, setting.after, setting.point.cell)
      let name = "\(step.name) changes phases as stated"
      report.prove(Obligation(name, assuming: setting.hypotheses(), goal), with: prover)
    }
    let enable = Setting(logic, .enable(logic))
    let assumed = logic.axioms + enable.guards(enable.vocabulary)
    let fresh = .!enable.state.enabled
    let (t, c) = (enable.after, enable.point.cell)
    let alone = t.enabled .& t.isGuest(c).implies(.!t.live(c))
    report.prove(Obligation("enable leaves no cell but root", assuming: assumed, alone), with: prover)
    report.prove(
      Obligation("enable needs a machine that is not enabled", assuming: assumed, fresh), with: prover)
  }

  private static func diagram(
    _ step: Step, _ s: State<TermLogic>, _ t: State<TermLogic>, _ c: Term
  ) -> Term {
    func change(of cell: Term, if before: Term, to after: PhaseName) -> Term {
      .choose(c .== cell, before .& t.isIn(c, after), t.phase(c) .== s.phase(c))
    }
    func guest(_ cell: Term) -> Term { s.isGuest(cell) .& s.live(cell) }
    return switch step.transition {
    case let call as Create<TermLogic>: change(of: call.cell, if: s.isIn(call.cell, .absent), to: .stopped)
    case let call as SetLoadable<TermLogic>: change(of: call.cell, if: guest(call.cell), to: .loadable)
    case let call as Start<TermLogic>: change(of: call.cell, if: guest(call.cell), to: .running)
    case let call as Destroy<TermLogic>: change(of: call.cell, if: guest(call.cell), to: .absent)
    case let call as ShutDown<TermLogic>:
      change(of: call.actor, if: s.isIn(call.actor, .running), to: .stopped)
    case let call as Fail<TermLogic>: change(of: call.actor, if: s.isIn(call.actor, .running), to: .failed)
    default: t.phase(c) .== s.phase(c)
    }
  }
}

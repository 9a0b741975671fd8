// SPDX-License-Identifier: Apache-2.0
// Theorem. A step changes nothing that a cell sees, unless the policy lets the step flow to that cell.
//
// The policy: to the acting cell itself; to those who share a declared channel at the resource that is written; a
// management call to root, to the cell that it concerns and, at create and destroy, to the other ends of its
// channels, which see that the other end comes or goes and nothing else; a cell's status to root.

import Models
import Symbolic

struct LocalRespectTheorem: Theorem {
  let name = "local-respect"
  let properties = ["P15", "P16"]
  let statement = """
    A step changes nothing that a cell sees (contents, rights, CPUs, interrupt routes, phase), unless the policy lets \
    the step flow to that cell. The policy: to the acting cell itself; to those who share a declared channel at the \
    resource that is written; a management call to root, to the cell that it concerns and, at create and destroy, to \
    the other ends of its channels, which see that the other end comes or goes and nothing else; a cell's status to \
    root.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    // At disable there is no cell but root: see the guards of the step.
    for step in Step.all(logic) where step.name != "disable" {
      let (pair, hypotheses) = Self.premises(logic, step)
      let goal = View(pair.one.state, pair.one.after).sameAll(for: pair.domain, pair.point)
      let name = "\(step.name) changes nothing that another cell sees"
      report.prove(Obligation(name, assuming: hypotheses, goal), with: prover)
    }
    for step in Step.management(logic) where step.name != "disable" {
      report.prove(Self.presence(logic, step), with: prover)
    }
  }

  /// A cell that the call does not concern sees at most that the other end of a channel comes or goes.
  private static func presence(_ logic: TermLogic, _ step: Step) -> Obligation {
    let pair = Pair(logic, step, seenBy: logic.cell("domain"))
    let third = [pair.domainIsACell, pair.domain .!= logic.root] + step.cells.map { pair.domain .!= $0 }
    let parts = View(pair.one.state, pair.one.after).same(for: pair.domain, pair.point)
    let goal = parts.filter { $0.name != "channels" }.reduce(logic.known(true)) { $0 .& $1.holds }
    let name = "\(step.name) shows third cells no more than who is on their channels"
    return Obligation(name, assuming: pair.one.hypotheses() + third, goal)
  }

  /// The step is allowed, and may not flow to the domain because of any resource.
  static func premises(_ logic: TermLogic, _ step: Step) -> (Pair, [Term]) {
    let pair = Pair(logic, step, seenBy: logic.cell("domain"))
    let s = pair.one.state
    let silent = Template(logic) { .!step.transition.mayFlow(s, to: pair.domain, by: $0.resource) }
    let words = pair.one.vocabulary
    let base = logic.axioms + pair.one.invariants(words) + pair.one.guards(words)
    return (pair, base + [pair.domainIsACell] + silent.instances(words))
  }
}

// SPDX-License-Identifier: Apache-2.0
// How an invariant is shown to be kept: by every transition, from any state in which all invariants hold.

import Models
import Symbolic

/// "The invariant holds after every step."
protocol InvariantTheorem: Theorem {
  /// The invariant.
  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L>
}

extension InvariantTheorem {
  /// Name of the invariant.
  var name: String { invariant(TermLogic.self).name }
  /// Properties of the invariant.
  var properties: [String] { invariant(TermLogic.self).properties }

  /// One obligation for each transition.
  func run(into report: inout Report) {
    guard let prover = report.makeProver() else { return }
    let logic = TermLogic(prover.context)
    let claim = invariant(TermLogic.self)
    for step in Step.all(logic) {
      let setting = Setting(logic, step)
      let goal = claim.holds(setting.after, setting.point)
      report.prove(
        Obligation("\(claim.name) is kept by \(step.name)", assuming: setting.hypotheses, goal), with: prover)
    }
    let setting = Setting(logic, .enable(logic))
    let assumed = logic.axioms + setting.guards(setting.vocabulary)
    let goal = claim.holds(setting.after, setting.point)
    report.prove(Obligation("\(claim.name) is established by enable", assuming: assumed, goal), with: prover)
  }
}

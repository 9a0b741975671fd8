// SPDX-License-Identifier: Apache-2.0
// How an invariant is shown to be kept: by every transition, from any state in which all invariants hold.

import Models
import Symbolic

/// "The invariant holds after every step."
protocol InvariantTheorem: Theorem {
  /// Invariants that are assumed of the state before, besides this one and those that speak of ownership.
  var needs: [String] { get }
  /// The invariant.
  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L>
}

extension InvariantTheorem {
  /// None, unless stated otherwise.
  var needs: [String] { [] }
  /// Name of the invariant.
  var name: String { invariant(TermLogic.self).name }
  /// Properties of the invariant.
  var properties: [String] { invariant(TermLogic.self).properties }

  /// One obligation for each transition.
  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    let claim = invariant(TermLogic.self)
    for step in Step.all(logic) {
      let setting = Setting(logic, step)
      let goal = claim.holds(setting.after, setting.point)
      report.prove(
        Obligation(
          "\(claim.name) is kept by \(step.name)", assuming: setting.hypotheses(and: needs + [name]), goal),
        with: prover)
    }
    let setting = Setting(logic, .enable(logic))
    let assumed = logic.axioms + setting.guards(setting.vocabulary)
    let goal = claim.holds(setting.after, setting.point)
    report.prove(Obligation("\(claim.name) is established by enable", assuming: assumed, goal), with: prover)
  }
}

// SPDX-License-Identifier: Apache-2.0
// The setting of an obligation: one arbitrary state in which the invariants hold, one step that is allowed, and one
// arbitrary point at which something is to be shown.

import Models
import Symbolic

/// One arbitrary state and one step from it.
struct Setting {
  let logic: TermLogic
  let step: Step
  let state: State<TermLogic>
  /// The point; of a statement about what a domain sees, its cell is that domain.
  let point: Point<TermLogic>

  init(_ logic: TermLogic, _ step: Step, state name: String = "s", seenBy domain: Term? = nil) {
    self.logic = logic
    self.step = step
    state = .arbitrary(name, logic)
    var point = logic.point("p")
    if let domain { point.cell = domain }
    self.point = point
  }

  /// The state after the step.
  var after: State<TermLogic> { step.transition.apply(state) }

  /// The terms that hypotheses are instantiated at.
  var vocabulary: Vocabulary {
    let x = point.resource
    let cells = [logic.root, logic.hypervisor, point.cell, point.other, state.holder(x)]
    return Vocabulary(
      cells: cells + step.cells + step.cellsAt(x),
      resources: step.resources + [x, state.manager, state.target(x)],
      rights: RightName.allCases.map(logic.right))
  }

  /// The invariants hold in the state: those that speak of ownership, and further ones by name.
  ///
  /// The others are not needed to show anything but themselves, and a solver would lose its time with them.
  func invariants(_ words: Vocabulary, and more: [String] = []) -> [Term] {
    let idle: Set<String> = [
      "channels-only", "no-residue", "secrets-are-held", "confidential-is-clean", "confidential-is-loaded",
    ]
    let chosen = Invariant<TermLogic>.all.filter { !idle.contains($0.name) || more.contains($0.name) }
    return chosen.flatMap { invariant in
      Template(logic) { invariant.holds(state, $0) }.instances(words)
    }
  }

  /// The step is allowed in the state.
  func guards(_ words: Vocabulary) -> [Term] {
    let point = logic.point("any")
    return step.transition.guards(state, point).indices.flatMap { index in
      Template(logic) { step.transition.guards(state, $0)[index].holds }.instances(words)
    }
  }

  /// Everything that may be assumed.
  func hypotheses(and more: [String] = []) -> [Term] {
    let words = vocabulary
    return logic.axioms + invariants(words, and: more) + guards(words)
  }
}

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
  let point: Point<TermLogic>

  init(_ logic: TermLogic, _ step: Step, state name: String = "s") {
    self.logic = logic
    self.step = step
    state = .arbitrary(name, logic)
    point = logic.point("p")
  }

  /// The state after the step.
  var after: State<TermLogic> { step.transition.apply(state) }

  /// The terms that hypotheses are instantiated at.
  var vocabulary: Vocabulary {
    let x = point.resource
    let resources = step.resources + [x, state.manager, state.target(x)]
    let cells = [logic.root, logic.hypervisor, point.cell, point.other] + step.cells
    return Vocabulary(
      cells: cells + [state.holder(x)] + step.cellsAt(x), resources: resources,
      rights: RightName.allCases.map(logic.right))
  }

  /// The invariants hold in the state.
  func invariants(_ words: Vocabulary) -> [Term] {
    Invariant<TermLogic>.all.flatMap { invariant in
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
  var hypotheses: [Term] { logic.axioms + invariants(vocabulary) + guards(vocabulary) }
}

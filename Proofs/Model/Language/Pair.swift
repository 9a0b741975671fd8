// SPDX-License-Identifier: Apache-2.0
// The setting of a statement about two executions: two arbitrary states that look alike to some domains, and the same
// step from both. The two states are independent; nothing makes them equal but what is assumed of them.

import Models
import Symbolic

/// Two arbitrary states and the same step from both.
struct Pair {
  let logic: TermLogic
  let step: Step
  let one: Setting
  let two: Setting
  /// The domain that looks.
  let domain: Term

  init(_ logic: TermLogic, _ step: Step, seenBy domain: Term) {
    self.logic = logic
    self.step = step
    self.domain = domain
    one = Setting(logic, step, state: "s", seenBy: domain)
    two = Setting(logic, step, state: "t", seenBy: domain)
  }

  /// The arbitrary point at which something is to be shown.
  var point: Point<TermLogic> { one.point }

  /// The terms that hypotheses are instantiated at.
  var vocabulary: Vocabulary {
    let (a, b) = (one.vocabulary, two.vocabulary)
    return Vocabulary(cells: a.cells + b.cells, resources: a.resources + b.resources, rights: a.rights)
  }

  /// The two states look alike to a domain.
  func alike(_ domain: Term) -> [Term] {
    let words = vocabulary
    let view = View(one.state, two.state)
    return view.same(for: domain, logic.point("any")).indices.flatMap { part in
      Template(logic) { view.same(for: domain, $0)[part].holds }.instances(words)
    }
  }

  /// The domain is a cell, root included.
  var domainIsACell: Term { domain .!= logic.hypervisor }

  /// What the step discloses to the domain by declaration is the same in both.
  var disclosures: [Term] {
    let (s, t, transition) = (one.state, two.state, step.transition)
    return Template(logic) { p in
      let x = p.resource
      let declared = transition.discloses(s, to: domain, x) .& transition.discloses(t, to: domain, x)
      return declared.implies(s.content(x) .== t.content(x))
    }.instances(vocabulary)
  }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. The invariants can hold, and every step can happen. On a machine of three CPUs, with two cells that share a
// channel, a life from enable to disable takes every kind of step at least once; each is allowed, changes something, and
// leaves a state in which every invariant holds at every point. (Computed, by trying every point: no solver.)

import Models

struct LifeTheorem: Theorem {
  let name = "a-life"
  let properties = ["P21"]
  let statement = """
    The invariants can hold, and every step can happen. On a machine of three CPUs, with two cells that share a channel, \
    a life from enable to disable takes every kind of step at least once; each is allowed, changes something, and \
    leaves a state in which every invariant holds at every point. (Computed, by trying every point: no solver.)
    """

  func run(into report: inout Report) {
    let story = Story()
    var state = story.beginning
    var channels = 0
    var kinds: Set<String> = []
    check(state, "the machine before enable", into: &report)
    for (number, step) in story.steps.enumerated() {
      let title = "step \(number + 1), \(step.name)"
      let refusals = step.refusals(state)
      report.check("\(title): is allowed", refusals.isEmpty, otherwise: refusals.joined(separator: ", "))
      let next = step.step(state)
      let changed = story.logic.points.contains { state.differs(from: next, at: $0) }
      report.check("\(title): changes something", changed, otherwise: "the state is the same as before")
      check(next, title, into: &report)
      state = next
      kinds.insert(step.name)
      if hasChannel(state) { channels += 1 }
    }
    report.check("two cells share a channel", channels > 0, otherwise: "no state has two cells on a channel")
    report.check("every kind of step happens", kinds.count == 15, otherwise: "only \(kinds.sorted())")
  }

  private func check(_ state: State<FiniteLogic>, _ title: String, into report: inout Report) {
    let violations = state.violations()
    report.check(
      "\(title): every invariant holds", violations.isEmpty,
      otherwise: violations.map { "\($0.invariant) at \($0.at)" }.joined(separator: "; "))
  }

  private func hasChannel(_ s: State<FiniteLogic>) -> Bool {
    let (a, b, x) = (Story.Cells.control, Story.Cells.vision, Story.Things.channel)
    let both = s.isIn(a, .running) && s.isIn(b, .running) && s.connected(a, b, x) && s.connected(b, a, x)
    return s.enabled && both
  }
}

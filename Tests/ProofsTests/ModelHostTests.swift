// SPDX-License-Identifier: Apache-2.0
// The model on the host: whatever happens, every invariant holds at every point, and no cell sees what it must not.

import Models
import Testing
import TestSupport

@Suite struct ModelHostTests {
  static let seeds: [UInt64] = Array(1...8)

  @Test func randomLivesKeepEveryInvariant() {
    var taken: [String: Int] = [:]
    for seed in Self.seeds {
      var life = RandomLife(seed: seed)
      for number in 0..<150 {
        let step = life.draw()
        guard step.refusals(life.state).isEmpty else { continue }
        life.state = step.apply(life.state).tabulated
        taken[step.name, default: 0] += 1
        let broken = life.state.violations().map { "\($0.invariant) at \($0.at)" }
        #expect(broken.isEmpty, "seed \(seed), draw \(number), \(step.name): \(broken)")
      }
    }
    print("random lives: seeds \(Self.seeds), steps taken \(taken.sorted { $0.key < $1.key })")
    #expect(taken.count == 15, "every kind of step must happen: \(taken)")
  }

  /// Two runs that differ only in what a cell does not see go on looking alike to it.
  @Test func secretsMakeNoDifferenceToOthers() {
    var compared = 0
    for seed in Self.seeds {
      var life = RandomLife(seed: seed &+ 1000)
      for number in 0..<100 {
        let step = life.draw()
        let (s, t) = (life.state, other(life.state, &life.random))
        let allowed = (step.refusals(s).isEmpty, step.refusals(t).isEmpty)
        for domain in 0..<life.logic.cells where domain != 1 && s.enabled && step.name != "enable" {
          guard alike(s, t, domain), alike(s, t, step.actor) else { continue }
          #expect(allowed.0 == allowed.1, "seed \(seed), draw \(number), \(step.name)")
          guard allowed.0, allowed.1, !discloses(step, s, t, domain) else { continue }
          let same = alike(step.apply(s).tabulated, step.apply(t).tabulated, domain)
          #expect(same, "seed \(seed), draw \(number), \(step.name), seen by cell \(domain)")
          compared += 1
        }
        if allowed.0 { life.state = step.apply(s).tabulated }
      }
    }
    print("compared \(compared) pairs of runs")
    #expect(compared > 100)
  }

  /// A state with other contents in some places.
  private func other(_ s: State<FiniteLogic>, _ random: inout SplitMix) -> State<FiniteLogic> {
    let changed = (0..<s.logic.resources).map { _ in UInt8.random(in: 0..<3, using: &random) == 0 }
    var t = s
    t.content = { changed[$0] ? s.content($0) + 1 : s.content($0) }
    return t.tabulated
  }

  private func alike(_ s: State<FiniteLogic>, _ t: State<FiniteLogic>, _ d: Int) -> Bool {
    s.logic.points.allSatisfy { $0.cell != 0 || View(s, t).sameAll(for: d, $0) }
  }

  /// The step discloses by declaration what differs.
  private func discloses(
    _ step: any Transition<FiniteLogic>, _ s: State<FiniteLogic>, _ t: State<FiniteLogic>, _ d: Int
  ) -> Bool {
    (0..<s.logic.resources).contains { step.discloses(s, to: d, $0) && s.content($0) != t.content($0) }
  }
}

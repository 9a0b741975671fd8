// SPDX-License-Identifier: Apache-2.0
// A second solver, cvc5, about the theorems of the core: what Z3 showed, and that the branches that were left out are taken
// by no state. A contradiction fails the test; what cvc5 cannot answer in its time is counted and named.
//
// By default a sample of what Z3 shows within its time; with SECOND_SOLVER=all in the environment, all of all.

import Foundation
import Synchronization
import Testing

@testable import Proofs
@testable import Symbolic

@Suite struct SecondSolverCoreTests {
  /// What the test may spend: on Z3 in all, and on cvc5 in all and for one question.
  static let (exploring, asking, each) = (Duration.seconds(25), Duration.seconds(40), 4000)
  static var isComplete: Bool { ProcessInfo.processInfo.environment["SECOND_SOLVER"] == "all" }

  @Test(.enabled(if: hasSecondSolver)) func aSecondSolverConfirmsTheCore() throws {
    let clock = ContinuousClock()
    var scripts: [(theorem: String, scripts: [Script])] = []
    var left: [String] = []
    let theorems = Catalogue.core.compactMap { $0 as? CoreTheorem }
    // Each theorem has its share of the time, and what others left over: the rule adapts to what theorems cost. What
    // was asked before the time was up is a question as good as any.
    var rest = Self.exploring
    for (number, theorem) in theorems.enumerated() {
      let began = clock.now
      let share = rest / (theorems.count - number)
      let found = Self.scripts(of: theorem, before: Self.isComplete ? nil : began + share)
      rest = max(.zero, rest - (clock.now - began))
      scripts.append((theorem.name, found.scripts))
      if !found.isWhole { left.append(theorem.name) }
    }
    // Turn by turn through the theorems, the first of each, then the second of each.
    let most = scripts.map(\.scripts.count).max() ?? 0
    let drawn = (0..<most).flatMap { number in
      scripts.compactMap { number < $0.scripts.count ? $0.scripts[number] : nil }
    }
    let tally = Self.ask(drawn, before: Self.isComplete ? nil : clock.now + Self.asking)
    print(
      "cvc5 confirms \(tally.confirmed) of \(tally.asked) questions about the core (\(drawn.count) were to be had)"
    )
    if !left.isEmpty { print("cvc5: no time for all questions of \(left.joined(separator: ", "))") }
    if !tally.open.isEmpty {
      print("cvc5 has no answer to \(tally.open.count): \(tally.open.joined(separator: "; "))")
    }
    for contradiction in tally.contradictions { Issue.record("cvc5 contradicts Z3: \(contradiction)") }
    #expect(tally.confirmed >= 20 || tally.confirmed == drawn.count, "hardly anything was confirmed")
  }

  struct Script: Sendable {
    let name: String
    let text: String
  }

  /// The questions that a theorem rests on, in an order that mixes them; not all where its time is up.
  private static func scripts(
    of theorem: CoreTheorem, before deadline: ContinuousClock.Instant?
  ) -> (scripts: [Script], isWhole: Bool) {
    var scripts: [Script] = []
    guard let context = Z3Context() else { return ([], false) }
    let explorer = Explorer(theorem.name, prover: Prover(context))
    explorer.observer = { scripts.append(Script(name: $0.name, text: $0.smtlib)) }
    explorer.deadline = deadline
    theorem.explore(with: explorer)
    // The same draw every time: by the text, so that neighbours are not drawn together.
    scripts.sort { Self.hash($0.text) < Self.hash($1.text) }
    return (scripts, explorer.failures.isEmpty)
  }

  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  struct Tally {
    var (asked, confirmed) = (0, 0)
    var open: [String] = []
    var contradictions: [String] = []
  }

  /// Puts scripts to cvc5, two at a time.
  private static func ask(_ scripts: [Script], before deadline: ContinuousClock.Instant?) -> Tally {
    let work = Mutex((next: 0, tally: Tally()))
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      while deadline.map({ ContinuousClock().now < $0 }) ?? true {
        let index = work.withLock { state in
          defer { state.next += 1 }
          return state.next
        }
        guard index < scripts.count else { return }
        let script = scripts[index]
        let answer = (try? cvc5(script.text, milliseconds: each)) ?? "cannot be run"
        work.withLock { state in
          state.tally.asked += 1
          switch answer {
          case "unsat": state.tally.confirmed += 1
          case "sat": state.tally.contradictions.append(script.name)
          default: state.tally.open.append("\(script.name): \(answer.prefix(80))")
          }
        }
      }
    }
    return work.withLock { $0.tally }
  }
}

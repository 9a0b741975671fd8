// SPDX-License-Identifier: Apache-2.0
// Puts the questions of many windows to Z3, on two threads where there are many.

import Core
import Dispatch
import Symbolic
import Synchronization

/// One window of one space (an index into the spaces' results).
struct Job: Sendable {
  var space: Int
  var window: Window
}

/// What Z3 said of one window.
struct WindowAnswer: Sendable {
  var counterexamples: [SpaceResult.Counterexample] = []
  var undecided: [String] = []
}

/// A Z3 context and the prover that asks in it.
final class Asker {
  private let context: Z3Context
  private let prover: Prover

  /// From this many questions on, a second context on a second thread pays for its start (some 12 ms).
  private static let threshold = 40

  init?() {
    guard let context = Z3Context() else { return nil }
    self.context = context
    // The questions are pure bit-vector comparisons of one variable: the plain SMT core answers them in a millisecond,
    // where the default strategy spends seven on setting itself up.
    prover = Prover(context, kind: .tactic("smt"))
  }

  /// The answers to all jobs, each exactly once, in the order of the jobs.
  func answers(_ jobs: [Job], _ spaces: [Space], _ declaration: Declaration) -> [(Job, WindowAnswer)] {
    guard jobs.count >= Asker.threshold else {
      return jobs.map { ($0, ask($0.window, spaces[$0.space], declaration)) }
    }
    let middle = jobs.count / 2
    let second = Mutex<[(Job, WindowAnswer)]>([])
    let thread = DispatchGroup()
    DispatchQueue.global().async(group: thread) {
      let half = jobs[middle...].map { job -> (Job, WindowAnswer) in
        (job, WindowAnswer(undecided: ["Z3 could not be started on a second thread"]))
      }
      // One context per thread: they share nothing.
      guard let asker = Asker() else { return second.withLock { $0 = half } }
      let answered = jobs[middle...].map { ($0, asker.ask($0.window, spaces[$0.space], declaration)) }
      second.withLock { $0 = answered }
    }
    let first = jobs[..<middle].map { ($0, ask($0.window, spaces[$0.space], declaration)) }
    thread.wait()
    return first + second.withLock { $0 }
  }

  private func ask(_ window: Window, _ space: Space, _ declaration: Declaration) -> WindowAnswer {
    var result = WindowAnswer()
    let ranges = declaration.meeting(space, window.base, window.end)
    let question = Question(window, ranges, in: context)
    let violations = question.violations(ranges)
    let any = Term.any(violations.map(\.1), in: context)
    switch prover.satisfiable(Satisfiability("\(space) \(hex(window.base))", [question.isInside, any])) {
    case .no: break
    case .unknown(let reason): result.undecided.append(reason)
    case .yes(let model):
      guard let value = model.value(of: question.free) else {
        result.undecided.append("Z3 found a counterexample and gave no value")
        break
      }
      let resource = question.resource(value)
      let covering = window.claims.filter { $0.base <= resource && resource < $0.end }
      for (property, term) in violations where model.truth(of: term) != false {
        result.counterexamples.append(
          SpaceResult.Counterexample(property: property, resource: resource, claims: covering))
      }
    }
    return result
  }
}

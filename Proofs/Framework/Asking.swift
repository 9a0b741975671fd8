// SPDX-License-Identifier: Apache-2.0
// The ways in which a theorem adds to its report.

import Symbolic

extension Report {
  /// A prover in a fresh context, set up as the options say; nil (and a failure in the report) if Z3 refuses.
  public mutating func makeProver(preferring kind: SolverKind = .standard) -> Prover? {
    guard let context = Z3Context() else {
      check("Z3 makes a context", false, otherwise: "Z3 cannot make a context: out of memory?")
      return nil
    }
    return Prover(context, kind: options.solver ?? kind, rlimit: options.rlimit)
  }

  /// Asks whether an obligation holds.
  public mutating func prove(_ obligation: Obligation, with prover: Prover, paths: Int = 0) {
    dump(obligation.smtlib, named: obligation.name)
    let (verdict, milliseconds) = timed { prover.prove(obligation) }
    let outcome: Outcome =
      switch verdict {
      case .proved: .proved
      case .refuted(let model): .failed("counterexample:\n\(model)")
      case .unknown(let reason): .unknown(reason)
      }
    add(Entry(name: obligation.name, outcome: outcome, milliseconds: milliseconds, paths: paths))
  }

  /// Asks whether a question can be answered with yes; used to show that a statement is not empty.
  public mutating func require(_ question: Satisfiability, with prover: Prover, paths: Int = 0) {
    dump(question.smtlib(status: "sat"), named: question.name)
    let (answer, milliseconds) = timed { prover.satisfiable(question) }
    let outcome: Outcome =
      switch answer {
      case .yes: .proved
      case .no: .failed("impossible: the assertions contradict each other")
      case .unknown(let reason): .unknown(reason)
      }
    add(Entry(name: question.name, outcome: outcome, milliseconds: milliseconds, paths: paths))
  }

  /// Records something that was computed rather than asked of a solver.
  public mutating func check(
    _ name: String, _ holds: Bool, otherwise reason: @autoclosure () -> String, milliseconds: Double = 0,
    paths: Int = 0
  ) {
    let outcome: Outcome = holds ? .proved : .failed(reason())
    add(Entry(name: name, outcome: outcome, milliseconds: milliseconds, paths: paths))
  }

  /// The value of `body`, and how long it took in milliseconds.
  func timed<R>(_ body: () -> R) -> (R, Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = body()
    return (result, (clock.now - start) / .milliseconds(1))
  }
}

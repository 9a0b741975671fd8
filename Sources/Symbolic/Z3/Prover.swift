// SPDX-License-Identifier: Apache-2.0
// Asks Z3. Every question gets a fresh, non-incremental solver: after a `push` Z3 leaves its strategies, and
// questions of milliseconds become minutes.

import CZ3

/// Answers obligations and satisfiability questions of one context, and counts what that took.
public final class Prover: @unchecked Sendable {
  /// The context whose terms can be asked about.
  public let context: Z3Context
  /// Which solver answers.
  public var kind: SolverKind
  /// Bound on Z3's effort for one question, in its deterministic resource units; 0: no bound.
  public var rlimit: UInt32
  /// Number of questions asked so far.
  public private(set) var calls = 0
  /// Time spent in Z3 so far.
  public private(set) var elapsed = Duration.zero
  /// Called with every question before it is asked; used to write SMT-LIB files.
  public var observer: ((Satisfiability) -> Void)?

  /// Generous: about a minute of work on an ordinary machine.
  public static let defaultLimit: UInt32 = 200_000_000

  /// Makes a prover for `context`.
  public init(
    _ context: Z3Context, kind: SolverKind = .standard, rlimit: UInt32 = Prover.defaultLimit
  ) {
    self.context = context
    self.kind = kind
    self.rlimit = rlimit
  }

  /// Whether the obligation holds; with an effort of at most `rlimit` and by a solver of `kind` where that is given.
  public func prove(_ obligation: Obligation, rlimit: UInt32? = nil, kind: SolverKind? = nil) -> Verdict {
    switch satisfiable(obligation.refutation, rlimit: rlimit, kind: kind) {
    case .yes(let model): .refuted(model)
    case .no: .proved
    case .unknown(let reason): .unknown(reason)
    }
  }

  /// Whether all assertions can hold at once; with an effort of at most `rlimit` and by a solver of `kind` where that is
  /// given.
  public func satisfiable(_ question: Satisfiability, rlimit: UInt32? = nil, kind: SolverKind? = nil)
    -> Answer
  {
    observer?(question)
    let clock = ContinuousClock()
    let start = clock.now
    defer {
      calls += 1
      elapsed += clock.now - start
    }
    return answer(question, rlimit ?? self.rlimit, kind ?? self.kind)
  }

  /// Hypotheses of the obligation that suffice, as far as an effort of `rlimit` finds them out; nil where it does not.
  func core(of obligation: Obligation, rlimit: UInt32) -> [Term]? {
    guard let solver = Solver(.simple, rlimit: rlimit, in: context) else { return nil }
    solver.ignoreRelevancy()
    solver.assert([.!obligation.goal])
    return solver.core(of: obligation.hypotheses)
  }

  private func answer(_ question: Satisfiability, _ rlimit: UInt32, _ kind: SolverKind) -> Answer {
    if let mistake = context.errors.first { return .unknown("a term is malformed: \(mistake)") }
    guard let solver = Solver(kind, rlimit: rlimit, in: context) else {
      return .unknown("Z3 has no solver \(kind)")
    }
    solver.assert(question.assertions)
    let answer = solver.check()
    if let mistake = context.errors.first { return .unknown("a term is malformed: \(mistake)") }
    return answer
  }
}

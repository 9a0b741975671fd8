// SPDX-License-Identifier: Apache-2.0
// The two kinds of question, and their answers. `unknown` is never a pass.

/// "The hypotheses imply the goal, whatever the values of the constants."
public struct Obligation: Sendable {
  /// What is claimed, for reports and file names.
  public var name: String
  /// What may be assumed.
  public var hypotheses: [Term]
  /// What must follow.
  public var goal: Term

  /// Makes an obligation.
  public init(_ name: String, assuming hypotheses: [Term] = [], _ goal: Term) {
    self.name = name
    self.hypotheses = hypotheses
    self.goal = goal
  }

  /// What a solver must find impossible.
  var refutation: Satisfiability { Satisfiability(name, hypotheses + [.!goal]) }
}

/// "There are values that make all assertions true."
public struct Satisfiability: Sendable {
  /// What is asked, for reports and file names.
  public var name: String
  /// The formulas that must hold at once.
  public var assertions: [Term]

  /// Makes a question.
  public init(_ name: String, _ assertions: [Term]) {
    self.name = name
    self.assertions = assertions
  }
}

/// Answer to an obligation.
public enum Verdict: Sendable {
  /// It holds for all values.
  case proved
  /// It does not hold: the model is a counterexample.
  case refuted(Model)
  /// No answer (effort bound reached, incomplete theory, mistake in a term): counts as a failure.
  case unknown(String)

  /// True for `proved` alone.
  public var isProved: Bool { if case .proved = self { true } else { false } }
}

/// Answer to a satisfiability question.
public enum Answer: Sendable {
  /// Yes, by these values.
  case yes(Model)
  /// No values do.
  case no
  /// No answer.
  case unknown(String)

  /// True for `yes` alone.
  public var isYes: Bool { if case .yes = self { true } else { false } }
  /// True for `no` alone.
  public var isNo: Bool { if case .no = self { true } else { false } }
}

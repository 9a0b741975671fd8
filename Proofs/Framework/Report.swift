// SPDX-License-Identifier: Apache-2.0
// What came of a theorem: one entry for each obligation. An empty report is a failure.

import Symbolic

/// The obligations of one theorem, and what came of each.
public struct Report: Sendable {
  /// How a run asks.
  public struct Options: Sendable {
    /// Which solver answers; nil: the one that the theorem finds fastest.
    public var solver: SolverKind?
    /// Bound on the effort for one question, in Z3's resource units.
    public var rlimit = Prover.defaultLimit
    /// Where to write every question as SMT-LIB text; nil: nowhere.
    public var directory: String?
    /// What earlier runs found out, by theorem: a matter of time alone; nil: what comes with the sources.
    public var hints: [String: [Hint]]?
    /// Whether to find out more for later runs, which takes time.
    public var makesHints = false
    /// The usual options.
    public init() {}
  }

  /// What came of one obligation.
  public enum Outcome: Sendable, Equatable {
    /// It holds.
    case proved
    /// It does not; with a counterexample or a reason.
    case failed(String)
    /// No answer: counts as a failure.
    case unknown(String)
  }

  /// One obligation.
  public struct Entry: Sendable {
    /// What was claimed.
    public var name: String
    /// What came of it.
    public var outcome: Outcome
    /// Time that the solver spent on it, in milliseconds.
    public var milliseconds: Double
    /// Paths of the core that were explored for it; 0 for theorems about the model.
    public var paths: Int
    /// Makes an entry.
    public init(name: String, outcome: Outcome, milliseconds: Double, paths: Int) {
      self.name = name
      self.outcome = outcome
      self.milliseconds = milliseconds
      self.paths = paths
    }
  }

  /// Name of the theorem.
  public let theorem: String
  /// How to ask.
  public let options: Options
  /// The obligations, in the order in which they were asked.
  public private(set) var entries: [Entry] = []
  /// Time that its thread worked for the whole theorem, terms built included, in milliseconds; set by the runner.
  public internal(set) var elapsed = 0.0

  /// What a later run should be told.
  public var hints: [Hint] = []
  /// How many hints led to an answer, of how many.
  public var fittingHints = (used: 0, told: 0)

  /// Number of SMT-LIB scripts written.
  var scripts = 0

  /// An empty report.
  public init(theorem: String, options: Options = Options()) {
    self.theorem = theorem
    self.options = options
  }

  /// True if there are obligations and all hold.
  public var isProved: Bool { !entries.isEmpty && entries.allSatisfy { $0.outcome == .proved } }
  /// The obligations that do not hold, or had no answer.
  public var failures: [Entry] { entries.filter { $0.outcome != .proved } }
  /// Time that solvers spent on all obligations, in milliseconds.
  public var milliseconds: Double { entries.reduce(0) { $0 + $1.milliseconds } }
  /// Paths explored for all obligations.
  public var paths: Int { entries.reduce(0) { $0 + $1.paths } }

  /// Adds an entry.
  public mutating func add(_ entry: Entry) { entries.append(entry) }
}

// SPDX-License-Identifier: Apache-2.0
// What came of a theorem, whether it was proved now or before.

import Proofs

/// What came of one theorem.
public struct TheoremResult: Sendable {
  /// An obligation that was not met.
  public struct Failure: Sendable {
    /// What was claimed.
    public var obligation: String
    /// The counterexample, or the reason why there is no answer.
    public var text: String
    /// True where the solver gave no answer. That is a failure, too.
    public var isUnknown: Bool
  }

  /// The theorem's name.
  public var name: String
  /// What it claims.
  public var statement: String
  /// The properties that it is part of (P1 …).
  public var properties: [String]
  /// Number of obligations.
  public var obligations: Int
  /// Paths of the core that were explored.
  public var paths: Int
  /// How long it took when it was proved.
  public var milliseconds: Double
  /// What was not met; empty where the theorem is proved.
  public var failures: [Failure]
  /// Where the result comes from the cache: when it was proved.
  public var provedOn: String?

  /// True if every obligation was met.
  public var isProved: Bool { failures.isEmpty && obligations > 0 }

  /// The result of a run.
  public init(_ theorem: any Theorem, _ report: Report) {
    (name, statement, properties) = (theorem.name, theorem.statement, theorem.properties)
    (obligations, paths, milliseconds) = (report.entries.count, report.paths, report.elapsed)
    failures = report.failures.map { entry in
      switch entry.outcome {
      case .proved: Failure(obligation: entry.name, text: "", isUnknown: false)
      case .failed(let text): Failure(obligation: entry.name, text: text, isUnknown: false)
      case .unknown(let text): Failure(obligation: entry.name, text: text, isUnknown: true)
      }
    }
    if obligations == 0 {
      failures.append(
        Failure(
          obligation: "no obligation was stated", text: "a theorem that asks nothing proves nothing",
          isUnknown: false))
    }
  }

  /// The result of an earlier run of the same program.
  public init(_ theorem: any Theorem, _ record: ProofRecord) {
    (name, statement, properties) = (theorem.name, theorem.statement, theorem.properties)
    (obligations, paths, milliseconds) = (record.obligations, record.paths, Double(record.milliseconds))
    failures = []
    provedOn = record.date
  }
}

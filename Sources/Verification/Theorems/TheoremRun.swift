// SPDX-License-Identifier: Apache-2.0
// Proves theorems, those excepted that the cache has proofs of.

import Proofs

/// A run of theorems.
public struct TheoremRun: Sendable {
  /// What a run tells while it goes on.
  public enum Event: Sendable {
    /// A theorem begins.
    case began(String)
    /// A theorem has ended, or was found in the cache.
    case ended(TheoremResult)
  }

  /// Number of threads.
  public var threads = 2
  /// How to ask. Where questions are written to a directory, all theorems run, whatever the cache says.
  public var options = Report.Options()
  /// Proofs made before; nil: none are looked for and none are kept.
  public var cache: ProofCache?
  /// The date that new proofs are kept with.
  public var date = "not recorded"
  /// Called by one thread at a time.
  public var progress: @Sendable (Event) -> Void = { _ in }

  /// The usual run.
  public init() {}

  /// Runs theorems; the results come in their order.
  public func run(_ theorems: [any Theorem]) -> [TheoremResult] {
    var results = theorems.map { theorem -> TheoremResult? in
      guard options.directory == nil, let record = cache?.proof(of: theorem.name) else { return nil }
      return TheoremResult(theorem, record)
    }
    for case let result? in results { progress(.ended(result)) }
    let open = theorems.indices.filter { results[$0] == nil }
    for (index, report) in zip(open, reports(of: open.map { theorems[$0] })) {
      results[index] = TheoremResult(theorems[index], report)
    }
    // A theorem without a report has no obligation that was met, and so is not proved.
    return zip(theorems, results).map { $1 ?? TheoremResult($0, Report(theorem: $0.name)) }
  }

  private func reports(of theorems: [any Theorem]) -> [Report] {
    let byName = Dictionary(theorems.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let (cache, date, progress) = (cache, date, progress)
    var runner = Runner()
    runner.threads = threads
    runner.options = options
    for theorem in theorems { runner.known[theorem.name] = cache?.milliseconds(of: theorem.name) }
    runner.beginning = { progress(.began($0)) }
    runner.progress = { report in
      guard let theorem = byName[report.theorem] else { return }
      let result = TheoremResult(theorem, report)
      cache?.keep(result, date: date)
      progress(.ended(result))
    }
    return runner.run(theorems)
  }
}

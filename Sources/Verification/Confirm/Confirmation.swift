// SPDX-License-Identifier: Apache-2.0
// Z3 confirms the ledger of a set: for every resource of every space, by windows. `unknown` is a failure.

import Core

/// What Z3 said of one space.
public struct SpaceResult: Sendable {
  /// A counterexample.
  public struct Counterexample: Sendable, Hashable {
    /// The property that fails.
    public var property: Property
    /// The resource, counted from the space's own 0.
    public var resource: UInt64
    /// Everyone who claims it.
    public var claims: [Claim]
  }
  /// The space.
  public var space: Space
  /// Claims that were looked at, after merging those that touch.
  public var claims: Int
  /// Windows, and how many of them needed a question.
  public var windows: Int
  /// Questions that Z3 answered.
  public var questions: Int
  /// What Z3 refuted.
  public var counterexamples: [Counterexample]
  /// Why a window could not be decided; empty where all were.
  public var undecided: [String]
  /// True where all properties hold for every resource of the space.
  public var holds: Bool { counterexamples.isEmpty && undecided.isEmpty }
}

/// What Z3 said of a set.
public struct Confirmation: Sendable {
  /// Space by space.
  public var spaces: [SpaceResult]
  /// Time spent, solver and formulas.
  public var elapsed: Duration
  /// True where everything was confirmed.
  public var holds: Bool { spaces.allSatisfy(\.holds) }
  /// Questions in all.
  public var questions: Int { spaces.reduce(0) { $0 + $1.questions } }
}

/// Asks Z3 about ledgers; keeps its context for several sets.
public final class Confirmer {
  private let asker: Asker
  private let limit: Int

  /// Makes a confirmer; nil if Z3 cannot start. `limit` is the size of a window, in claims.
  public init?(limit: Int? = nil) {
    guard let asker = Asker() else { return nil }
    self.asker = asker
    self.limit = limit ?? windowLimit
  }

  /// Confirms the claims of a set.
  public func confirm(_ set: MachineSet, _ claims: [Claim]) -> Confirmation {
    confirm(claims, Declaration(set))
  }

  /// Confirms claims against a declaration.
  func confirm(_ claims: [Claim], _ declaration: Declaration) -> Confirmation {
    let clock = ContinuousClock()
    let start = clock.now
    let bySpace = Dictionary(grouping: claims, by: \.space)
    var results: [SpaceResult] = []
    var jobs: [Job] = []
    for space in Space.everySpace {
      var (result, windows) = cut(space, bySpace[space] ?? [], declaration)
      result.undecided += declaration.unreadable
      jobs += windows.map { Job(space: results.count, window: $0) }
      results.append(result)
    }
    let spaces = results.map(\.space)
    for (job, answer) in asker.answers(jobs, spaces, declaration) {
      results[job.space].questions += 1
      results[job.space].counterexamples += answer.counterexamples
      results[job.space].undecided += answer.undecided
    }
    return Confirmation(spaces: results, elapsed: clock.now - start)
  }

  /// The windows of a space that have something to ask; none, and a reason, where the claims make no sense.
  private func cut(_ space: Space, _ all: [Claim], _ declaration: Declaration) -> (SpaceResult, [Window]) {
    var result = SpaceResult(
      space: space, claims: 0, windows: 0, questions: 0, counterexamples: [], undecided: [])
    if let odd = all.first(where: { $0.base >= $0.end || $0.end > Space.size }) {
      result.undecided.append("a claim ends before it begins or outside its space: \(odd)")
      return (result, [])
    }
    let claims = merged(all)
    let windows = windows(space, claims, limit: limit)
    (result.claims, result.windows) = (claims.count, windows.count)
    guard cover(windows, claims) else {
      result.undecided.append("the windows do not cover the space")
      return (result, [])
    }
    // Where nobody claims anything there is nothing to ask, unless a file names something there.
    let asked = windows.filter {
      !$0.claims.isEmpty || !declaration.names(in: space, $0.base, $0.end).isEmpty
    }
    return (result, asked)
  }
}

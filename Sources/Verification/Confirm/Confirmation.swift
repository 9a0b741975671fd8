// SPDX-License-Identifier: Apache-2.0
// Z3 confirms the ledger of a set: for every resource of every space, by windows. `unknown` is a failure.

import Core
import Symbolic

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
  private let context: Z3Context
  private let prover: Prover
  private let limit: Int

  /// Makes a confirmer; nil if Z3 cannot start. `limit` is the size of a window, in claims.
  public init?(limit: Int = 24) {
    guard let context = Z3Context() else { return nil }
    self.context = context
    self.limit = limit
    // The questions are pure bit-vector comparisons of one variable: the plain SMT core answers them in a millisecond,
    // where the default strategy spends seven on setting itself up.
    prover = Prover(context, kind: .tactic("smt"))
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
    let results = Space.everySpace.map { confirm($0, bySpace[$0] ?? [], declaration) }
    return Confirmation(spaces: results, elapsed: clock.now - start)
  }

  private func confirm(_ space: Space, _ all: [Claim], _ declaration: Declaration) -> SpaceResult {
    var result = SpaceResult(
      space: space, claims: 0, windows: 0, questions: 0, counterexamples: [], undecided: [])
    if let odd = all.first(where: { $0.base >= $0.end || $0.end > Space.size }) {
      result.undecided.append("a claim ends before it begins or outside its space: \(odd)")
      return result
    }
    let claims = merged(all)
    let windows = windows(space, claims, limit: limit)
    (result.claims, result.windows) = (claims.count, windows.count)
    guard cover(windows, claims) else {
      result.undecided.append("the windows do not cover the space")
      return result
    }
    for window in windows where !window.claims.isEmpty { ask(window, space, declaration, &result) }
    return result
  }

  private func ask(_ window: Window, _ space: Space, _ declaration: Declaration, _ result: inout SpaceResult)
  {
    let ranges = declaration.hypervisor + declaration.forbidden + declaration.shared.values.flatMap { $0 }
    let guards = ranges.filter { $0.space == space && $0.base < window.end && $0.end > window.base }
    let question = Question(window, guards, in: context)
    let violations = question.violations(declaration, space)
    let any = Term.any(violations.map(\.1), in: context)
    result.questions += 1
    switch prover.satisfiable(Satisfiability("\(space) \(hex(window.base))", [question.isInside, any])) {
    case .no: return
    case .unknown(let reason): result.undecided.append(reason)
    case .yes(let model):
      guard let value = model.value(of: question.free) else {
        result.undecided.append("Z3 found a counterexample and gave no value")
        return
      }
      let resource = question.resource(value)
      let covering = window.claims.filter { $0.base <= resource && resource < $0.end }
      for (property, term) in violations where model.truth(of: term) != false {
        result.counterexamples.append(
          SpaceResult.Counterexample(property: property, resource: resource, claims: covering))
      }
    }
  }
}

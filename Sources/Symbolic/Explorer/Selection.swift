// SPDX-License-Identifier: Apache-2.0
// Which hypotheses an obligation needs, found out by its counterexamples. Asked with fewer hypotheses, "it follows"
// stays right; a counterexample counts only if it satisfies every hypothesis.

/// A growing part of an obligation's hypotheses.
final class Selection {
  /// Effort (Z3's resource units) for a question with few hypotheses: a fraction of a second.
  static let little: UInt32 = 400_000
  /// Effort for the first question with all hypotheses: a second or two.
  static let some: UInt32 = 6_000_000
  /// Effort for the second one: some seconds.
  static let much: UInt32 = 30_000_000
  /// How many hypotheses are few.
  static let few = 60

  /// The obligation with all hypotheses.
  let whole: Obligation
  private let relevance: Relevance
  private var isChosen: [Bool]
  /// Symbols of the goal and of the chosen hypotheses.
  private var near: Set<Int>

  /// Begins with the hypotheses that speak of nothing else than the goal does, or with those of `reasons`.
  init(_ obligation: Obligation, _ relevance: Relevance, reasons: Set<Term>? = nil) {
    whole = obligation
    self.relevance = relevance
    var near = relevance.symbols(of: obligation.goal)
    if let reasons {
      isChosen = obligation.hypotheses.map(reasons.contains)
      for reason in reasons { near.formUnion(relevance.symbols(of: reason)) }
    } else {
      isChosen = obligation.hypotheses.map { relevance.symbols(of: $0).isSubset(of: near) }
    }
    self.near = near
  }

  /// How many hypotheses are chosen.
  var count: Int { isChosen.count { $0 } }
  /// The obligation with the chosen hypotheses alone.
  var part: Obligation {
    Obligation(whole.name, assuming: zip(whole.hypotheses, isChosen).filter(\.1).map(\.0), whole.goal)
  }

  /// Adds hypotheses that the counterexample violates: all of those that are preferred, then those with the fewest new symbols. False
  /// where there are none: the counterexample is one of the whole.
  func grow(against model: Model, preferring preferred: Set<Term> = []) -> Bool {
    var violated: [(index: Int, news: Int)] = []
    var favourites = 0
    for (index, hypothesis) in whole.hypotheses.enumerated() where !isChosen[index] {
      if model.truth(of: hypothesis) == true { continue }
      let isFavourite = preferred.contains(hypothesis)
      if isFavourite { favourites += 1 }
      violated.append((index, isFavourite ? -1 : relevance.symbols(of: hypothesis).subtracting(near).count))
    }
    let most = favourites > 0 ? favourites : max(4, count / 2)
    for (index, _) in violated.sorted(by: { ($0.news, $0.index) < ($1.news, $1.index) }).prefix(most) {
      isChosen[index] = true
      near.formUnion(relevance.symbols(of: whole.hypotheses[index]))
    }
    return !violated.isEmpty
  }
}

// SPDX-License-Identifier: Apache-2.0
// What sufficed earlier in this exploration. Paths share most of what they know, and most of what they have to show.
//
// A proof from some hypotheses is one wherever those are known: a path that knows them all need not ask again. And what served one
// obligation of a name often serves the next: it is chosen first, which is a matter of time alone.

/// The proofs of one exploration.
final class Experience {
  /// For a goal, the sets of hypotheses from which it was shown. (Terms are kept, so that none is taken for another.)
  private var proofs: [Term: [(hypotheses: [Term], all: Set<Term>)]] = [:]
  /// By name of obligations, what their proofs used.
  private var useful: [String: Set<Term>] = [:]

  /// The obligation in the form in which it was shown before, from no more than its own hypotheses; nil where it was not.
  func proof(of obligation: Obligation) -> Obligation? {
    guard let known = proofs[obligation.goal] else { return nil }
    let present = Set(obligation.hypotheses)
    guard let proof = known.first(where: { $0.all.isSubset(of: present) }) else { return nil }
    return Obligation(obligation.name, assuming: proof.hypotheses, obligation.goal)
  }

  /// Notes an obligation that was shown, in the form in which it was.
  func note(_ obligation: Obligation) {
    proofs[obligation.goal, default: []].append((obligation.hypotheses, Set(obligation.hypotheses)))
    useful[obligation.name, default: []].formUnion(obligation.hypotheses)
  }

  /// What served obligations of this name.
  func served(_ name: String) -> Set<Term> { useful[name] ?? [] }
}

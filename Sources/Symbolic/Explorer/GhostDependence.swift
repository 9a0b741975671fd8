// SPDX-License-Identifier: Apache-2.0
// Which terms depend on which ghost. By structure: a term that mentions a ghost depends on it, though its value may not.

/// Knows the ghosts of a context. Not to be shared between threads.
final class GhostDependence {
  /// By AST; the term is kept so that its number is not given to another.
  private var known: [UInt32: (term: Term, ghosts: Set<UInt32>)] = [:]

  /// `term` is a ghost.
  func add(_ term: Term) { known[term.identity] = (term, [term.identity]) }
  /// `term` is a ghost.
  func isGhost(_ term: Term) -> Bool { known[term.identity]?.ghosts == [term.identity] }

  /// The ghosts that a term mentions, by identity.
  func ghosts(in term: Term) -> Set<UInt32> {
    if let entry = known[term.identity] { return entry.ghosts }
    let result = term.arguments.reduce(into: Set<UInt32>()) { $0.formUnion(ghosts(in: $1)) }
    known[term.identity] = (term, result)
    return result
  }

  /// Whether a term mentions a ghost.
  func depends(_ term: Term) -> Bool { !ghosts(in: term).isEmpty }
  /// Whether a term mentions this ghost.
  func depends(_ term: Term, on ghost: Term) -> Bool { ghosts(in: term).contains(ghost.identity) }
}

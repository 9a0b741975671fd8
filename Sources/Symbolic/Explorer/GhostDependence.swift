// SPDX-License-Identifier: Apache-2.0
// Which terms depend on a ghost. By structure: a term that mentions a ghost depends on it, though its value may not.

/// Knows the ghosts of a context. Not to be shared between threads.
final class GhostDependence {
  /// By AST; the term is kept so that its number is not given to another.
  private var known: [UInt32: (term: Term, depends: Bool)] = [:]

  /// `term` is a ghost.
  func add(_ term: Term) { known[term.identity] = (term, true) }

  /// Whether a term mentions a ghost.
  func depends(_ term: Term) -> Bool {
    if let entry = known[term.identity] { return entry.depends }
    let result = term.arguments.contains(where: depends)
    known[term.identity] = (term, result)
    return result
  }
}

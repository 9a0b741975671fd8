// SPDX-License-Identifier: Apache-2.0
// Which terms depend on a ghost. By structure: a term that mentions a ghost depends on it, though its value may not.

import CZ3

/// Knows the ghosts of a context. Not to be shared between threads.
final class GhostDependence {
  private let context: Z3Context
  /// By AST; the term is kept so that its number is not given to another.
  private var known: [UInt32: (term: Term, depends: Bool)] = [:]

  init(_ context: Z3Context) { self.context = context }

  /// `term` is a ghost.
  func add(_ term: Term) { known[term.identity] = (term, true) }

  /// Whether a term mentions a ghost.
  func depends(_ term: Term) -> Bool {
    if let entry = known[term.identity] { return entry.depends }
    var result = false
    if Z3_get_ast_kind(context.raw, term.raw) == Z3_APP_AST,
      let application = Z3_to_app(context.raw, term.raw)
    {
      for index in 0..<Z3_get_app_num_args(context.raw, application) where !result {
        result = depends(
          context.term(Z3_get_app_arg(context.raw, application, index), making: "an argument"))
      }
    }
    known[term.identity] = (term, result)
    return result
  }
}

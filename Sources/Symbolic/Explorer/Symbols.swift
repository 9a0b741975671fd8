// SPDX-License-Identifier: Apache-2.0
// The uninterpreted symbols that terms mention, by name.

import CZ3

/// Finds the names of constants and functions in terms. One for each context; not to be shared between threads.
final class Symbols {
  private let context: Z3Context
  /// By AST; the term is kept so that its number is not given to another.
  private var known: [UInt32: (term: Term, names: Set<String>)] = [:]

  init(_ context: Z3Context) { self.context = context }

  /// The names in a term.
  func names(in term: Term) -> Set<String> {
    if let entry = known[term.identity] { return entry.names }
    var result: Set<String> = []
    if Z3_get_ast_kind(context.raw, term.raw) == Z3_APP_AST,
      let application = Z3_to_app(context.raw, term.raw)
    {
      let declaration = Z3_get_app_decl(context.raw, application)
      if Z3_get_decl_kind(context.raw, declaration) == Z3_OP_UNINTERPRETED {
        result.insert(
          String(cString: Z3_get_symbol_string(context.raw, Z3_get_decl_name(context.raw, declaration))))
      }
      for index in 0..<Z3_get_app_num_args(context.raw, application) {
        result.formUnion(
          names(in: context.term(Z3_get_app_arg(context.raw, application, index), making: "an argument")))
      }
    }
    known[term.identity] = (term, result)
    return result
  }
}

/// Numbers for what steps look at: one for each thing, the same on every path.
final class Numbering {
  /// The terms are kept so that their numbers are not given to others.
  private var numbers: [String: (number: Int, terms: [Term])] = [:]

  /// The number of a thing that `text` tells apart from others by the identities of `terms`.
  func number(of text: String, keeping terms: [Term]) -> Int {
    if let known = numbers[text] { return known.number }
    numbers[text] = (numbers.count, terms)
    return numbers.count - 1
  }
}

// SPDX-License-Identifier: Apache-2.0
// Which hypotheses a question needs. A question asked with fewer hypotheses can only be harder to refute, so an answer
// "no state does that" stays right; an answer "some state does" is checked against the others or asked again with all.
//
// Two formulas are close if they share a symbol: a constant, or a function (told apart by its arguments where those are
// numbers). Without this every question on a long path would carry the whole path.

import CZ3

/// Knows the symbols of formulas. One for each context; not to be shared between threads.
final class Relevance {
  private let context: Z3Context
  private var names: [String: Int] = [:]
  /// Symbols by AST; the term is kept so that its number is not given to another.
  private var known: [UInt32: (term: Term, symbols: Set<Int>)] = [:]

  init(_ context: Z3Context) { self.context = context }

  /// The symbols of a formula.
  func symbols(of term: Term) -> Set<Int> {
    if let entry = known[term.identity] { return entry.symbols }
    var result: Set<Int> = []
    if let application = Z3_to_app(context.raw, term.raw),
      Z3_get_ast_kind(context.raw, term.raw) == Z3_APP_AST
    {
      let count = Z3_get_app_num_args(context.raw, application)
      let arguments = (0..<count).map {
        context.term(Z3_get_app_arg(context.raw, application, $0), making: "an argument")
      }
      let declaration = Z3_get_app_decl(context.raw, application)
      if Z3_get_decl_kind(context.raw, declaration) == Z3_OP_UNINTERPRETED {
        var name = String(
          cString: Z3_get_symbol_string(context.raw, Z3_get_decl_name(context.raw, declaration)))
        for argument in arguments { if let number = argument.numeral { name += "@\(number)" } }
        result.insert(names[name] ?? intern(name))
      }
      for argument in arguments { result.formUnion(symbols(of: argument)) }
    }
    known[term.identity] = (term, result)
    return result
  }

  private func intern(_ name: String) -> Int {
    names[name] = names.count
    return names.count - 1
  }

  /// The hypotheses that are at most `distance` shared symbols away from `question`, in their order; for distance 0, those
  /// that speak of nothing else than the question does.
  func relevant(to question: Term, among hypotheses: [Term], distance: Int) -> [Term] {
    var near = symbols(of: question)
    if distance == 0 { return hypotheses.filter { symbols(of: $0).isSubset(of: near) } }
    var taken = [Bool](repeating: false, count: hypotheses.count)
    for _ in 0..<distance {
      var next = near
      for (index, hypothesis) in hypotheses.enumerated() where !taken[index] {
        let symbols = symbols(of: hypothesis)
        if !symbols.isDisjoint(with: near) {
          taken[index] = true
          next.formUnion(symbols)
        }
      }
      if next == near { break }
      near = next
    }
    return zip(hypotheses, taken).filter(\.1).map(\.0)
  }
}

// SPDX-License-Identifier: Apache-2.0
// Which hypotheses a question needs. A question asked with fewer hypotheses can only be harder to refute, so an answer
// "no state does that" stays right; an answer "some state does" is checked against the others or asked again with all.
//
// Two formulas are close if they share a symbol: a constant, or a function (told apart by its arguments where those are
// numbers). Without this every question on a long path would carry the whole path.

/// Knows the symbols of formulas. One for each context; not to be shared between threads.
final class Relevance {
  private var names: [String: Int] = [:]
  /// Symbols by AST; the term is kept so that its number is not given to another.
  private var known: [UInt32: (term: Term, symbols: Set<Int>)] = [:]

  /// The symbols of a formula.
  func symbols(of term: Term) -> Set<Int> {
    if let entry = known[term.identity] { return entry.symbols }
    var result: Set<Int> = []
    let arguments = term.arguments
    if let name = term.symbol {
      result.insert(intern(name + arguments.compactMap(\.numeral).map { "@\($0)" }.joined()))
    }
    for argument in arguments { result.formUnion(symbols(of: argument)) }
    known[term.identity] = (term, result)
    return result
  }

  private func intern(_ name: String) -> Int {
    if let number = names[name] { return number }
    names[name] = names.count
    return names.count - 1
  }

  /// The hypotheses that share a symbol with `question`, in their order.
  func near(_ question: Term, among hypotheses: [Term]) -> [Term] {
    let own = symbols(of: question)
    return hypotheses.filter { !symbols(of: $0).isDisjoint(with: own) }
  }
}

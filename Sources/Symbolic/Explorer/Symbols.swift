// SPDX-License-Identifier: Apache-2.0
// The uninterpreted symbols that terms mention, by name.

/// Finds the names of constants and functions in terms. One for each context; not to be shared between threads.
final class Symbols {
  /// By AST; the term is kept so that its number is not given to another.
  private var known: [UInt32: (term: Term, names: Set<String>)] = [:]

  /// The names in a term.
  func names(in term: Term) -> Set<String> {
    if let entry = known[term.identity] { return entry.names }
    var result: Set<String> = []
    if let name = term.symbol { result.insert(name) }
    for argument in term.arguments { result.formUnion(names(in: argument)) }
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

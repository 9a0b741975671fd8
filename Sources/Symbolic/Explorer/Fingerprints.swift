// SPDX-License-Identifier: Apache-2.0
// Numbers for terms that are the same in every run: from structure and names alone.

/// Knows the fingerprints of terms. One for each context; not to be shared between threads.
final class Fingerprints {
  /// By AST; the term is kept so that its number is not given to another.
  private var known: [UInt32: (term: Term, number: UInt64)] = [:]

  /// The fingerprint of a term: equal for equal terms, and hardly ever for others.
  func number(of term: Term) -> UInt64 {
    if let entry = known[term.identity] { return entry.number }
    let head = term.head
    var operands = term.arguments.map { self.number(of: $0) }
    // Z3 orders these by the age of their parts, which is another in each run.
    if Self.commutative.contains(head) { operands.sort() }
    let number = operands.reduce(Self.mix(head), Self.mix)
    known[term.identity] = (term, number)
    return number
  }

  /// The functions whose operands' order means nothing, by the names that Z3 gives them.
  private static let commutative: Set<String> = [
    "and", "or", "=", "distinct", "bvadd", "bvmul", "bvand", "bvor", "bvxor",
  ]

  /// The fingerprint in 32 bits, enough to tell apart what one path knows.
  func short(_ term: Term) -> UInt32 { UInt32(truncatingIfNeeded: number(of: term) >> 32) }

  /// The fingerprint of a text: FNV-1a.
  static func mix(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// The fingerprint of a pair: the finalizer of SplitMix64 over both.
  static func mix(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var z = (first &* 0x9e37_79b9_7f4a_7c15) ^ second
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

// SPDX-License-Identifier: Apache-2.0
// A word of the symbolic machine: known, or a Z3 bit-vector of 64 bits. Arithmetic on known words is ordinary
// arithmetic; anything else builds terms. `+`, `-` and `times` oblige the explorer to show that they cannot trap.

import Core

/// A 64-bit word that may be known.
public struct SymbolicWord: Word {
  /// A number or a term.
  public enum Value: Sendable {
    case known(UInt64)
    case term(Term)
  }
  /// What it is.
  public let value: Value

  init(value: Value) { self.value = value }
  public init(known value: UInt64) { self.value = .known(value) }
  public init(integerLiteral value: UInt64) { self.value = .known(value) }
  /// Known where Z3's simplifier finds it so.
  public init(_ term: Term) {
    let simple = term.simplified
    if let number = simple.numeral { value = .known(number) } else { value = .term(simple) }
  }

  /// The number, if known.
  public var number: UInt64? { if case .known(let number) = value { number } else { nil } }

  /// The bit-vector, in a context.
  public func term(in context: Z3Context) -> Term {
    switch value {
    case .known(let number): context.known(number, width: 64)
    case .term(let term): term
    }
  }

  private static func combine(
    _ a: SymbolicWord, _ b: SymbolicWord, known: (UInt64, UInt64) -> UInt64, term: (Term, Term) -> Term
  ) -> SymbolicWord {
    switch (a.value, b.value) {
    case (.known(let a), .known(let b)): SymbolicWord(known: known(a, b))
    case (.term(let a), _): SymbolicWord(term(a, b.term(in: a.context)))
    case (.known, .term(let b)): SymbolicWord(term(a.term(in: b.context), b))
    }
  }
  private static func compare(
    _ a: SymbolicWord, _ b: SymbolicWord, known: (UInt64, UInt64) -> Bool, term: (Term, Term) -> Term
  ) -> SymbolicTruth {
    switch (a.value, b.value) {
    case (.known(let a), .known(let b)): .known(known(a, b))
    case (.term(let a), _): SymbolicTruth(term(a, b.term(in: a.context)))
    case (.known, .term(let b)): SymbolicTruth(term(a.term(in: b.context), b))
    }
  }
  private static func mustNotTrap(_ condition: SymbolicTruth, _ what: String) {
    if case .known(true) = condition { return }
    guard let explorer = Explorer.current else { preconditionFailure("\(what) outside an exploration") }
    explorer.mustNotTrap(condition, what)
  }

  public static func + (a: SymbolicWord, b: SymbolicWord) -> SymbolicWord {
    let sum = a &+ b
    mustNotTrap(a .<= sum, "+ overflows")
    return sum
  }
  public static func - (a: SymbolicWord, b: SymbolicWord) -> SymbolicWord {
    mustNotTrap(b .<= a, "- underflows")
    return a &- b
  }
  public func times(_ factor: UInt64) -> SymbolicWord {
    if factor == 0 { return 0 }
    Self.mustNotTrap(self .<= SymbolicWord(known: UInt64.max / factor), "times overflows")
    return Self.combine(self, SymbolicWord(known: factor), known: { $0 &* $1 }, term: { $0 &* $1 })
  }
  public static func &+ (a: SymbolicWord, b: SymbolicWord) -> SymbolicWord {
    combine(a, b, known: { $0 &+ $1 }, term: { $0 &+ $1 })
  }
  public static func &- (a: SymbolicWord, b: SymbolicWord) -> SymbolicWord {
    combine(a, b, known: { $0 &- $1 }, term: { $0 &- $1 })
  }
  public static func & (a: SymbolicWord, b: SymbolicWord) -> SymbolicWord {
    combine(a, b, known: { $0 & $1 }, term: { $0 & $1 })
  }
  public static func | (a: SymbolicWord, b: SymbolicWord) -> SymbolicWord {
    combine(a, b, known: { $0 | $1 }, term: { $0 | $1 })
  }
  public static func << (a: SymbolicWord, distance: SymbolicWord) -> SymbolicWord {
    combine(a, distance, known: { $0 << $1 }, term: { $0 << $1 })
  }
  public static func >> (a: SymbolicWord, distance: SymbolicWord) -> SymbolicWord {
    combine(a, distance, known: { $0 >> $1 }, term: { $0 >> $1 })
  }
  public static func .== (a: SymbolicWord, b: SymbolicWord) -> SymbolicTruth {
    compare(a, b, known: { $0 == $1 }, term: { $0 .== $1 })
  }
  public static func .< (a: SymbolicWord, b: SymbolicWord) -> SymbolicTruth {
    compare(a, b, known: { $0 < $1 }, term: { $0 .< $1 })
  }
  public static func .<= (a: SymbolicWord, b: SymbolicWord) -> SymbolicTruth {
    compare(a, b, known: { $0 <= $1 }, term: { $0 .<= $1 })
  }
  public static func choose(_ condition: SymbolicTruth, _ a: SymbolicWord, _ b: SymbolicWord) -> SymbolicWord
  {
    switch condition {
    case .known(let value): value ? a : b
    case .formula(let term):
      SymbolicWord(Term.choose(term, a.term(in: term.context), b.term(in: term.context)))
    }
  }

  public static func == (a: SymbolicWord, b: SymbolicWord) -> Bool { (a .== b).isTrue }
  public static func < (a: SymbolicWord, b: SymbolicWord) -> Bool { (a .< b).isTrue }
  public static func <= (a: SymbolicWord, b: SymbolicWord) -> Bool { (a .<= b).isTrue }
  public static func > (a: SymbolicWord, b: SymbolicWord) -> Bool { (b .< a).isTrue }
  public static func >= (a: SymbolicWord, b: SymbolicWord) -> Bool { (b .<= a).isTrue }
}

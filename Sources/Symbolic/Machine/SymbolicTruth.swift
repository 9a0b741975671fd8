// SPDX-License-Identifier: Apache-2.0
// A truth value of the symbolic machine: known, or a Z3 formula. Asking whether it `isTrue` asks the explorer.

import Core

/// A formula that may be known to be true or false.
public enum SymbolicTruth: Truth {
  case known(Bool)
  case formula(Term)

  public init(known value: Bool) { self = .known(value) }

  /// Known where Z3's simplifier finds it so.
  public init(_ term: Term) {
    let simple = term.simplified
    if simple.isTrue {
      self = .known(true)
    } else if simple.isFalse {
      self = .known(false)
    } else {
      self = .formula(simple)
    }
  }

  public static func .& (a: SymbolicTruth, b: SymbolicTruth) -> SymbolicTruth {
    switch (a, b) {
    case (.known(let value), let other), (let other, .known(let value)): value ? other : .known(false)
    case (.formula(let a), .formula(let b)): .formula(a .& b)
    }
  }
  public static func .| (a: SymbolicTruth, b: SymbolicTruth) -> SymbolicTruth {
    switch (a, b) {
    case (.known(let value), let other), (let other, .known(let value)): value ? .known(true) : other
    case (.formula(let a), .formula(let b)): .formula(a .| b)
    }
  }
  public static prefix func .! (a: SymbolicTruth) -> SymbolicTruth {
    switch a {
    case .known(let value): .known(!value)
    case .formula(let term): .formula(.!term)
    }
  }

  /// Branches. Outside an exploration an unknown formula cannot be decided: that is a mistake of the caller.
  public var isTrue: Bool {
    switch self {
    case .known(let value):
      Explorer.current?.note(answer: value)
      return value
    case .formula(let term):
      guard let explorer = Explorer.current else {
        preconditionFailure("a formula decided outside an exploration")
      }
      let answer = explorer.decide(term)
      explorer.note(answer: answer)
      return answer
    }
  }

  /// The formula, in a context.
  public func term(in context: Z3Context) -> Term {
    switch self {
    case .known(let value): context.known(value)
    case .formula(let term): term
    }
  }
}

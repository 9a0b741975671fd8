// SPDX-License-Identifier: Apache-2.0
// What a state's `map` leaves alone. The symbolic machine forgets a state through its `map`; what `map` does not reach is
// not forgotten, so the body of a loop or step must not change it. Seen by reflection, whatever `map` says.

import Core

/// The parts of a state: words that `map` replaces, and everything else.
struct Mold {
  private enum Part: Equatable {
    /// A word that `map` replaces.
    case mapped
    /// A word that it leaves alone.
    case kept(SymbolicWord.Value)
    /// Something that is no word.
    case other(String)
    /// Something that can change behind a copy's back.
    case reference

    static func == (a: Part, b: Part) -> Bool {
      switch (a, b) {
      case (.mapped, .mapped): true
      case (.kept(let a), .kept(let b)): SymbolicWord(value: a).isIdentical(to: SymbolicWord(value: b))
      case (.other(let a), .other(let b)): a == b
      default: false
      }
    }
  }
  private var parts: [Part] = []

  /// The mold of `state`: which of its words `map` replaces.
  init<S: LoopState>(_ state: S, in context: Z3Context) where S.W == SymbolicWord {
    let mark = SymbolicWord(context.constant("mold", context.bits(64)))
    collect(state.map { _ in mark }, mark)
  }

  /// Whether `state` differs from the one that the mold was made of in nothing but words that `map` replaces.
  func fits<S: LoopState>(_ state: S, in context: Z3Context) -> Bool where S.W == SymbolicWord {
    // The same question of the state as it is now; what `map` leaves alone is then as it is now.
    let now = Mold(state, in: context)
    return parts == now.parts && !parts.contains(.reference)
  }

  private mutating func collect(_ value: Any, _ mark: SymbolicWord) {
    if let word = value as? SymbolicWord {
      parts.append(word.isIdentical(to: mark) ? .mapped : .kept(word.value))
      return
    }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .class || mirror.children.isEmpty {
      parts.append(mirror.displayStyle == .class ? .reference : .other(String(describing: value)))
      return
    }
    if mirror.displayStyle == .enum { parts.append(.other("\(mirror.children.first?.label ?? "")")) }
    for child in mirror.children { collect(child.value, mark) }
  }
}

extension SymbolicWord {
  /// Whether both are the same number, or the same term.
  func isIdentical(to other: SymbolicWord) -> Bool {
    switch (value, other.value) {
    case (.known(let a), .known(let b)): a == b
    case (.term(let a), .term(let b)): a == b
    default: false
    }
  }
}

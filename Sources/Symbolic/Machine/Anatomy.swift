// SPDX-License-Identifier: Apache-2.0
// What a value is made of: its words, in order, and everything else. Seen by reflection, so that nothing can be left out.

import Core

/// The parts of a value.
struct Anatomy {
  /// Its words.
  private(set) var words: [SymbolicWord] = []
  /// One of its leaves.
  enum Part {
    case word(SymbolicWord)
    case other(String)
  }
  /// Its leaves, in order.
  private(set) var parts: [Part] = []
  /// The private copies in it, and how many bytes each is said to have.
  private(set) var sizes: [(holder: Holder, size: SymbolicWord)] = []
  /// All that is no word, and of which types it is made.
  private(set) var rest = ""
  /// Whether something in it can change behind a copy's back, or cannot be seen into.
  private(set) var hasReference = false

  init(_ value: Any) { collect(value) }

  private mutating func collect(_ value: Any) {
    if let word = value as? SymbolicWord {
      words.append(word)
      parts.append(.word(word))
      rest += "w"
      return
    }
    let mirror = Mirror(reflecting: value)
    let isPlain = value is UInt64 || value is Bool
    if mirror.displayStyle == .class || (mirror.displayStyle == nil && !isPlain) { hasReference = true }
    if let copy = value as? PrivateCopy<SymbolicWord> { sizes.append((copy.holder, copy.size)) }
    if let array = value as? Elements<SymbolicWord> { sizes.append((array.holder, array.size)) }
    if mirror.children.isEmpty {
      rest += "(\(value))"
      parts.append(.other("\(value)"))
    }
    rest += "\(type(of: value)){"
    for child in mirror.children {
      // Of an enumeration the label is the case.
      rest += "\(child.label ?? ""):"
      collect(child.value)
    }
    rest += "}"
  }
}

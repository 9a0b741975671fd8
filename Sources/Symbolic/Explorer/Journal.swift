// SPDX-License-Identifier: Apache-2.0
// What a path assumed and had to show, in order. A rerun repeats it up to its last recorded decision; there nothing is
// shown again, so it has to be the same.

/// The journal of one path, as far as the next rerun repeats it.
struct Journal {
  private var entries: [(what: String, term: Term)] = []
  /// Where the present path is.
  private(set) var position = 0
  /// How many entries there are.
  var count: Int { entries.count }

  /// A new path begins.
  mutating func rewind() { position = 0 }

  /// Forgets what the next path will not repeat.
  mutating func cut(to count: Int) { entries.removeLast(max(0, entries.count - count)) }

  /// Notes an entry. False where a rerun says something else than before.
  mutating func note(_ what: String, _ term: Term, isReplaying: Bool) -> Bool {
    defer { position += 1 }
    guard isReplaying || position < entries.count else {
      entries.append((what, term))
      return true
    }
    return position < entries.count && entries[position].what == what && entries[position].term == term
  }
}

// SPDX-License-Identifier: Apache-2.0
// A mapping whose keys are known: every other key is an error with a suggestion, every value is read with its
// kind checked. A value that is wrong is noted and read as nil, so that the rest is still looked at.

/// The fields of one mapping.
struct Fields {
  /// What the mapping describes, for messages: "this memory region".
  let what: String
  let position: TextPosition
  let problems: Problems
  private let entries: [String: TextEntry]

  /// Takes `node` apart; nil, and an error, where it is no mapping.
  init?(_ node: TextNode, _ what: String, keys: [String], _ problems: Problems, example: String) {
    guard case .map(let list) = node.value else {
      problems.error(
        .wrongKind, "\(what) must be a mapping, not \(node.kind)", remedy: "write it like `\(example)`",
        at: node.position)
      return nil
    }
    self.init(list, what, keys: keys, problems, at: node.position)
  }

  /// Takes the entries of a mapping apart.
  init(_ list: [TextEntry], _ what: String, keys: [String], _ problems: Problems, at position: TextPosition) {
    var entries: [String: TextEntry] = [:]
    for entry in list {
      if keys.contains(entry.key) {
        entries[entry.key] = entry
      } else {
        problems.error(
          .unknownKey, "\(what) has no key `\(entry.key.prefix(60))`",
          remedy: remedy(for: entry.key, in: keys),
          at: entry.position)
      }
    }
    self.what = what
    self.position = position
    self.problems = problems
    self.entries = entries
  }

  /// The value of `key`; nil where it is absent or empty.
  subscript(key: String) -> TextNode? {
    guard let value = entries[key]?.value, !value.isNull else { return nil }
    return value
  }
  func has(_ key: String) -> Bool { self[key] != nil }
  /// Where the key stands, or the mapping if it is absent.
  func place(of key: String) -> TextPosition { entries[key]?.position ?? position }

  /// The value of a key that must be there.
  func required(_ key: String, example: String) -> TextNode? {
    if let node = self[key] { return node }
    problems.error(
      .missing, "\(what) says no `\(key)`", remedy: "add `\(key): \(example)`", at: place(of: key))
    return nil
  }

  /// An error where two keys stand that exclude each other.
  func exclude(_ a: String, _ b: String, because: String) {
    if has(a), has(b) {
      problems.error(
        .contradiction, "\(what) says both `\(a)` and `\(b)`", remedy: because, at: place(of: b))
    }
  }

  func string(_ key: String) -> String? { self[key].flatMap { problems.string($0, key) } }
  func bool(_ key: String) -> Bool? { self[key].flatMap { problems.bool($0, key) } }
  func number<T: FixedWidthInteger & UnsignedInteger>(_ key: String, _ type: T.Type = T.self) -> T? {
    self[key].flatMap { problems.number($0, key, type) }
  }
  func size(_ key: String) -> UInt64? { self[key].flatMap { problems.size($0, key) } }
  func list(_ key: String) -> [TextNode] { self[key].map { problems.list($0) } ?? [] }
  func strings(_ key: String) -> [String] { list(key).compactMap { problems.string($0, key) } }
  func term(_ key: String, _ terms: [Term]) -> UInt64? { self[key].flatMap { problems.term($0, key, terms) } }
  func flags(_ key: String, _ terms: [Term]) -> UInt64? {
    self[key].flatMap { problems.flags($0, key, terms) }
  }
}

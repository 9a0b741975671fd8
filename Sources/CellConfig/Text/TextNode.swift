// SPDX-License-Identifier: Apache-2.0
// What a YAML document says, with the position of every part. No value has been interpreted yet.

/// A position in a text file; both count from 1.
struct TextPosition: Sendable, Hashable {
  var line: Int
  var column: Int
}

/// A node of the document.
struct TextNode: Sendable {
  /// The three kinds of node.
  enum Value: Sendable {
    /// A plain or quoted word; an empty plain one is YAML's null.
    case scalar(String, quoted: Bool)
    case list([TextNode])
    case map([TextEntry])
  }
  var value: Value
  var position: TextPosition

  /// The word, if the node is one.
  var scalar: String? {
    if case .scalar(let text, _) = value { text } else { nil }
  }
  /// True for `key:` with nothing behind it, `~` and `null`.
  var isNull: Bool {
    if case .scalar(let text, quoted: false) = value {
      text.isEmpty || text == "~" || text == "null"
    } else {
      false
    }
  }
  /// The kind, as a message names it.
  var kind: String {
    switch value {
    case .scalar: isNull ? "nothing" : "a single value"
    case .list: "a list"
    case .map: "a mapping"
    }
  }
}

/// A key of a mapping and what it maps to.
struct TextEntry: Sendable {
  var key: String
  var position: TextPosition
  var value: TextNode
}

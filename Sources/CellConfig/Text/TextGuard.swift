// SPDX-License-Identifier: Apache-2.0
// What is refused before a YAML parser sees it, so that no file makes the parser run for hours.

/// Looks at raw text before it is parsed.
enum TextGuard {
  /// Bytes; the largest generated machine files have a tenth of it.
  static let maximumBytes = 1 << 20
  /// Nested lists and mappings; the form needs seven.
  static let maximumDepth = 32
  /// Items of one list or mapping. What the compiler does with them may take the square of it.
  static let maximumItems = 4096
  /// Tokens that look like an alias (`*name`). Aliases are refused with their position after parsing; but many
  /// of them could expand to billions of nodes during it. Up to this many can multiply a document by 20.
  static let maximumAliases = 8

  /// The position of the alias-like token that is one too many.
  static func firstExcessAlias(_ text: String) -> TextPosition? {
    var found = 0
    var line = 1
    var column = 0
    // True where a token may start: behind an indicator, a tag or another anchor, or at the line's start.
    var tokenMayStart = true
    var insideProperty = false
    var pending: TextPosition?
    for byte in text.utf8 {
      column += 1
      if let position = pending {
        pending = nil
        if byte > 0x20, !",]}".utf8.contains(byte) {
          found += 1
          if found > maximumAliases { return position }
        }
      }
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        column = 0
        tokenMayStart = true
        insideProperty = false
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        if insideProperty { tokenMayStart = true }
        insideProperty = false
      case UInt8(ascii: "!"), UInt8(ascii: "&"):
        insideProperty = insideProperty || tokenMayStart
        tokenMayStart = false
      case UInt8(ascii: "*"):
        if tokenMayStart { pending = TextPosition(line: line, column: column) }
        tokenMayStart = false
      case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: ","), UInt8(ascii: "["),
        UInt8(ascii: "{"):
        tokenMayStart = true
      default:
        tokenMayStart = false
      }
    }
    return nil
  }
}

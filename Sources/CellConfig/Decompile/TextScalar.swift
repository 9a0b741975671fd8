// SPDX-License-Identifier: Apache-2.0
// Values as the text form writes them.

/// Writes single values of the text form.
enum TextScalar {
  /// A string, in quotes where YAML or a reader could take it for something else.
  static func string(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./".utf8.contains(byte)
    }
    let startsPlain = text.utf8.first.map { $0 >= UInt8(ascii: "A") && $0 != UInt8(ascii: "_") } ?? false
    let reserved = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    if plain, startsPlain, !reserved.contains(text.lowercased()) { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || (0x7f...0xa0).contains(scalar.value):
        quoted += "\\x" + hex(UInt64(scalar.value), width: 2)
      case _
      where scalar.value == 0xfeff || (0x2028...0x2029).contains(scalar.value)
        || (0xfffe...0xffff).contains(scalar.value):
        quoted += "\\u" + hex(UInt64(scalar.value), width: 4)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  static func address(_ value: some FixedWidthInteger & UnsignedInteger) -> String {
    "0x" + hex(UInt64(value))
  }

  /// A type by its word, else as a number.
  static func term(_ terms: [Term], _ value: some FixedWidthInteger & UnsignedInteger) -> String {
    Vocabulary.word(terms, UInt64(value)) ?? address(value)
  }

  static func flags(_ terms: [Term], _ value: some FixedWidthInteger & UnsignedInteger) -> String {
    list(Vocabulary.words(terms, bits: UInt64(value)))
  }

  static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

  /// A mapping on one line; pairs without a value are left out.
  static func map(_ pairs: [(String, String?)]) -> String {
    "{" + pairs.compactMap { key, value in value.map { "\(key): \($0)" } }.joined(separator: ", ") + "}"
  }

  /// Ascending numbers as ranges.
  static func ranges(_ numbers: [UInt64]) -> String {
    var parts: [String] = []
    var index = 0
    while index < numbers.count {
      var end = index
      while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
      parts.append((numbers[index]...numbers[end]).label)
      index = end + 1
    }
    return list(parts)
  }
}

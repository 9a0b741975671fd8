// SPDX-License-Identifier: Apache-2.0
// JSON values and their text; small, so that no Foundation is needed.

/// A JSON value; objects keep the order of their members.
public indirect enum JSON: Sendable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// A number; as text where a JSON reader could not hold it exactly (above 2^53).
  public static func number(_ value: some BinaryInteger) -> JSON {
    guard let exact = Int64(exactly: value), exact.magnitude <= 1 << 53 else { return .string("\(value)") }
    return .integer(exact)
  }
  /// A string, or null.
  public static func optional(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

  /// The members that are not null.
  public static func compact(_ members: [(String, JSON)]) -> JSON {
    .object(members.filter { if case .null = $0.1 { false } else { true } })
  }

  /// The value as text, indented by two spaces.
  public var text: String {
    var out = ""
    write(to: &out, "\n")
    return out + "\n"
  }

  private func write(to out: inout String, _ newline: String) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .string(let value): JSON.quote(value, into: &out)
    case .array(let values):
      if values.isEmpty { return out += "[]" }
      let inner = newline + "  "
      out += "["
      for (index, value) in values.enumerated() {
        out += (index == 0 ? "" : ",") + inner
        value.write(to: &out, inner)
      }
      out += newline + "]"
    case .object(let members):
      if members.isEmpty { return out += "{}" }
      let inner = newline + "  "
      out += "{"
      for (index, member) in members.enumerated() {
        out += (index == 0 ? "" : ",") + inner
        JSON.quote(member.0, into: &out)
        out += ": "
        member.1.write(to: &out, inner)
      }
      out += newline + "}"
    }
  }

  private static func quote(_ text: String, into out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f: out += "\\u" + padded(scalar.value, 4)
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}

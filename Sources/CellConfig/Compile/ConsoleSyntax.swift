// SPDX-License-Identifier: Apache-2.0
// `{type: 8250, at: 0x3f8, divider: 1}`: a console field by field.

/// Reads consoles.
enum ConsoleSyntax {
  static let keys = ["type", "at", "size", "flags", "divider", "gate", "clock-register"]

  /// A console as it stands.
  static func console(_ node: TextNode, _ problems: Problems) -> Console? {
    guard
      let fields = Fields(node, "this console", keys: keys, problems, example: "{type: 8250, at: 0x3f8}")
    else { return nil }
    var console = Console()
    if let node = fields["type"] {
      console.type = problems.term(node, "type", Vocabulary.consoleTypes, as: UInt16.self) ?? 0
    }
    console.address = fields.size("at") ?? 0
    console.size = narrow(fields, "size")
    if let flags = fields.flags("flags", Vocabulary.consoleFlags) {
      console.flags = ConsoleFlags(rawValue: UInt16(truncatingIfNeeded: flags))
      if flags > UInt64(UInt16.max) {
        problems.error(
          .outOfRange, "`flags` does not fit 16 bits", remedy: "remove bits above 15",
          at: fields.place(of: "flags"))
      }
    }
    console.divider = fields.number("divider") ?? 0
    console.gateNumber = fields.number("gate") ?? 0
    console.clockRegister = fields.size("clock-register") ?? 0
    return console
  }

  private static func narrow(_ fields: Fields, _ key: String) -> UInt32 {
    guard let size = fields.size(key) else { return 0 }
    if let narrow = UInt32(exactly: size) { return narrow }
    fields.problems.error(
      .outOfRange, "`\(key)` does not fit 32 bits", remedy: "the largest value is 0xffffffff",
      at: fields.place(of: key))
    return 0
  }
}

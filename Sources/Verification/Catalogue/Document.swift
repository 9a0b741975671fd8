// SPDX-License-Identifier: Apache-2.0
// The catalogue as text for `verify --explain` and as docs/rules.md.

extension Catalogue {
  /// What `--explain CODE` prints; nil for an unknown code.
  public static func explain(_ code: String) -> String? {
    if let rule = rule(code) {
      return plain(
        "\(rule.code) (\(rule.severity.word))", rule.statement, rule.why, rule.example, rule.remedy)
    }
    guard let other = others.first(where: { $0.code == code.uppercased() }) else { return nil }
    return plain(
      "\(other.code) (\(other.severity.word))", other.statement, other.why, other.example, other.remedy)
  }

  /// Every code, in the order of the documentation.
  public static var codes: [String] { rules.map(\.code) + others.map(\.code) }
  /// Codes that are not rules over files.
  static var others: [Explanation] { grouping + text + proof }

  private static func plain(
    _ head: String, _ statement: String, _ why: String, _ example: String, _ remedy: String
  ) -> String {
    func paragraph(_ name: String, _ text: String) -> String {
      "\n  \(name)\n" + broken(text, width: 96).map { "    \($0)\n" }.joined()
    }
    return "\(head)\n" + broken(statement, width: 98).map { "  \($0)\n" }.joined() + paragraph("Why", why)
      + paragraph("Example", example) + paragraph("Remedy", remedy)
  }

  /// The whole catalogue as Markdown: docs/rules.md.
  public static var markdown: String {
    var text = """
      # The rules of `verify`

      Written by `verify --explain all --format markdown`; a test checks that this page is current. Every finding carries one
      of these codes, names both sides, gives a witness, and says what could be done with it. *error*: isolation is broken,
      or the hypervisor must refuse the configuration. *warning*: it works, but you would want to know. Some rules of severity
      error make warnings in milder cases; the text says which.

      | Code | Severity | Rule |
      |---|---|---|

      """
    for rule in rules {
      text += "| [\(rule.code)](#\(rule.code.lowercased())) | \(rule.severity.word) | \(rule.statement) |\n"
    }
    for other in others {
      text +=
        "| [\(other.code)](#\(other.code.lowercased())) | \(other.severity.word) | \(other.statement) |\n"
    }
    for area in Rule.Area.allCases {
      let members = rules.filter { $0.area == area }
      guard !members.isEmpty else { continue }
      text += "\n## \(area.rawValue)\n"
      for rule in members {
        text += entry(rule.code, rule.severity.word, rule.statement, rule.why, rule.example, rule.remedy)
      }
    }
    text += "\n## Input that cannot be used\n"
    for other in grouping {
      text += entry(other.code, other.severity.word, other.statement, other.why, other.example, other.remedy)
    }
    text += "\n## The text form\n"
    for other in Catalogue.text {
      text += entry(
        other.code, other.severity.word, other.statement, other.why, other.example,
        other.remedy)
    }
    text += "\n## The proof itself\n"
    for other in proof {
      text += entry(other.code, other.severity.word, other.statement, other.why, other.example, other.remedy)
    }
    return text
  }

  private static func entry(
    _ code: String, _ severity: String, _ statement: String, _ why: String, _ example: String,
    _ remedy: String
  ) -> String {
    "\n### \(code)\n\n**\(statement)** (\(severity))\n\n\(lines(why))\n*Example.* \(lines(example))\n*Remedy.* "
      + lines(remedy)
  }

  private static func lines(_ text: String) -> String {
    broken(text, width: 118).joined(separator: "\n") + "\n"
  }
}

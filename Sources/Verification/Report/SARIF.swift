// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0: what code hosts show as annotations of a change (OASIS standard, section 3).

import CellConfig

/// SARIF reports.
public enum SARIFReport {
  /// The report of a run.
  public static func render(_ outcome: Outcome) -> String {
    let findings = outcome.problems + outcome.findings
    let descriptors = ruleDescriptors(findings)
    let indices = Dictionary(
      descriptors.enumerated().map { ($0.element.0, $0.offset) }, uniquingKeysWith: { first, _ in first })
    var seen: Set<String> = []
    let artifacts = outcome.files.filter { seen.insert($0.path).inserted }.map { file in
      JSON.object([
        ("location", .object([("uri", .string(uri(file.path)))])), ("length", .number(file.source.count)),
        ("hashes", .object([("sha-256", .string(sha256(file.source)))])),
      ])
    }
    let driver = JSON.object([
      ("name", "verify"), ("fullName", "Ostrog verify: isolation of partitioned cells"),
      ("semanticVersion", .string(toolVersion)), ("rules", .array(descriptors.map(\.1))),
    ])
    return JSON.object([
      (
        "$schema",
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
      ),
      ("version", "2.1.0"),
      (
        "runs",
        .array([
          .object([
            ("tool", .object([("driver", driver)])), ("columnKind", "unicodeCodePoints"),
            (
              "invocations",
              .array([.object([("executionSuccessful", .bool(outcome.problems.isEmpty))])])
            ), ("artifacts", .array(artifacts)),
            ("results", .array(findings.map { result($0, indices) })),
          ])
        ])
      ),
    ]).text
  }

  private static func ruleDescriptors(_ findings: [Finding]) -> [(String, JSON)] {
    var list = Catalogue.rules.map { rule in
      (rule.code, descriptor(rule.code, rule.statement, rule.why, rule.example, rule.remedy, rule.severity))
    }
    list += Catalogue.others.map {
      ($0.code, descriptor($0.code, $0.statement, $0.why, $0.example, $0.remedy, $0.severity))
    }
    // Codes of the readers (the text form has its own) are described by their message.
    var known = Set(list.map(\.0))
    for finding in findings where known.insert(finding.code).inserted {
      list.append(
        (finding.code, descriptor(finding.code, finding.title, finding.title, "", finding.remedy, .error)))
    }
    return list
  }

  private static func descriptor(
    _ code: String, _ statement: String, _ why: String, _ example: String, _ remedy: String,
    _ severity: Severity
  ) -> JSON {
    let example = example.isEmpty ? "" : "\n\nExample: \(example)"
    return .object([
      ("id", .string(code)), ("shortDescription", message(statement)), ("fullDescription", message(why)),
      (
        "help",
        .object([
          ("text", .string("\(statement)\n\n\(why)\(example)\n\nRemedy: \(remedy)")),
          ("markdown", .string("**\(statement)**\n\n\(why)\(example)\n\n*Remedy:* \(remedy)")),
        ])
      ), ("defaultConfiguration", .object([("level", .string(level(severity)))])),
    ])
  }

  private static func result(_ finding: Finding, _ indices: [String: Int]) -> JSON {
    let text = [
      finding.title + ".", finding.witness.map { "Witness: \($0.text)." } ?? "", finding.consequence,
      "Remedy: \(finding.remedy)",
    ].filter { !$0.isEmpty }.joined(separator: "\n")
    let fingerprint =
      "\(finding.code)|\(finding.machine ?? "")|\(finding.title)|\(finding.witness?.text ?? "")"
    return .compact([
      ("ruleId", .string(finding.code)), ("ruleIndex", indices[finding.code].map(JSON.number) ?? .null),
      ("level", .string(level(finding.severity))), ("message", message(text)),
      ("locations", .array([location(finding.primary, nil)])),
      ("relatedLocations", finding.secondary.map { .array([location($0, 1)]) } ?? .null),
      (
        "partialFingerprints",
        .object([("finding/v1", .string(sha256(Array(fingerprint.utf8))))])
      ),
    ])
  }

  private static func location(_ side: Side, _ id: Int?) -> JSON {
    let place = side.place
    var region: [(String, JSON)] = []
    if let line = place.line {
      region.append(("startLine", .number(line)))
      if let column = place.column {
        let (_, length) = span(place, place.excerpt ?? "")
        region += [("startColumn", .number(column)), ("endColumn", .number(column + length))]
      }
      if let excerpt = place.excerpt { region.append(("snippet", message(excerpt))) }
    } else if let offset = place.offset {
      region += [("byteOffset", .number(offset)), ("byteLength", .integer(1))]
    }
    // Code hosts drop results without a line; text and byte positions of a region are independent (3.30.4).
    if place.line == nil { region.append(("startLine", .integer(1))) }
    return .compact([
      ("id", id.map(JSON.number) ?? .null),
      (
        "physicalLocation",
        .object([
          ("artifactLocation", .object([("uri", .string(uri(place.file)))])), ("region", .object(region)),
        ])
      ), ("message", message(side.label)),
    ])
  }

  private static func message(_ text: String) -> JSON { .object([("text", .string(text))]) }

  private static func level(_ severity: Severity) -> String { severity.word }

  /// A path as a URI reference: relative paths stay relative.
  private static func uri(_ path: String) -> String {
    var text = path.hasPrefix("/") ? "file://" : ""
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    for byte in path.hasPrefix("./") ? path.utf8.dropFirst(2) : path.utf8[...] {
      text += plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + padded(byte, 2).uppercased()
    }
    return text
  }
}

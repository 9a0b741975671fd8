// SPDX-License-Identifier: Apache-2.0
// What was proved of which files, for the file cabinet of an assessor.

import CellConfig

/// What identifies a run: nothing here comes from the clock or the machine unless the caller says so.
public struct RunIdentity: Sendable {
  /// Date, as text; nil leaves it out.
  public var date: String?
  /// SHA-256 of the tool's own executable; nil where it could not be read.
  public var build: String?
  /// Makes an identity.
  public init(date: String?, build: String?) {
    self.date = date
    self.build = build
  }
}

/// Certificates. With the same files, tool, date and standing of the theorems, the same bytes.
public enum Certificate {
  /// A certificate as text.
  public static func text(
    _ outcome: Outcome, _ identity: RunIdentity, theorems: [TheoremStanding] = []
  ) -> String {
    var text = """
      OSTROG VERIFICATION CERTIFICATE

      Date      \(identity.date ?? "not recorded")
      Tool      ostrog verify \(toolVersion), SHA-256 of the executable:
                \(identity.build ?? "not recorded")
      Solver    \(solverVersion)

      """
    for problem in outcome.problems {
      text += "\nUNUSABLE  \(placeText(problem.primary.place)): \(problem.title)\n"
    }
    for set in outcome.sets { text += machine(set) }
    text += shipped(theorems)
    text += "\nThis certificate speaks of the files with the hashes above and of no others.\n"
    return text
  }

  private static func machine(_ outcome: SetOutcome) -> String {
    let set = outcome.set
    var text = "\n" + String(repeating: "-", count: 100) + "\n"
    text +=
      "MACHINE   \(outcome.title): \(outcome.isIsolated ? "ISOLATED" : "NOT PROVED ISOLATED")\n\nFiles\n"
    for member in set.members {
      text += "  \(sha256(member.file.source))  \(member.file.path) "
      text +=
        "(\(member.title), \(member.file.isText ? "text" : "binary revision \(member.file.revision)"))\n"
      if member.file.isText { text += "  \(sha256(member.file.binary))    compiled to the binary form\n" }
    }
    text += "\nProved\n"
    if outcome.proved.isEmpty { text += "  nothing\n" }
    for statement in outcome.proved {
      text += wrapped("  \(statement.property.padded(4)) ", "\(statement.text) (by \(statement.by))")
    }
    if let confirmation = outcome.confirmation {
      text += "\nQuestions to the solver, each unsatisfiable\n"
      for space in confirmation.spaces where space.questions > 0 {
        text += "  \(space.space.noun.padded(24)) \(counted(space.questions, "question")), "
        text += "\(counted(space.claims, "claim")), \(counted(space.windows, "window")) covering the space\n"
      }
    }
    if let tables = outcome.tables {
      text += "\nTables\n"
      text += wrapped(
        "  ",
        "\(counted(tables.steps, "request")) carried out; after \(tables.moments) of them \(counted(tables.tables, "set")) of page tables and "
          + "\(counted(tables.bitmaps, "bitmap")) read back; \(counted(tables.questions, "different question")) to the solver, "
          + (tables.faults.isEmpty && tables.undecided.isEmpty
            ? "each unsatisfiable" : "not all of them unsatisfiable"))
      text += wrapped(
        "  ",
        "\(counted(tables.pages, "page")) of 4 KiB in use at most; at most \(tables.bound) by calculation (R16); "
          + "the image has \(tables.pool) for them")
    } else {
      text += "\nTables\n  not built\n"
    }
    text += "\nFindings\n"
    if outcome.findings.isEmpty { text += "  none\n" }
    for finding in outcome.findings {
      text += wrapped(
        "  \(finding.severity.word) \(finding.code): ",
        finding.title + (finding.witness.map { " (\($0.text))" } ?? ""))
    }
    text += "\nAssumptions, and what is not covered\n"
    for item in outcome.uncovered { text += wrapped("  - ", "\(item.title): \(item.text)") }
    return text
  }

  private static func shipped(_ theorems: [TheoremStanding]) -> String {
    if theorems.isEmpty { return "" }
    let proved = theorems.filter(\.isProved)
    var text = "\n" + String(repeating: "-", count: 100) + "\n"
    text += "THEOREMS  about the model and the core, which this program ships: "
    text += proved.count == theorems.count ? "ALL PROVED\n" : "\(proved.count) OF \(theorems.count) PROVED\n"
    text += wrapped("  ", TheoremStanding.explanation(theorems)) + "\n"
    for theorem in theorems {
      text += wrapped(
        "  \(theorem.isProved ? "proved " : "not run")  ",
        "\(theorem.name) (\(theorem.properties.joined(separator: ", "))): \(theorem.statement)")
    }
    return text
  }

  private static func wrapped(_ head: String, _ body: String) -> String {
    let indent = String(repeating: " ", count: min(head.count, 11))
    return broken(body, width: 100 - indent.count).enumerated()
      .map { ($0.offset == 0 ? head : indent) + $0.element + "\n" }.joined()
  }

  /// A certificate as JSON.
  public static func json(
    _ outcome: Outcome, _ identity: RunIdentity, theorems: [TheoremStanding] = []
  ) -> String {
    JSON.compact([
      ("format", "ostrog-certificate"), ("version", .integer(1)), ("date", .optional(identity.date)),
      ("tool", "ostrog verify"), ("toolVersion", .string(toolVersion)),
      ("toolSHA256", .optional(identity.build)),
      ("solver", .string(solverVersion)), ("problems", .array(outcome.problems.map(JSONReport.finding))),
      ("machines", .array(outcome.sets.map(JSONReport.machine))),
      ("theorems", .array(theorems.map(\.json))),
    ]).text
  }
}

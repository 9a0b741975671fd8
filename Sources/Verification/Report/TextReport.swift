// SPDX-License-Identifier: Apache-2.0
// The text report: findings, what was proved, what each cell may touch, what is not covered, the verdict.

/// Text reports.
public enum TextReport {
  /// How much of the report to print.
  public enum Detail: Sendable {
    /// Findings and verdict.
    case quiet
    /// Everything, long lists cut.
    case normal
    /// Everything.
    case full
  }

  /// The report of a run.
  public static func render(_ outcome: Outcome, style: Style, detail: Detail = .normal) -> String {
    var text = ""
    for problem in outcome.problems { text += textReport(problem, style) + "\n" }
    for set in outcome.sets { text += render(set, style, detail) }
    text += summary(outcome, style)
    return text
  }

  private static func render(_ outcome: SetOutcome, _ style: Style, _ detail: Detail) -> String {
    var text = ""
    for finding in outcome.findings { text += textReport(finding, style) + "\n" }
    guard detail != .quiet else { return text }
    let set = outcome.set
    text += style.bold("\(outcome.title)") + " — \(counted(set.members.count, "cell")): "
    text +=
      set.members.map { $0.isRoot && $0.name != "root" ? "\($0.name) (root)" : $0.name }.joined(
        separator: ", ") + "\n\n"
    text += provedText(outcome, style)
    text += style.bold("  may touch") + "\n"
    for reach in outcome.reach {
      text += "    \(style.blue(set.members[reach.member].name))\n"
      for line in reachLines(reach, limit: detail == .full ? .max : 6) {
        text += broken(line, width: 100).enumerated().map { index, part in
          (index == 0 ? "      " : "        ") + part + "\n"
        }.joined()
      }
    }
    text += "\n"
    if outcome.budget.available > 0 {
      text += style.bold("  page pool") + "\n"
      let budget = "needs at most \(outcome.budget.needed) of \(counted(outcome.budget.available, "page")): "
      text += broken(budget + outcome.budget.text, width: 104).map { "    \($0)\n" }.joined()
      if let tables = outcome.tables {
        text += "    page tables took \(tables.pages) when they were built, of \(tables.bound) calculated\n"
      }
      text += "\n"
    }
    text += style.bold("  not covered") + "\n"
    for item in outcome.uncovered {
      let lines = broken("\(item.title): \(item.text)", width: 104)
      text += lines.enumerated().map { ($0.offset == 0 ? "    - " : "      ") + $0.element + "\n" }.joined()
    }
    return text + "\n"
  }

  private static func provedText(_ outcome: SetOutcome, _ style: Style) -> String {
    let statements = outcome.proved
    guard !statements.isEmpty else {
      let why =
        outcome.admission.refused.isEmpty
        ? (outcome.tables?.holds ?? true
          ? "the confirmation failed" : "the tables are not what the configuration says")
        : "the core refuses " + listed(outcome.admission.refused.map { outcome.set.members[$0.member].title })
      return style.red("  proved  ") + "nothing: \(why)\n\n"
    }
    var text = style.bold("  proved") + style.dim(timing(outcome)) + "\n"
    for statement in statements {
      text += "    \(style.green("✓")) \(statement.property.padded(4)) "
      text += broken(statement.text, width: 98).joined(separator: "\n             ") + "\n"
    }
    return text + "\n"
  }

  private static func timing(_ outcome: SetOutcome) -> String {
    let confirmation = outcome.confirmation
    return "  (core \(outcome.admission.elapsed.text), "
      + "\(solverVersion) \(confirmation?.elapsed.text ?? "-") for \(counted(confirmation?.questions ?? 0, "question"))"
      + (outcome.tables.map { tables in
        "; \(counted(tables.tables, "table")) and \(counted(tables.bitmaps, "bitmap")) built and read back \(tables.elapsed.text), "
          + "\(counted(tables.questions, "question"))"
      } ?? "") + ")"
  }

  private static func summary(_ outcome: Outcome, _ style: Style) -> String {
    var text = ""
    if !outcome.problems.isEmpty {
      text += style.red("unusable input") + ": \(counted(outcome.problems.count, "problem"))\n"
    } else if outcome.sets.isEmpty {
      text += style.red("unusable input") + ": no system file was given\n"
    }
    for set in outcome.sets {
      let errors = set.findings.count { $0.severity == .error }
      let warnings = set.findings.count { $0.severity == .warning }
      let notes = set.findings.count { $0.severity == .note }
      let verdict = set.isIsolated ? style.green("isolated") : style.red("not isolated")
      text +=
        "\(style.bold(set.title)): \(verdict), \(counted(errors, "error")), \(counted(warnings, "warning"))"
      text += notes > 0 ? ", \(counted(notes, "note"))" : ""
      text += ", \(set.uncovered.count) things not covered\n"
    }
    return text
  }
}

extension String {
  /// The text with spaces up to a width.
  func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

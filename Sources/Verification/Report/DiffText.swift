// SPDX-License-Identifier: Apache-2.0
// The comparison of two runs as text and as JSON.

import Core

/// Comparisons, printed.
public enum DiffReport {
  /// As text.
  public static func text(_ diffs: [MachineDiff], style: Style) -> String {
    diffs.map { text($0, style) }.joined(separator: "\n")
  }

  private static func text(_ diff: MachineDiff, _ style: Style) -> String {
    var text = style.bold(diff.name) + "\n"
    for cell in diff.cells {
      let state = cell.isOld ? (cell.isNew ? "" : "  (removed)") : "  (new)"
      if cell.changes.isEmpty {
        text += "  \(cell.name)\(state): reaches what it reached before\n"
        continue
      }
      text += "  \(style.blue(cell.name))\(state)\n"
      for change in cell.changes { text += "    " + line(change, style, others(change, cell, diff)) + "\n" }
    }
    for finding in diff.newFindings {
      let head = style.severity(finding.severity, "\(finding.severity.word)[\(finding.code)]")
      text += "  new   \(head) \(finding.title)\n"
    }
    for finding in diff.goneFindings {
      text += "  gone  \(finding.severity.word)[\(finding.code)] \(finding.title)\n"
    }
    return text + "  " + verdict(diff, style) + "\n"
  }

  private static func line(_ change: Change, _ style: Style, _ others: [String]) -> String {
    let access = Access(
      space: change.space, first: change.first, last: change.last,
      rights: change.after ?? change.before ?? [],
      isShared: false, name: change.name)
    var text = rangeText(access)
    if change.space == .memory { text += " (\(sizeText(change.last - change.first + 1)))" }
    let kind = reachHeadings.first { $0.space == change.space }?.title ?? ""
    let also = others.isEmpty ? "" : ", also reachable by \(listed(others))"
    switch change.kind {
    case .gained: return style.red("+ \(kind): \(text)") + also
    case .lost: return style.green("- \(kind): \(text)")
    case .rights:
      return style.severity(
        .warning,
        "~ \(kind): \(text), rights \((change.before ?? []).letters) → \((change.after ?? []).letters)")
        + also
    }
  }

  /// Other cells that reach a gained range after the change.
  private static func others(_ change: Change, _ cell: MachineDiff.CellDiff, _ diff: MachineDiff) -> [String]
  {
    guard change.kind != .lost, let new = diff.new else { return [] }
    return new.reach.filter { reach in
      new.set.members[reach.member].name != cell.name
        && reach.of(change.space).contains { $0.first <= change.last && $0.last >= change.first }
    }.map { new.set.members[$0.member].name }
  }

  private static func verdict(_ diff: MachineDiff, _ style: Style) -> String {
    switch (diff.old?.isIsolated, diff.new?.isIsolated) {
    case (true?, true?): style.green("the proof still holds")
    case (true?, false?): style.red("the proof no longer holds")
    case (false?, true?): style.green("isolated now, and was not before")
    case (false?, false?): style.red("not isolated, before and after")
    case (nil, let new?): new ? style.green("new machine, isolated") : style.red("new machine, not isolated")
    case (_, nil): "the machine is gone"
    }
  }

  /// As JSON.
  public static func json(_ diffs: [MachineDiff]) -> String {
    JSON.object([
      ("format", "ostrog-diff"), ("version", .integer(1)), ("machines", .array(diffs.map(json))),
    ]).text
  }

  private static func json(_ diff: MachineDiff) -> JSON {
    .compact([
      ("name", .string(diff.name)), ("isolatedBefore", diff.old.map { .bool($0.isIsolated) } ?? .null),
      ("isolatedAfter", diff.new.map { .bool($0.isIsolated) } ?? .null),
      (
        "cells",
        .array(
          diff.cells.map { cell in
            .object([
              ("name", .string(cell.name)), ("before", .bool(cell.isOld)), ("after", .bool(cell.isNew)),
              ("changes", .array(cell.changes.map(json))),
            ])
          })
      ), ("newFindings", .array(diff.newFindings.map(JSONReport.finding))),
      ("goneFindings", .array(diff.goneFindings.map(JSONReport.finding))),
    ])
  }

  private static func json(_ change: Change) -> JSON {
    .compact([
      ("kind", .string(change.kind.rawValue)), ("space", .string(change.space.noun)),
      ("first", .string(hex(change.first))), ("last", .string(hex(change.last))),
      ("before", .optional(change.before?.letters)), ("after", .optional(change.after?.letters)),
      ("name", .optional(change.name)),
    ])
  }
}

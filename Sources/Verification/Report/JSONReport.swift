// SPDX-License-Identifier: Apache-2.0
// The report for programs. The members are stable: new ones may be added, none changes its meaning.

import CellConfig
import Core

/// JSON reports.
public enum JSONReport {
  /// The report of a run.
  public static func render(_ outcome: Outcome, strict: Bool) -> String {
    JSON.object([
      ("format", "ostrog-verify"), ("version", .integer(1)),
      ("status", .integer(Int64(outcome.status(strict: strict)))), ("solver", .string(solverVersion)),
      ("problems", .array(outcome.problems.map(finding))), ("machines", .array(outcome.sets.map(machine))),
    ]).text
  }

  static func machine(_ outcome: SetOutcome) -> JSON {
    let set = outcome.set
    return .compact([
      ("name", .string(set.name)), ("alternative", .optional(outcome.alternative)),
      ("isolated", .bool(outcome.isIsolated)),
      (
        "cells",
        .array(
          set.members.map { member in
            .object([
              ("name", .string(member.name)), ("root", .bool(member.isRoot)),
              ("file", .string(member.file.path)),
              ("sha256", .string(sha256(member.file.source))),
            ])
          })
      ), ("findings", .array(outcome.findings.map(finding))),
      (
        "proved",
        .array(
          outcome.proved.map {
            .object([
              ("property", .string($0.property)), ("statement", .string($0.text)), ("by", .string($0.by)),
            ])
          })
      ), ("reach", .array(outcome.reach.map { reach(set, $0) })), ("pagePool", budget(outcome.budget)),
      ("tables", outcome.tables.map(tables) ?? .null),
      (
        "notCovered",
        .array(outcome.uncovered.map { .object([("title", .string($0.title)), ("text", .string($0.text))]) })
      ),
    ])
  }

  static func finding(_ finding: Finding) -> JSON {
    .compact([
      ("code", .string(finding.code)), ("severity", .string(finding.severity.word)),
      ("title", .string(finding.title)), ("primary", side(finding.primary)),
      ("secondary", finding.secondary.map(side) ?? .null), ("witness", finding.witness.map(witness) ?? .null),
      ("consequence", .string(finding.consequence)), ("remedy", .string(finding.remedy)),
    ])
  }

  private static func side(_ side: Side) -> JSON {
    .compact([
      ("file", .string(side.place.file)), ("line", side.place.line.map(JSON.number) ?? .null),
      ("column", side.place.column.map(JSON.number) ?? .null),
      ("offset", side.place.offset.map(JSON.number) ?? .null), ("excerpt", .optional(side.place.excerpt)),
      ("label", .string(side.label)), ("cell", .optional(side.cell)),
    ])
  }

  private static func witness(_ witness: Witness) -> JSON {
    .compact([
      ("space", .string(witness.space.rawValue)), ("value", .string(hex(witness.value))),
      ("last", .optional(witness.last.map { hex($0) })), ("text", .string(witness.text)),
    ])
  }

  static func reach(_ set: MachineSet, _ reach: Reach) -> JSON {
    var members: [(String, JSON)] = [("cell", .string(set.members[reach.member].name))]
    for (space, title) in reachHeadings {
      let list = reach.of(space)
      if list.isEmpty { continue }
      members.append(
        (
          title,
          .array(
            list.map { access in
              .compact([
                ("first", .string(hex(access.first))), ("last", .string(hex(access.last))),
                ("rights", space == .memory ? .string(access.rights.letters) : .null),
                ("shared", access.isShared ? true : .null), ("name", .optional(access.name)),
                ("text", .string(rangeText(access))),
              ])
            })
        ))
    }
    return .object(members)
  }

  /// What became of the tables. Times are not in it: the same files make the same bytes.
  static func tables(_ tables: TableConfirmation) -> JSON {
    .object([
      ("confirmed", .bool(tables.holds)), ("requests", .number(tables.steps)),
      ("moments", .number(tables.moments)),
      ("readBack", .number(tables.tables)),
      ("bitmaps", .number(tables.bitmaps)), ("questions", .number(tables.questions)),
      ("pages", .number(tables.pages)),
      ("pagesCalculated", .number(tables.bound)), ("pagesThere", .number(tables.pool)),
    ])
  }

  static func budget(_ budget: PageBudget) -> JSON {
    .object([
      ("needed", .number(budget.needed)), ("available", .number(budget.available)),
      ("parts", .object(budget.parts.map { ($0.what, .number($0.pages)) })),
    ])
  }
}

// SPDX-License-Identifier: Apache-2.0
// The whole of a verification: rules, admission by the real core, confirmation by Z3, for each set.

import CellConfig

/// What came out for one set of cells that exist together.
public struct SetOutcome: Sendable {
  /// The set.
  public var set: MachineSet
  /// `rtos, vision` where `--alternatives` split a machine; nil otherwise.
  public var alternative: String?
  /// Findings, gravest first.
  public var findings: [Finding]
  /// What the core did.
  public var admission: Admission
  /// What Z3 said; nil where the core refused, or Z3 did not start.
  public var confirmation: Confirmation?
  /// What became of the tables; nil where they were not built: the core refused, Z3 did not start, nobody asked for them, or
  /// the machine is no x86 one.
  public var tables: TableConfirmation?
  /// What each member may touch.
  public var reach: [Reach]
  /// The page pool.
  public var budget: PageBudget
  /// What is not covered; never empty.
  public var uncovered: [Uncovered]

  /// True where rules, core and Z3 agree that the cells are isolated.
  public var isIsolated: Bool {
    admission.holds && (confirmation?.holds ?? false) && (tables?.holds ?? true)
      && !findings.contains { $0.severity == .error }
  }
  /// The machine's name, with the alternative.
  public var title: String { alternative.map { "\(set.name) (\($0))" } ?? set.name }
}

/// What came out of a run.
public struct Outcome: Sendable {
  /// Set by set.
  public var sets: [SetOutcome]
  /// Messages about files that cannot be used; not empty means: unusable input.
  public var problems: [Finding]
  /// The files that were read.
  public var files: [LoadedFile]
  /// Wall time of everything but reading.
  public var elapsed: Duration

  /// Every finding of every set.
  public var findings: [Finding] { sets.flatMap(\.findings) }
  /// 0 isolated, 1 findings, 2 unusable input. With `strict`, warnings are findings too.
  public func status(strict: Bool) -> Int32 {
    if !problems.isEmpty || sets.isEmpty { return 2 }
    let limit: Severity = strict ? .warning : .error
    return sets.allSatisfy { $0.isIsolated && !$0.findings.contains { $0.severity >= limit } } ? 0 : 1
  }
}

/// How to verify.
public struct VerifyOptions: Sendable {
  /// Treat cells that exclude each other as alternatives.
  public var alternatives = false
  /// Build the tables of each set and confirm them.
  public var tables = true
  /// Defaults.
  public init() {}
}

/// Verifies files that were read, with the messages about those that could not be.
public func verify(
  _ files: [LoadedFile], problems: [Diagnostic], options: VerifyOptions = VerifyOptions()
) -> Outcome {
  let clock = ContinuousClock()
  let start = clock.now
  let groups = Grouping.group(files)
  var confirmer: Confirmer?
  var asker: TableAsker?
  var outcomes: [SetOutcome] = []
  var tooMany: [Diagnostic] = []
  for set in groups.sets {
    guard let parts = options.alternatives ? Alternatives.split(set) : [set] else {
      tooMany.append(
        Diagnostic(
          code: "S4",
          message: "the cells of \(set.name) have more than \(Alternatives.limit) maximal combinations",
          remedy: "verify the combinations that you mean, each by itself", place: set.root.place(.file)))
      continue
    }
    for part in parts {
      confirmer = confirmer ?? Confirmer()
      let label = parts.count > 1 ? listed(part.cells.map(\.name)) : nil
      if options.tables { asker = asker ?? TableAsker() }
      outcomes.append(examine(part, label, confirmer, asker))
    }
  }
  let unusable = (problems + groups.problems + tooMany).filter(\.isError).map { Finding(diagnostic: $0) }
  return Outcome(sets: outcomes, problems: unusable, files: files, elapsed: clock.now - start)
}

/// Examines one set.
private func examine(
  _ set: MachineSet, _ alternative: String?, _ confirmer: Confirmer?, _ asker: TableAsker?
) -> SetOutcome {
  var findings = Catalogue.check(set)
  let admission = admit(set)
  findings += set.findings(admission, explained: findings)
  var confirmation: Confirmation?
  if admission.holds {
    if let confirmer {
      let answer = confirmer.confirm(set, admission.claims)
      findings += set.findings(answer)
      confirmation = answer
    } else {
      findings.append(
        Finding(
          "X3", .error, "Z3 could not be started, so nothing is confirmed", at: set.side(0, .file),
          consequence: "Nothing is proved of this set.", remedy: "Check that libz3 is installed.",
          machine: set.name))
    }
  }
  var tables: TableConfirmation?
  if admission.holds, set.architecture == .x86, let asker {
    tables = TableRun(set, asker)?.confirm()
    if let tables { findings += set.findings(tables, explained: findings) }
  }
  findings = gravestFirst(findings)
  return SetOutcome(
    set: set, alternative: alternative, findings: findings, admission: admission, confirmation: confirmation,
    tables: tables,
    reach: set.reach(set.claims(shown: admission)),
    budget: PagePool.budget(of: set),
    uncovered: set.uncovered(tablesBuilt: tables != nil))
}

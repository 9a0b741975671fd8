// SPDX-License-Identifier: Apache-2.0
// How a transition of the core is proved: run it on the symbolic machine from an arbitrary state that satisfies the
// invariant, along every path, and show
//   - no trap is reachable (every `+`, every index, every load);
//   - an error leaves every table of the state as it was, and nothing scrubbed (P19);
//   - success keeps the invariant, at arbitrary rows, and does what the theorem says;
//   - each loop can begin, complete an iteration and end, and each expected refusal can happen (P21).

import Core
import Symbolic

/// What a proof of one path may speak of.
struct PathProof {
  let machine: SymbolicMachine
  /// The tables before the transition.
  let before: Snapshot
  /// The ledger before and after.
  let old: LedgerView
  let new: LedgerView
  var explorer: Explorer { machine.explorer }
  var first: SymbolicWord { machine.arbitrary(Ghost.firstRow) }
  var second: SymbolicWord { machine.arbitrary(Ghost.secondRow) }
  var oldRow: SymbolicWord { machine.arbitrary(Ghost.oldRow) }

  /// Shows something.
  func prove(_ name: String, _ truth: () -> SymbolicTruth) {
    explorer.prove(name, explorer.specifying(truth))
  }
  /// Takes for granted what the invariant says of the old ledger at further rows.
  func assumeInvariant(at rows: [SymbolicWord]) {
    for row in rows { explorer.assume(explorer.specifying { old.isClaim(row) }) }
    for (number, row) in rows.enumerated() {
      for other in rows[..<number] {
        explorer.assume(explorer.specifying { old.areExclusive(row, other) })
      }
    }
  }
}

/// A theorem about one transition of the core.
struct CoreTheorem: Theorem {
  var name: String
  var statement: String
  var properties: [String]
  /// Steps that this theorem looks into instead of taking them by their own theorem.
  var openSteps: Set<ProvedStep> = []
  /// Refusals that must be possible.
  var refusals: [Reason] = []
  /// Loops that must be able to iterate and to end.
  var loops: [Loop] = []
  /// Further assumptions and annotations, before the run.
  var prepare: @Sendable (SymbolicMachine) -> Void = { _ in }
  /// The transition.
  let run: @Sendable (SymbolicMachine) throws(Refusal<SymbolicWord>) -> Void
  /// What success means, beyond the invariant.
  var success: @Sendable (PathProof) -> Void = { _ in }
  /// That success is a step of the model; shown after the invariant, which may then be used at any rows.
  var refines: @Sendable (PathProof) -> Void = { _ in }
  /// Whether success keeps the core's invariant: false for steps that are not transitions.
  var keepsInvariant = true
  /// What holds before and is shown to hold afterwards, on success and on refusal: called before the run; what it returns,
  /// after, with whether the run succeeded.
  var keeps: (@Sendable (SymbolicMachine) -> @Sendable (SymbolicMachine, Bool) -> Void)?
  /// Which goals are shown here; the others by the theorem about the same run that this one rests on. Nil: all.
  var shows: (@Sendable (String) -> Bool)?
  /// Whether what success does to the ledger is shown here; false where another theorem shows it.
  var showsLedger = true
  /// Whether success keeps what enable read of the system: false for enable.
  var keepsFacts = true

  func run(into report: inout Report) {
    guard let prover = report.makeProver() else { return }
    let explorer = Explorer(name, prover: prover)
    var scripts: [(name: String, text: String)] = []
    if report.options.directory != nil {
      explorer.observer = { scripts.append(($0.name, $0.smtlib)) }
    }
    explorer.take((report.options.hints ?? RecordedHints.all)[name] ?? [])
    explorer.hintsAfter = report.options.makesHints ? Hint.worth : nil
    explorer.shows = shows
    explore(with: explorer)
    report.hints = explorer.hintsForLater
    report.fittingHints = explorer.fittingHints
    for script in scripts { report.keep(script.text, named: script.name) }
    for result in explorer.results {
      report.check(
        result.name, result.failure == nil, otherwise: result.failure ?? "",
        milliseconds: result.took / .milliseconds(1))
    }
    for failure in explorer.failures where !explorer.results.contains(where: { $0.failure == failure.detail })
    {
      report.check(failure.name, false, otherwise: failure.detail)
    }
    let simple = explorer.proved - explorer.results.count { $0.failure == nil }
    report.check(
      "\(simple) obligations hold by simplification", true, otherwise: "", paths: explorer.paths)
    for label in expected where !explorer.reached.contains(label) {
      report.check("can happen: \(label)", false, otherwise: "no state leads there")
    }
    for step in openSteps.sorted(by: { $0.rawValue < $1.rawValue }) {
      let missing = (StepForms.all[step] ?? []).subtracting(explorer.openedForms[step] ?? [])
      report.check(
        "step \(step) is opened in every form that uses have", missing.isEmpty, otherwise: "not in \(missing)"
      )
    }
    report.check("\(expected.count) expected outcomes can happen", true, otherwise: "")
  }

  /// Goes every path of the transition.
  func explore(with explorer: Explorer) { explorer.explore { explore(explorer) } }

  private var expected: [String] {
    ["success"] + refusals.map { "refused \($0)" }
      + loops.flatMap { ["loop \($0) iterates", "loop \($0) completes an iteration", "loop \($0) ends"] }
  }

  private func explore(_ explorer: Explorer) {
    let machine = SymbolicMachine(explorer, facts: StepFacts.all, forms: StepForms.all)
    machine.openSteps = openSteps
    for step in openSteps { explorer.expect("step \(step) returns") }
    let before = machine.snapshot
    let old = LedgerView(machine)
    if keepsInvariant { explorer.assume(explorer.specifying { machine.registersAreSound }) }
    prepare(machine)
    let after = keeps?(machine)
    do throws(Refusal<SymbolicWord>) {
      try run(machine)
      if explorer.isCut { return }
      explorer.mark("success")
      let proof = PathProof(machine: machine, before: before, old: old, new: LedgerView(machine))
      success(proof)
      if keepsInvariant && showsLedger { proveInvariant(proof) }
      after?(machine, true)
      refines(proof)
    } catch {
      if explorer.isCut { return }
      explorer.mark("refused \(error.reason)")
      machine.mustBeReal([error.subject, error.other], "a refusal")
      for table in SymbolicMachine.state {
        explorer.prove("a refusal leaves \(table) alone", machine.isUnchanged(table, since: before))
      }
      explorer.prove("a refusal scrubs nothing", .!machine.isScrubbed)
      // Management rests on it whether a transition was done or refused (SymbolicPeers.swift).
      if keepsInvariant {
        proveProcessorsKept(machine, before)
        if keepsFacts {
          explorer.prove("a refusal keeps the system configuration", .known(!machine.isOverwritten(.system)))
        }
      }
      after?(machine, false)
    }
  }

  /// The registers behind `claimCount`, and the copy of the system configuration, are as they were.
  private func proveFactsKept(_ proof: PathProof) {
    let machine = proof.machine
    proof.prove("facts kept") {
      let number = machine.any("register")
      let isFact =
        (SymbolicWord(known: Register.claimCount) .< number)
        .& (number .< SymbolicWord(known: Register.count))
      return isFact ==> (machine.peek(.registers, number) .== proof.before.read(.registers, number))
    }
    proof.prove("what is kept of the platform stays, and with it whether this is a dry run") {
      let number = machine.any("platform word")
      return machine.peek(.platform, number) .== proof.before.read(.platform, number)
    }
    proof.prove("the system configuration kept") { .known(!machine.isOverwritten(.system)) }
  }

  /// What only the processor's level writes stays: theorems about management rest on it (SymbolicPeers.swift).
  private func proveProcessorsKept(_ machine: SymbolicMachine, _ before: Snapshot) {
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      if table.isProcessors {
        machine.explorer.prove(
          "no transition writes \(table)", machine.isUnchanged(table, since: before))
      }
      raw += 1
    }
  }

  private func proveInvariant(_ proof: PathProof) {
    proveProcessorsKept(proof.machine, proof.before)
    proof.prove("registers sound") { proof.machine.registersAreSound }
    if keepsFacts { proveFactsKept(proof) }
    proof.prove("claims sound") { proof.new.isClaim(proof.first) }
    proof.prove("claims exclusive") { proof.new.areExclusive(proof.first, proof.second) }
  }
}

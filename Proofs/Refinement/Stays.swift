// SPDX-License-Identifier: Apache-2.0
// Refinement of the transitions that leave the ledger alone: set-loadable, load, start, shut down, fail, a CPU's failure,
// disable.

import Core
import Models
import Symbolic

extension Refinement {
  /// Invariants of the model that say where CPUs run and who holds what.
  static let ownership = [
    "cpu-exclusivity", "exact-ledger", "private-by-nature", "exclusive-ownership", "phases",
    "cpus-come-from-root",
  ]

  /// Follows what `handOver` does to the ghost resource: which rows of `cell` it clears, and where CPUs go.
  func followHandOver(of cell: Word, clearing isChosen: SymbolicTruth, to occupant: Word) {
    let x = resource
    let tables = machine.snapshot
    machine.definitions[.handBack] = { i in
      [before.ledger.isClaim(i)]
        + [Marking.any, .private_].flatMap {
          [before.definition(i, cell, x, $0), before.meaning(cell, x, $0)]
        }
    }
    machine.annotations[.handBack] = { i, _ in
      let row = before.row(cell, x, .private_)
      let isCleared = (isChosen .& (row .< i) .& before.has(cell, x, .private_)) ==> machine.isScrubbed
      let isDue = machine.isScrubbed ==> (isChosen .& before.has(cell, x, .private_))
      let cpuRow = before.row(cell, x, .any)
      let now = machine.peek(.occupant, number)
      let isGiven = (isThere .& (cpuRow .< i) .& before.has(cell, x, .any)) ==> (now .== occupant)
      let isKept =
        isThere
        ==> ((now .== tables.read(.occupant, number)) .| ((now .== occupant) .& before.has(cell, x, .any)))
      return isCleared .& isDue .& isGiven .& isKept
    }
  }

  /// What a transition that leaves the ledger alone may use, for `cell` and whoever else matters at the point.
  func assumeSameLedger(for subject: Word, _ a: Abstraction) {
    let occupant = Word(before.state.occupant(term(resource)))
    let holders = [before.chosenHolder(resource), a.chosenHolder(resource)]
    let cells = [subject, cell] + holders + [0, occupant]
    assumeDefinitions(of: before, cells: cells)
    for c in cells { explorer.assume(explorer.specifying { a.holderDefinition(c, resource) }) }
    assumeModelInvariants(Self.ownership, cells: cells, others: [subject, occupant] + holders)
  }
}

/// How each of these transitions is followed and shown to be a step of the model.
extension Refinement {
  private func isConfidential(_ c: Word) -> SymbolicTruth {
    before.tables.read(.cellFlags, c).has(CellFlag.confidential)
  }

  private func show<T: Transition>(_ transition: T, of subject: Word, _ proof: PathProof)
  where T.L == CoreLogic {
    let a = after(proof)
    assumeSameLedger(for: subject, a)
    proveGuards(of: transition)
    proveEffects(of: transition, in: a)
  }

  static func followSetLoadable(_ m: SymbolicMachine) {
    let r = Refinement(m)
    let cell = m.argument("cell")
    r.followHandOver(of: cell, clearing: r.isConfidential(cell), to: Word(known: Owner.hypervisor))
  }
  static func showSetLoadable(_ proof: PathProof) {
    let r = Refinement(proof)
    let (cell, caller) = (proof.machine.argument("cell"), r.cpu(proof.machine.argument("caller")))
    r.show(
      SetLoadable<CoreLogic>(actor: r.logic.root, caller: r.term(caller), cell: r.term(cell)), of: cell, proof
    )
  }

  static func followStart(_ m: SymbolicMachine) {
    let r = Refinement(m)
    r.followHandOver(of: m.argument("cell"), clearing: r.isCPU, to: m.argument("cell"))
  }
  static func showStart(_ proof: PathProof) {
    let r = Refinement(proof)
    let (cell, caller) = (proof.machine.argument("cell"), r.cpu(proof.machine.argument("caller")))
    r.show(Start<CoreLogic>(actor: r.logic.root, caller: r.term(caller), cell: r.term(cell)), of: cell, proof)
  }

  static func followFail(_ m: SymbolicMachine) {
    Refinement(m).followHandOver(
      of: m.argument("cell"), clearing: .known(false), to: Word(known: Owner.hypervisor))
  }
  static func showFail(_ proof: PathProof) {
    let r = Refinement(proof)
    let cell = proof.machine.argument("cell")
    r.show(Fail<CoreLogic>(actor: r.term(cell)), of: cell, proof)
  }

  static func showShutDown(_ proof: PathProof) {
    let r = Refinement(proof)
    let cpu = proof.machine.argument("cell")
    let cell = proof.before.read(.occupant, cpu)
    r.assumeModelInvariants(["cpu-exclusivity"], cells: [cell], at: [r.cpu(cpu)])
    r.show(ShutDown<CoreLogic>(actor: r.term(cell), cpu: r.term(r.cpu(cpu))), of: cell, proof)
  }
  static func showFailCPU(_ proof: PathProof) {
    let r = Refinement(proof)
    let cpu = proof.machine.argument("cell")
    let cell = proof.before.read(.occupant, cpu)
    r.show(FailCPU<CoreLogic>(actor: r.term(cell), cpu: r.term(r.cpu(cpu))), of: cell, proof)
  }

  static func showDisable(_ proof: PathProof) {
    let r = Refinement(proof)
    // The search for living cells is known of the ghost; so it is known of the arbitrary other cell.
    for known in r.explorer.instances([(proof.oldRow, r.other)]) { r.explorer.assume(known) }
    r.show(
      Disable<CoreLogic>(actor: r.logic.root, caller: r.term(r.cpu(proof.machine.argument("cell")))), of: 0,
      proof)
  }

  static func followLoad(_ m: SymbolicMachine) {
    m.annotations[.loadTarget] = { [unowned m] _, state in
      m.noted["target"] = state[0] &- 1
      return .known(true)
    }
    m.annotations[.loadBase] = { [unowned m] _, state in
      m.noted["base"] = state[0] &- 1
      return .known(true)
    }
  }
  static func showLoad(_ proof: PathProof) {
    let r = Refinement(proof)
    let (cell, caller) = (proof.machine.argument("cell"), r.cpu(proof.machine.argument("caller")))
    let (from, size) = (proof.machine.noted["address"] ?? 0, proof.machine.argument("size"))
    // Any byte of what was granted, which root then writes: by `load` itself nothing is written.
    r.explorer.prove("what is granted is not empty and does not wrap", from .< (from &+ size))
    r.explorer.assume((from .<= r.resource) .& (r.resource .< (from &+ size)))
    for m in Marking.all {
      for (name, c) in [("target", cell), ("base", 0)] {
        guard let row = proof.machine.noted[name] else { continue }
        r.explorer.assume(r.explorer.specifying { r.before.ledger.isClaim(row) })
        r.explorer.assume(r.explorer.specifying { r.before.definition(row, c, r.resource, m) })
      }
    }
    let holder = r.before.chosenHolder(r.resource)
    for row in [Marking.any, .private_, .closed].flatMap({ m in
      [r.before.row(cell, r.resource, m), r.before.row(holder, r.resource, m)]
    }) {
      for known in r.explorer.instances([(proof.oldRow, row)]) { r.explorer.assume(known) }
    }
    let x = r.term(r.resource)
    r.show(
      Load<CoreLogic>(
        actor: r.logic.root, cpu: r.term(caller), cell: r.term(cell), source: x, destination: x), of: cell,
      proof)
  }
}

// SPDX-License-Identifier: Apache-2.0
// What the transitions that rebuild the ledger have in common: claims of other cells are what they were.

import Core
import Models
import Symbolic

extension Refinement {
  /// The new ledger while it is being built: `rows` rows.
  func building(rows: Word) -> Abstraction {
    Abstraction(
      logic, machine, LedgerView(building: machine, count: rows), moment: "after", agrees: before.agrees,
      locked: before.locked)
  }

  /// Both ways.
  func equal(_ a: SymbolicTruth, _ b: SymbolicTruth) -> SymbolicTruth { (a ==> b) .& (b ==> a) }

  /// Marks of which nothing is known.
  private var anyMarking: Marking {
    let word = explorer.context.bits(64)
    return Marking(
      mask: Word(explorer.context.constant("any.mask", word)),
      value: Word(explorer.context.constant("any.value", word)))
  }

  /// That the new ledger says of the point's resource what the old one says, for a cell that is not `gone`.
  private func isKept(_ a: Abstraction, _ c: Word, _ m: Marking, gone: Word) -> SymbolicTruth {
    (c .!= gone) ==> equal(before.has(c, resource, m), a.has(c, resource, m))
  }
  /// The same for `cells` and all marks that matter: once `proveOthersKept` has shown it.
  func kept(_ a: Abstraction, _ cells: [Word], gone: Word) -> [SymbolicTruth] {
    explorer.specifying { cells.flatMap { c in Marking.all.map { isKept(a, c, $0, gone: gone) } } }
  }

  /// Shows, for any cell but `gone` and any marks, that the new ledger says of the point's resource what the old one says;
  /// then takes it for granted of `cells`.
  func proveOthersKept(_ a: Abstraction, _ proof: PathProof, gone: Word, then cells: [Word]) {
    let anyone = Word(explorer.context.constant("any.cell", explorer.context.bits(64)))
    let (old, new) = (before.row(anyone, resource, anyMarking), a.row(anyone, resource, anyMarking))
    let (from, to) = (machine.peek(.currentSource, new), machine.peek(.place, old))
    let (had, has) = (before.has(anyone, resource, anyMarking), a.has(anyone, resource, anyMarking))
    func show(
      _ name: String, _ ghosts: [(ghost: Word, word: Word)], _ first: SymbolicTruth, _ then: SymbolicTruth,
      _ given: () -> [SymbolicTruth]
    ) {
      explorer.prove(
        "refines: \(name)", explorer.specifying { (anyone .!= gone) ==> (first ==> then) },
        given: explorer.instances(ghosts) + explorer.specifying(given))
    }
    show("claims of others are kept", [(proof.oldRow, old)], had, has) {
      [before.meaning(anyone, resource, anyMarking), a.definition(to, anyone, resource, anyMarking)]
    }
    show("others claim nothing new", [(proof.first, new)], has, had) {
      [a.meaning(anyone, resource, anyMarking), before.definition(from, anyone, resource, anyMarking)]
    }
    kept(a, cells, gone: gone).forEach(explorer.assume)
  }

  /// Shows that the new ledger says nothing of `gone`; then takes it for granted.
  func proveGone(_ a: Abstraction, _ proof: PathProof, _ gone: Word) {
    let row = a.row(gone, resource, anyMarking)
    for known in explorer.instances([(proof.first, row), (proof.second, row)]) { explorer.assume(known) }
    explorer.assume(explorer.specifying { a.meaning(gone, resource, anyMarking) })
    explorer.prove(
      "refines: nothing is left of the cell", explorer.specifying { .!a.has(gone, resource, anyMarking) })
    for m in Marking.all { explorer.assume(explorer.specifying { .!a.has(gone, resource, m) }) }
  }

  /// Follows the search for cells that forbid reconfiguration.
  func followLocks(besides cell: Word) {
    let (d, tables, locked) = (other, machine.snapshot, before.locked)
    machine.annotations[.lockCheck] = { i, _ in
      let mayLock =
        (tables.read(.phase, d) .== Word(known: Core.Phase.running)) .& (d .!= 0) .& (d .!= cell)
        .& .!tables.read(.cellFlags, d).has(CellFlag.passive)
      return ((d .< i) .& mayLock) ==> .!truth(locked(term(d)))
    }
  }

  static func followDestroy(_ m: SymbolicMachine) {
    let r = Refinement(m)
    r.followLocks(besides: m.argument("cell"))
    r.followHandOver(of: m.argument("cell"), clearing: .known(true), to: Word(known: Owner.root))
  }
  static func showDestroy(_ proof: PathProof) {
    let r = Refinement(proof)
    let (cell, caller) = (proof.machine.argument("cell"), r.cpu(proof.machine.argument("caller")))
    let a = r.after(proof)
    let holders = [r.before.chosenHolder(r.resource), a.chosenHolder(r.resource)]
    let occupant = Word(r.before.state.occupant(r.term(r.resource)))
    let cells = [cell, r.cell, 0, Word(known: Owner.hypervisor), occupant] + holders
    r.proveOthersKept(a, proof, gone: cell, then: cells)
    r.proveGone(a, proof, cell)
    r.assumeDefinitions(of: r.before, cells: cells)
    for c in cells { r.explorer.assume(r.explorer.specifying { a.holderDefinition(c, r.resource) }) }
    r.assumeModelInvariants(ownership, cells: cells, others: [cell, occupant] + holders)
    let destroy = Destroy<CoreLogic>(actor: r.logic.root, caller: r.term(caller), cell: r.term(cell))
    r.proveGuards(of: destroy)
    r.proveEffects(of: destroy, in: a)
  }
}

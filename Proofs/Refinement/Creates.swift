// SPDX-License-Identifier: Apache-2.0
// Refinement of create. The request that the model speaks of is what the new ledger says of the new cell.

import Core
import Models
import Symbolic

extension Refinement {
  /// A row of the new cell that is cleared: it holds the point's resource, and nobody uses it.
  private func isCleared(_ k: Word, of cell: Word, _ ledger: LedgerView) -> SymbolicTruth {
    ledger.covers(k, resource) .& (ledger.owner(k) .== cell) .& (machine.peek(.rank, k) .== 0)
  }
  /// Such a row, if there is any.
  private var clearedRow: Word {
    let word = explorer.context.bits(64)
    return Word(explorer.context.function("cleared.row", [word], word)(term(resource)))
  }
  /// Whether there is any. Like `Abstraction.has`, a predicate of its own.
  private var hasCleared: SymbolicTruth {
    let word = explorer.context.bits(64)
    return SymbolicTruth(
      explorer.context.function("cleared.has", [word], explorer.context.boolean)(term(resource)))
  }
  /// True by definition of `clearedRow` and `hasCleared`, for any row `k`.
  private func aboutCleared(_ k: Word, of cell: Word, _ ledger: LedgerView) -> [SymbolicTruth] {
    [isCleared(k, of: cell, ledger) ==> hasCleared, hasCleared ==> isCleared(clearedRow, of: cell, ledger)]
  }

  static func followCreate(_ m: SymbolicMachine) {
    let r = Refinement(m)
    let (cell, x) = (m.argument("cell"), r.resource)
    r.followLocks(besides: cell)
    let tables = m.snapshot
    m.definitions[.takeOver] = { i in
      let a = r.building(rows: m.bound)
      return r.known(of: i) + r.aboutCleared(i, of: cell, a.ledger)
        + [a.definition(i, cell, x, .any), a.meaning(cell, x, .any)]
    }
    m.annotations[.takeOver] = { i, _ in
      let a = r.building(rows: m.bound)
      let isFound = r.hasCleared
      let cpuRow = a.row(cell, x, .any)
      let now = m.peek(.occupant, r.number)
      let isParked = now .== Word(known: Owner.hypervisor)
      let isKept =
        r.isThere ==> ((now .== tables.read(.occupant, r.number)) .| (isParked .& a.has(cell, x, .any)))
      return (((r.clearedRow .< i) .& isFound) ==> m.isScrubbed) .& (m.isScrubbed ==> isFound)
        .& ((r.isThere .& (cpuRow .< i) .& a.has(cell, x, .any)) ==> isParked) .& isKept
    }
  }

  /// Some cell that claims the point's resource already.
  private var peer: (Term) -> Term {
    let word = explorer.context.bits(64)
    let function = explorer.context.function("peer", [word], word)
    return { function($0) }
  }

  /// That the new ledger's claims are exclusive, of the rows by which `c` and `d` have the point's resource.
  private func exclusion(_ a: Abstraction, _ c: Word, _ d: Word) -> [SymbolicTruth] {
    let markings = [Marking.any, .private_, .right(Marks.execute)]
    return explorer.specifying {
      markings.flatMap { m in
        markings.map { a.ledger.areExclusive(a.row(c, resource, m), a.row(d, resource, $0)) }
      }
    }
  }

  static func showCreate(_ proof: PathProof) {
    let r = Refinement(proof)
    let x = r.resource
    let (cell, caller) = (proof.machine.argument("cell"), r.cpu(proof.machine.argument("caller")))
    let a = r.after(proof)
    let old = r.before.chosenHolder(x)
    let new = a.chosenHolder(x)
    let peer = Word(r.peer(r.term(x)))
    r.proveOthersKept(
      a, proof, gone: cell, then: [r.cell, r.other, 0, Word(known: Owner.hypervisor), old, new, peer])

    let after = a.state
    let (c, l) = (r.term(cell), r.logic)
    let request = Request<CoreLogic>(
      claims: { after.claims(c, $0, $1) }, keepsRoot: { after.keepsRoot(c, $0) },
      loadable: { after.loadable(c, $0) }, confidential: after.confidential(c), passive: after.passive(c),
      peer: r.peer)
    let create = Create<CoreLogic>(actor: l.root, caller: r.term(caller), cell: c, request: request)
    let own = r.definitions(of: a, cells: [cell]) + Marking.all.flatMap { r.known(of: a.row(cell, x, $0)) }
    r.proveCPUs(a, cell, caller)
    r.proveNoConflict(a, cell, r.other)
    r.proveGuards(of: create) { name in
      switch name {
      case "no conflict with another claim": r.definitions(of: a, cells: [cell, r.other])
      case "its CPUs are root's":
        r.definitions(of: a, cells: [cell])
          + r.modelInvariants(ownership, cells: [0, old], others: [0, old])
      case "a CPU is not shared", "a pin is not shared", "a CPU is not loadable", "a pin is not loadable": own
      case "the peer is a peer": r.isPeer(r.other)
      default: []
      }
    }
    r.proveClearing(a, cell, own)
    r.proveEffects(of: create, in: a) { name in
      switch name {
      case "holder":
        own + r.definitions(of: a, cells: [old, new]) + r.exclusion(a, cell, old) + r.exclusion(a, cell, new)
          + r.holderDefinitions(of: a, cells: [cell, old]) + r.holderDefinitions(of: r.before, cells: [new])
          + r.modelInvariants(ownership, cells: [old, new], others: [0, old, new])
      case "occupant": own
      case "content": r.definitions(of: a, cells: [cell])
      default: []
      }
    }
  }

  /// Shows that the new cell's CPUs run root, and that the one that asks is none of them.
  private func proveCPUs(_ a: Abstraction, _ cell: Word, _ caller: Word) {
    let occupant = Word(before.state.occupant(term(resource)))
    let any = a.row(cell, resource, .any)
    explorer.prove(
      "refines create: its CPUs run root",
      explorer.specifying { (a.has(cell, resource, .any) .& isCPU) ==> (occupant .== 0) },
      given: explorer.specifying { [a.meaning(cell, resource, .any), a.ledger.isClaim(any)] } + known(of: any)
    )
    for marking in Marking.rights.map(Marking.right) {
      let row = a.row(cell, caller, marking)
      explorer.prove(
        "refines create: the calling CPU is not claimed",
        explorer.specifying { .!a.has(cell, caller, marking) },
        given: explorer.specifying { [a.meaning(cell, caller, marking), a.ledger.isClaim(row)] }
          + known(of: row))
    }
  }

  /// Shows that what the new cell and `d` both claim is a channel for both.
  private func proveNoConflict(_ a: Abstraction, _ cell: Word, _ d: Word) {
    let (any, execute) = (Marking.any, Marking.right(Marks.execute))
    for (mine, others) in [(.private_, any), (any, .private_), (execute, any), (any, execute)]
      as [(Marking, Marking)]
    {
      let rows = (a.row(cell, resource, mine), a.row(d, resource, others))
      explorer.prove(
        "refines create: what two cells claim is a channel",
        explorer.specifying {
          ((d .!= cell) .& (d .!= 0)) ==> .!(a.has(cell, resource, mine) .& a.has(d, resource, others))
        },
        given: explorer.specifying {
          [
            a.meaning(cell, resource, mine), a.meaning(d, resource, others), a.ledger.isClaim(rows.0),
            a.ledger.isClaim(rows.1), a.ledger.areExclusive(rows.0, rows.1),
          ]
        })
    }
  }

  /// The peer is some guest that lives and claims the point's resource, if there is one: by definition, for any `d`.
  private func isPeer(_ d: Word) -> [SymbolicTruth] {
    let (s, x) = (before.state, term(resource))
    func isPeer(_ d: Term) -> Term { s.isGuest(d) .& s.live(d) .& s.claimed(d, x) }
    return explorer.specifying { [truth(isPeer(term(d)).implies(isPeer(peer(x))))] }
  }

  /// Shows, step by step, when the point's resource is cleared: it is what the new cell takes from root, or a channel that
  /// nobody uses.
  private func proveClearing(_ a: Abstraction, _ cell: Word, _ own: [SymbolicTruth]) {
    let x = resource
    let (taken, any) = (a.row(cell, x, .private_), a.row(cell, x, .any))
    func about(_ row: Word) -> [SymbolicTruth] {
      explorer.specifying { aboutCleared(row, of: cell, a.ledger) } + known(of: row)
    }
    func show(_ name: String, given: [SymbolicTruth], _ truth: () -> SymbolicTruth) {
      explorer.prove("refines create: \(name)", explorer.specifying(truth), given: given)
    }
    show("exactly cleared rows are scrubbed", given: about(clearedRow)) {
      equal(machine.isScrubbed, hasCleared)
    }
    show("a row is cleared only if the cell claims it", given: about(clearedRow) + own + atCleared(a, cell)) {
      hasCleared ==> a.has(cell, x, .any)
    }
    show("what is taken from root is cleared", given: own + about(taken)) {
      a.has(cell, x, .private_) ==> hasCleared
    }
    let holder = before.chosenHolder(x)
    show(
      "a channel is nobody's own",
      given: own + definitions(of: a, cells: [holder]) + exclusion(a, cell, holder)
    ) {
      let taker = truth(before.state.takes(term(holder), term(x)))
      return (a.has(cell, x, .any) .& .!a.has(cell, x, .private_)) ==> .!taker
    }
    let peer = Word(self.peer(term(x)))
    let isCleared = about(clearedRow) + atCleared(a, cell)
    for (who, d, markings) in [
      ("root", Word(known: Owner.root), [Marking.right(Marks.read)]),
      ("the peer", peer, Marking.rights.map(Marking.right)),
    ] {
      for marking in markings {
        let row = a.row(d, x, marking)
        let given =
          isCleared + known(of: clearedRow, row)
          + explorer.specifying { [a.meaning(d, x, marking), a.ledger.isClaim(row)] }
        show("a cleared channel is not used by \(who)", given: given) {
          let isUser = SymbolicTruth.known(who == "root") .| truth(before.state.isGuest(term(d)))
          return (isUser .& (d .!= cell) .& hasCleared .& .!a.has(cell, x, .private_)) ==> .!a.has(
            d, x, marking)
        }
      }
    }
    let user = machine.peek(.rank, any) &- 1
    let owner = a.ledger.owner(user)
    let ofUser = explorer.specifying {
      [a.ledger.isClaim(user), a.definition(user, 0, x, .right(Marks.read))]
        + Marking.rights.map { a.definition(user, owner, x, .right($0)) }
    }
    show(
      "a channel that keeps its content is used",
      given: own + about(any) + ofUser + isPeer(owner) + kept(a, [owner], gone: cell)
    ) {
      let s = before.state
      let joined = truth(s.isGuest(term(peer)) .& s.live(term(peer)) .& s.claimed(term(peer), term(x)))
      return (a.has(cell, x, .any) .& .!hasCleared) ==> (a.has(0, x, .right(Marks.read)) .| joined)
    }
  }

  /// What the cleared row is a witness of.
  private func atCleared(_ a: Abstraction, _ cell: Word) -> [SymbolicTruth] {
    explorer.specifying {
      [a.ledger.isClaim(clearedRow)]
        + [Marking.any, .private_].map { a.definition(clearedRow, cell, resource, $0) }
    }
  }
}

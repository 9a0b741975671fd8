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
  private func known(of first: Word, _ old: Word? = nil) -> [SymbolicTruth] {
    let row = (machine.arbitrary(Ghost.firstRow), first)
    return explorer.instances(old.map { [row, (machine.arbitrary(Ghost.oldRow), $0)] } ?? [row])
  }

  static func followCreate(_ m: SymbolicMachine) {
    let r = Refinement(m)
    let (cell, x) = (m.argument("cell"), r.resource)
    r.followLocks(besides: cell)
    let number = x &- Word(known: Space.cpu.origin)
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
      let now = m.peek(.occupant, number)
      let isThere = ((x >> 60) .== Word(known: Space.cpu.rawValue)) .& (number .< a.ledger.cpus)
      let isParked = now .== Word(known: Owner.hypervisor)
      let isKept =
        isThere ==> ((now .== tables.read(.occupant, number)) .| (isParked .& a.has(cell, x, .any)))
      return (((r.clearedRow .< i) .& isFound) ==> m.isScrubbed) .& (m.isScrubbed ==> isFound)
        .& ((isThere .& (cpuRow .< i) .& a.has(cell, x, .any)) ==> isParked) .& isKept
    }
  }

  /// Some cell that claims the point's resource already.
  private var peer: (Term) -> Term {
    let word = explorer.context.bits(64)
    let function = explorer.context.function("peer", [word], word)
    return { function($0) }
  }

  /// What is known of row `k` of the new ledger, which `definitions` speaks of.
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
    r.proveGuards(of: create) { name in
      switch name {
      case "no conflict with another claim":
        own + r.definitions(of: a, cells: [r.other]) + r.exclusion(a, cell, r.other)
      case "its CPUs are root's":
        own + r.definitions(of: a, cells: [old]) + r.exclusion(a, cell, old)
          + r.modelInvariants(ownership, cells: [0, old], others: [0, old])
      case "the calling CPU stays":
        r.definitions(of: a, cells: [cell], at: [caller])
          + Marking.all.flatMap { r.known(of: a.row(cell, caller, $0)) }
      case "a CPU is not shared", "a pin is not shared", "a CPU is not loadable", "a pin is not loadable": own
      case "the peer is a peer": r.isPeer(r.other)
      default: []
      }
    }
    r.proveEffects(of: create, in: a) { name in
      switch name {
      case "holder":
        own + r.definitions(of: a, cells: [old, new]) + r.exclusion(a, cell, old) + r.exclusion(a, cell, new)
          + r.holderDefinitions(of: a, cells: [cell, old]) + r.holderDefinitions(of: r.before, cells: [new])
          + r.modelInvariants(ownership, cells: [old, new], others: [0, old, new])
      case "occupant": own
      case "content": r.aboutContent(a, cell, own)
      default: []
      }
    }
  }

  /// The peer is some guest that lives and claims the point's resource, if there is one: by definition, for any `d`.
  private func isPeer(_ d: Word) -> [SymbolicTruth] {
    let (s, x) = (before.state, term(resource))
    func isPeer(_ d: Term) -> Term { s.isGuest(d) .& s.live(d) .& s.claimed(d, x) }
    return explorer.specifying { [truth(isPeer(term(d)).implies(isPeer(peer(x))))] }
  }

  /// What decides whether the point's resource is cleared: the row that is cleared, those that a channel's content depends
  /// on, and who uses them.
  private func aboutContent(_ a: Abstraction, _ cell: Word, _ own: [SymbolicTruth]) -> [SymbolicTruth] {
    let x = resource
    let rows = [Marking.any, .private_].map { a.row(cell, x, $0) } + [clearedRow]
    let users = rows.map { machine.peek(.rank, $0) &- 1 }
    let owners = users.map { a.ledger.owner($0) }
    let peer = Word(self.peer(term(x)))
    let holder = before.chosenHolder(x)
    var result =
      own + definitions(of: a, cells: [0, peer, holder]) + known(of: clearedRow) + exclusion(a, cell, holder)
    for row in rows { result += explorer.specifying { aboutCleared(row, of: cell, a.ledger) } }
    result += explorer.specifying {
      [a.ledger.isClaim(clearedRow)] + Marking.all.map { a.definition(clearedRow, cell, x, $0) }
        + [Marking.any, .private_].map { a.ledger.areExclusive(clearedRow, a.row(holder, x, $0)) }
    }
    for (user, owner) in zip(users, owners) {
      result += explorer.specifying {
        [a.ledger.isClaim(user)]
          + Marking.all.flatMap { [a.definition(user, owner, x, $0), a.definition(user, 0, x, $0)] }
      }
      result += isPeer(owner) + kept(a, [owner], gone: cell)
    }
    for row in rows {
      for user in [a.row(0, x, .right(Marks.read))] + Marking.rights.map({ a.row(peer, x, .right($0)) }) {
        result += known(of: row, user)
      }
    }
    return result
  }
}

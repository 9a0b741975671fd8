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
      let cleared = r.isCleared(i, of: cell, a.ledger) ==> r.isCleared(r.clearedRow, of: cell, a.ledger)
      return r.known(of: i) + [cleared, a.definition(i, cell, x, .any)]
    }
    m.annotations[.takeOver] = { i, _ in
      let a = r.building(rows: m.bound)
      let isFound = r.isCleared(r.clearedRow, of: cell, a.ledger)
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

  static func showCreate(_ proof: PathProof) {
    let r = Refinement(proof)
    let (e, x) = (r.explorer, r.resource)
    let (cell, caller) = (proof.machine.argument("cell"), r.cpu(proof.machine.argument("caller")))
    let a = r.after(proof, changed: true)
    let holders = [r.before.chosenHolder(x), a.chosenHolder(x)]
    let peer = Word(r.peer(r.term(x)))
    // The rows of the new cell that matter, and who uses the channels among them.
    let own = [Marking.any, .private_, .right(Marks.execute)].map { a.row(cell, x, $0) } + [r.clearedRow]
    let users = own.map { proof.machine.peek(.rank, $0) &- 1 }
    let owners = users.map { a.ledger.owner($0) }
    let cells = [cell, r.cell, r.other, 0, Word(known: Owner.hypervisor), peer] + holders + owners
    r.proveOthersKept(a, proof, gone: cell, then: cells)

    for row in Marking.all.map({ a.row(cell, x, $0) }) + [r.clearedRow] {
      r.known(of: row).forEach(e.assume)
    }
    for marking in Marking.all { r.known(of: a.row(cell, caller, marking)).forEach(e.assume) }
    r.assumeDefinitions(of: a, cells: [cell, r.cell, r.other, 0, peer] + holders)
    r.assumeDefinitions(of: a, cells: [cell], at: [caller])
    r.assumeDefinitions(of: r.before, cells: [cell, r.cell, r.other, 0, peer] + holders)
    for (user, owner) in zip(users, owners) {
      e.assume(e.specifying { a.ledger.isClaim(user) })
      for marking in Marking.all {
        e.assume(e.specifying { a.definition(user, owner, x, marking) })
        e.assume(e.specifying { a.definition(user, 0, x, marking) })
      }
    }
    for marking in Marking.all {
      e.assume(e.specifying { a.definition(r.clearedRow, cell, x, marking) })
    }
    for row in own {
      e.assume(
        e.specifying {
          r.isCleared(row, of: cell, a.ledger) ==> r.isCleared(r.clearedRow, of: cell, a.ledger)
        })
      for d in [r.other, Word(known: Owner.hypervisor)] + holders {
        for marking in [Marking.any, .private_, .right(Marks.execute)] {
          e.assume(e.specifying { a.ledger.areExclusive(row, a.row(d, x, marking)) })
        }
      }
      for user in [a.row(0, x, .right(Marks.read))] + Marking.rights.map({ a.row(peer, x, .right($0)) }) {
        r.known(of: row, user).forEach(e.assume)
      }
    }
    let s = r.before.state
    for d in [r.other] + owners {
      let d = r.term(d)
      func isPeer(_ d: Term) -> Term { s.isGuest(d) .& s.live(d) .& s.claimed(d, r.term(x)) }
      e.assume(e.specifying { r.truth(isPeer(d).implies(isPeer(r.term(peer)))) })
    }
    r.assumeModelInvariants(
      ownership, cells: [cell, r.other, 0, Word(known: Owner.hypervisor)] + holders, others: [0] + holders)

    let after = a.state
    let (c, l) = (r.term(cell), r.logic)
    let request = Request<CoreLogic>(
      claims: { after.claims(c, $0, $1) }, keepsRoot: { after.keepsRoot(c, $0) },
      loadable: { after.loadable(c, $0) }, confidential: after.confidential(c), passive: after.passive(c),
      peer: r.peer)
    let create = Create<CoreLogic>(actor: l.root, caller: r.term(caller), cell: c, request: request)
    r.proveGuards(of: create)
    r.proveEffects(of: create, in: a)
  }
}

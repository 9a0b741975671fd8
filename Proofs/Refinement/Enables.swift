// SPDX-License-Identifier: Apache-2.0
// Refinement of enable. Root's configuration, and what is reserved, are what the new ledger says of root and the
// hypervisor.

import Core
import Models
import Symbolic

extension Refinement {
  static func followEnable(_ m: SymbolicMachine) {
    let r = Refinement(m)
    let (x, execute) = (r.resource, Marking.right(Marks.execute))
    let caller = r.cpu(m.argument("caller"))
    m.definitions[.callerCheck] = { i in
      let a = r.building(rows: m.bound)
      return r.known(of: i) + [a.definition(i, 0, caller, execute)]
    }
    m.annotations[.callerCheck] = { _, state in
      (state[0] .!= 0) ==> r.building(rows: m.bound).has(0, caller, execute)
    }
    m.annotations[.clearCPUs] = { i, _ in
      (r.isThere .& (r.number .< i)) ==> (m.peek(.occupant, r.number) .== Word(known: Owner.hypervisor))
    }
    m.definitions[.rootCPUs] = { i in
      let a = r.building(rows: m.bound)
      return r.known(of: i) + [a.definition(i, 0, x, execute), a.meaning(0, x, execute)]
    }
    m.annotations[.rootCPUs] = { i, _ in
      let a = r.building(rows: m.bound)
      let now = m.peek(.occupant, r.number)
      let isRoots = (now .== 0) .& a.has(0, x, execute)
      let isNamed = (a.row(0, x, execute) .< i) .& a.has(0, x, execute)
      return r.isThere
        ==> ((isRoots .| (now .== Word(known: Owner.hypervisor))) .& (isNamed ==> (now .== 0)))
    }
  }

  static func showEnable(_ proof: PathProof) {
    let r = Refinement(proof)
    let (e, x, hypervisor) = (r.explorer, r.resource, Word(known: Owner.hypervisor))
    let caller = r.cpu(proof.machine.argument("caller"))
    let a = r.after(proof)
    let holder = a.chosenHolder(x)
    // That no other cell lives is known of the ghost; so it is known of the arbitrary cell.
    e.instances([(proof.oldRow, r.cell)]).forEach(e.assume)
    e.instances([(proof.oldRow, holder)]).forEach(e.assume)
    let rows =
      [r.cell, holder, 0, hypervisor].flatMap { c in Marking.all.map { a.row(c, x, $0) } }
      + [a.row(hypervisor, caller, .any), a.row(0, caller, .right(Marks.execute))]
    for row in rows { r.known(of: row).forEach(e.assume) }
    r.assumeDefinitions(of: a, cells: [r.cell, holder, 0, hypervisor])
    for known in e.specifying({
      [a.meaning(hypervisor, caller, .any), a.meaning(0, caller, .right(Marks.execute))]
    }) {
      e.assume(known)
    }
    let (after, l) = (a.state, r.logic)
    let enable = Enable<CoreLogic>(
      caller: r.term(caller), base: { after.base($0, $1) },
      reserved: { after.claimed(l.hypervisor, $0) }, actor: l.root)
    r.proveGuards(of: enable)
    r.proveEffects(of: enable, in: a)
  }
}

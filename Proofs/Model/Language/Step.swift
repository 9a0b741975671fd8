// SPDX-License-Identifier: Apache-2.0
// Every transition of the model, with parameters of which nothing is known.

import Models
import Symbolic

/// A transition, and the terms that it speaks of.
struct Step {
  let transition: any Transition<TermLogic>
  let cells: [Term]
  let resources: [Term]
  /// Further cells that matter at a resource.
  var cellsAt: (Term) -> [Term] = { _ in [] }

  var name: String { transition.name }

  /// All transitions but enable.
  static func all(_ l: TermLogic) -> [Step] { management(l) + guests(l) }

  /// Enable, which starts from whatever there is.
  static func enable(_ l: TermLogic) -> Step {
    let caller = l.resource("caller")
    let base = l.context.function("wanted.base", [l.sorts.resource, l.sorts.right], l.context.boolean)
    let reserved = l.context.function("wanted.reserved", [l.sorts.resource], l.context.boolean)
    let step = Enable<TermLogic>(
      caller: caller, base: { base($0, $1) }, reserved: { reserved($0) }, actor: l.root)
    return Step(transition: step, cells: [], resources: [caller])
  }

  /// Root's calls.
  static func management(_ l: TermLogic) -> [Step] {
    let (root, caller, cell) = (l.root, l.resource("caller"), l.cell("cell"))
    let request = Request.arbitrary("request", l)
    func step(_ transition: any Transition<TermLogic>) -> Step {
      Step(transition: transition, cells: [cell], resources: [caller])
    }
    var create = step(Create<TermLogic>(actor: root, caller: caller, cell: cell, request: request))
    create.cellsAt = { [request.peer($0)] }
    return [
      create,
      step(SetLoadable<TermLogic>(actor: root, caller: caller, cell: cell)),
      step(Start<TermLogic>(actor: root, caller: caller, cell: cell)),
      step(Destroy<TermLogic>(actor: root, caller: caller, cell: cell)),
      step(Disable<TermLogic>(actor: root, caller: caller)),
    ]
  }

  /// What cells and their devices do, root's own steps included.
  static func guests(_ l: TermLogic) -> [Step] {
    let (actor, cell, cpu) = (l.cell("actor"), l.cell("cell"), l.resource("cpu"))
    let (from, to) = (l.resource("source"), l.resource("destination"))
    let (device, pin) = (l.resource("device"), l.resource("pin"))
    let (agrees, locks) = (l.truth("agrees"), l.truth("locks"))
    func step(_ transition: any Transition<TermLogic>, _ cells: [Term], _ resources: [Term]) -> Step {
      Step(transition: transition, cells: cells, resources: resources)
    }
    let load = Load<TermLogic>(actor: l.root, cpu: cpu, cell: cell, source: from, destination: to)
    let compute = Compute<TermLogic>(actor: actor, cpu: cpu, source: from, destination: to)
    let transfer = Transfer<TermLogic>(actor: actor, device: device, source: from, destination: to)
    return [
      step(load, [cell], [cpu, from, to]),
      step(compute, [actor], [cpu, from, to]),
      step(transfer, [actor], [device, from, to]),
      step(Route<TermLogic>(actor: actor, cpu: cpu, pin: pin, destination: to), [actor], [cpu, pin, to]),
      step(Interrupt<TermLogic>(actor: actor, pin: pin), [actor], [pin]),
      step(Reply<TermLogic>(actor: actor, cpu: cpu, agrees: agrees, locks: locks), [actor], [cpu]),
      step(ShutDown<TermLogic>(actor: actor, cpu: cpu), [actor], [cpu]),
      step(FailCPU<TermLogic>(actor: actor, cpu: cpu), [actor], [cpu]),
      step(Fail<TermLogic>(actor: actor), [actor], []),
    ]
  }
}

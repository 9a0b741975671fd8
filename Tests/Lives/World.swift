// SPDX-License-Identifier: Apache-2.0
// The core on a machine, and the model, side by side. Promise of `perform`: it says what is wrong, in words, or that
// nothing is: the core granted only what the model allows, and its tables then stand for the model's state; or it
// refused, for a reason, and changed nothing.

import Core
import Models
import Simulator

/// One machine and its model.
struct World<M: Machine> where M.W == UInt64 {
  /// What the core runs on.
  let machine: M
  /// The tables under it.
  let simulator: Simulator<UInt64>
  /// What the model says.
  var model = State<FiniteLogic>.off(Place.logic) { 100 + $0 }
  /// What was asked for, of those who live.
  var system: SystemWish?
  var living: [UInt64: Wish] = [:]
  /// Whether the model's invariants are tried after each step. (They are theorems of the model alone.)
  var triesInvariants = true
  /// Requests granted and refused, by kind and by reason.
  var counts: [String: Int] = [:]

  init(_ machine: M, over simulator: Simulator<UInt64>) {
    self.machine = machine
    self.simulator = simulator
  }

  /// Where the core lets an image be loaded; what it refused.
  struct Answer {
    var address: UInt64?
    var refusal: Refusal<UInt64>?
  }

  /// Takes the step. Nil: all is as it should be.
  mutating func perform(_ operation: Operation) -> String? {
    switch operation {
    case .say(let id, let state, let reply):
      (simulator.cellStates[id], simulator.cellReplies[id]) = (state, reply)
      return nil
    case .write(let id, let place):
      write(id, place)
      return broken()
    default: break
    }
    let before = begin()
    return judge(operation, ask(operation), since: before)
  }

  /// Something is about to be asked of the core: what it must leave alone where it refuses.
  mutating func begin() -> Kept {
    listen()
    simulator.clearLog()
    return Kept(simulator)
  }

  /// The core has answered. Nil: all is as it should be, and the model has done the same.
  mutating func judge(_ operation: Operation, _ answer: Answer, since before: Kept) -> String? {
    if let text = TablesInForce(simulator).difference() { return text }
    if let violation = simulator.violations.first { return "a promise of the core is broken: \(violation)" }
    guard let refusal = answer.refusal else {
      counts["\(operation.kind) granted", default: 0] += 1
      return granted(operation, answer.address)
    }
    counts["\(operation.kind) refused: \(refusal.reason)", default: 0] += 1
    let changed = Kept(simulator).changes(since: before)
    if !changed.isEmpty { return "refused (\(refusal.reason)), and yet these tables changed: \(changed)" }
    if !simulator.scrubbed.isEmpty { return "refused (\(refusal.reason)), and yet something was cleared" }
    guard case .steps(let steps) = moves(operation, granted: nil) else { return nil }
    let isAllowed = steps.allSatisfy { refusals($0).isEmpty } && !steps.isEmpty
    if !isAllowed || isExcuse(refusal.reason, for: operation) { return nil }
    return "the model allows it, and the core refuses without a reason that it may have: \(refusal.reason)"
  }

  /// The core granted the operation.
  private mutating func granted(_ operation: Operation, _ address: UInt64?) -> String? {
    let steps: [any Transition<FiniteLogic>]
    switch moves(operation, granted: address) {
    case .impossible(let why): return "the core grants what cannot be: \(why)"
    case .steps(let all): steps = all
    }
    if case .load(let id, let target, let size, _) = operation,
      address != self.address(of: target, size, in: id)
    {
      return "the core loads to \(String(describing: address)), which is not where the cell's region lies"
    }
    var next = model
    // Nothing is clear beforehand, so that what the step clears can be told.
    next.content = { 100 + $0 }
    next = next.tabulated
    for step in steps {
      let refused = refusals(step, in: next)
      if !refused.isEmpty {
        return "the core grants what the model refuses: not \(refused.joined(separator: ", not "))"
      }
      next = step.apply(next).tabulated
    }
    model = next
    remember(operation)
    if let difference = Meaning(simulator, ghosts: model).differences(from: model).first { return difference }
    return clearing() ?? (triesInvariants ? broken() : nil)
  }

  /// What was cleared is what the model cleared.
  private func clearing() -> String? {
    for (x, place) in Place.all.enumerated() where model.logic.isClearable(x) {
      let isCleared = simulator.scrubbed.contains { $0.base <= place.base && place.end <= $0.end }
      let isTouched = simulator.scrubbed.contains { $0.base < place.end && place.base < $0.end }
      let isDue = model.content(x) == model.logic.cleared
      if isDue && !isCleared { return "\(place.name) is not cleared, and must be" }
      if !isDue && isTouched { return "\(place.name) is cleared, and must not be" }
    }
    return nil
  }

  /// What is done is remembered.
  private mutating func remember(_ operation: Operation) {
    switch operation {
    case .enable(let wish, _): (system, living) = (wish, [:])
    case .create(let wish, let id, _): living[id] = wish
    case .destroy(let id, _): living[id] = nil
    case .disable: (system, living) = (nil, [:])
    default: break
    }
  }

  /// The model hears what the communication pages say now.
  private mutating func listen() {
    let states = (0..<Place.logic.cells).map { simulator.cellStates[Place.id($0)] ?? 0 }
    let replies = (0..<Place.logic.cells).map { simulator.cellReplies[Place.id($0)] ?? 3 }
    model.agrees = { states[$0] >= 2 || replies[$0] == 3 }
    model.locked = { $0 > 1 && states[$0] == 1 }
  }

  /// The cell writes there, if it runs and may.
  private mutating func write(_ id: UInt64, _ place: Int) {
    guard let cell = Place.cell(id) else { return }
    guard let cpu = Place.logic.cpus.sorted().first(where: { model.runs($0, cell) }) else { return }
    let step = Compute<FiniteLogic>(actor: cell, cpu: cpu, source: place, destination: place)
    if refusals(step).isEmpty {
      model = step.apply(model).tabulated
      counts["write", default: 0] += 1
    }
  }
}

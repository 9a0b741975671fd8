// SPDX-License-Identifier: Apache-2.0
// The log, step by step, on the model. Promise: what the image did the model allows, and what the image refused the model refuses, or there is a
// reason that may be; after each the image's ledger says what the model says.

import Core
import Models
import Naive

/// A replay.
struct Replay {
  private let universe: Universe
  private var model: State<FiniteLogic>
  private var system: NaiveSystem?
  private var names: [UInt64: [UInt8]] = [:]
  /// Steps done and refused, by name.
  private(set) var counts: [String: Int] = [:]

  init(_ log: [Told]) {
    var ranges: [Range<UInt64>] = []
    var system: NaiveSystem?
    var cells: UInt64 = 0
    func add(_ items: [Item]) { ranges += items.filter { $0.base < $0.end }.map { $0.base..<$0.end } }
    for told in log {
      ranges += told.rows.filter { $0.base < $0.end }.map { $0.base..<$0.end }
      if told.name == "enable", let said = NaiveSystem(told.bytes, assumed: 0) {
        system = said
        add(said.items(of: said.root, id: 0, communication: 0))
        ranges += said.reserved(communication: told.communication)
      }
      guard told.name == "create" else { continue }
      if told.errno == 0 { cells = max(cells, told.cell) }
      if let system, let cell = NaiveCell(cell: told.bytes) {
        add(system.items(of: cell, id: told.cell, communication: told.communication))
      }
    }
    universe = Universe(ranges, cells: cells)
    model = State<FiniteLogic>.off(universe.logic) { 100 + $0 }
  }

  /// What a transition is in the model; nil where the model has no words for it, and then it must be refused.
  private func step(_ told: Told) -> (any Transition<FiniteLogic>)? {
    guard let cpu = universe.cpu(told.cpu) else { return nil }
    let cell = universe.cell(told.cell)
    switch told.name {
    case "enable":
      guard let system = NaiveSystem(told.bytes, assumed: 0) else { return nil }
      let own = system.items(of: system.root, id: 0, communication: told.communication).spread(universe)
      let ranges = system.reserved(communication: told.communication)
      let reserved = universe.starts.map { word in ranges.contains { $0.contains(word) } }
      return Enable(caller: cpu, base: { own.rights[$0][$1] }, reserved: { reserved[$0] }, actor: 0)
    case "create": return create(told, cpu)
    case "set-loadable": return cell.map { SetLoadable(actor: 0, caller: cpu, cell: $0) }
    case "start": return cell.map { Start(actor: 0, caller: cpu, cell: $0) }
    case "destroy": return cell.map { Destroy(actor: 0, caller: cpu, cell: $0) }
    case "fail-cpu": return FailCPU(actor: model.occupant(cpu), cpu: cpu)
    case "fail", "expire": return cell.map { Fail(actor: $0) }
    case "disable": return Disable(actor: 0, caller: cpu)
    default: return nil
    }
  }

  private func create(_ told: Told, _ cpu: Int) -> (any Transition<FiniteLogic>)? {
    guard let system, let cell = universe.cell(told.cell) else { return nil }
    // It was refused before its configuration was looked at: so it must be, whatever stands there.
    if told.bytes.isEmpty && told.errno != 0 {
      let nothing = Request<FiniteLogic>(
        claims: { _, _ in false }, keepsRoot: { _ in false }, loadable: { _ in false }, confidential: false,
        passive: false, peer: { _ in 0 })
      return Create(actor: 0, caller: cpu, cell: cell, request: nothing)
    }
    guard let asked = NaiveCell(cell: told.bytes) else { return nil }
    let items = system.items(of: asked, id: told.cell, communication: told.communication)
    // What does not even divide the universe was never had by anybody.
    guard items.allSatisfy({ item in item.base < item.end }) else { return nil }
    let own = items.spread(universe)
    let (model, logic) = (self.model, universe.logic)
    let peers = universe.starts.indices.map { x in
      (2..<logic.cells).first { model.live($0) && model.claimed($0, x) } ?? 0
    }
    let request = Request<FiniteLogic>(
      claims: { own.rights[$0][$1] }, keepsRoot: { own.keeps[$0] }, loadable: { own.opens[$0] },
      confidential: asked.flags & CellFlag.confidential != 0, passive: asked.flags & CellFlag.passive != 0,
      peer: { peers[$0] })
    return Create(actor: 0, caller: cpu, cell: cell, request: request)
  }

  /// The guards that fail.
  private func refusals(_ step: some Transition<FiniteLogic>) -> [String] {
    var names: [String] = []
    for point in universe.logic.points where point.cell == 0 && point.right == 0 {
      for guarded in step.guards(model, point) where !guarded.holds && !names.contains(guarded.name) {
        names.append(guarded.name)
      }
    }
    return names
  }

  /// A name that is somebody's (-EEXIST) is a reason of which the model knows nothing.
  private func isExcused(_ told: Told) -> Bool {
    guard told.name == "create", told.errno == 17, let asked = NaiveCell(cell: told.bytes) else {
      return false
    }
    return asked.name == system?.root.name || names.values.contains(asked.name)
  }

  /// Replays one. What is wrong, in words.
  mutating func replay(_ told: Told) -> String? {
    let states = told.cells
    let ids = (0..<universe.logic.cells).map(universe.id)
    model.agrees = { (states[ids[$0]]?.state ?? 2) >= 2 || states[ids[$0]]?.reply == 3 }
    model.locked = { $0 > 1 && states[ids[$0]]?.state == 1 }
    let step = step(told)
    let refused = step.map { refusals($0) } ?? ["the model has no words for it"]
    counts["\(told.name) \(told.errno == 0 ? "done" : "refused")", default: 0] += 1
    if told.errno != 0 {
      if refused.isEmpty && !isExcused(told) { return "the model allows it, and the image refuses" }
    } else {
      guard let step, refused.isEmpty else {
        return "the image does it, and the model refuses: not \(refused.joined(separator: ", not "))"
      }
      model = step.apply(model).tabulated
      remember(told)
    }
    if !model.enabled { return nil }
    return Ownership(told, universe).difference(from: model)
  }

  private mutating func remember(_ told: Told) {
    switch told.name {
    case "enable": (system, names) = (NaiveSystem(told.bytes, assumed: 0), [:])
    case "create": names[told.cell] = NaiveCell(cell: told.bytes)?.name
    case "destroy": names[told.cell] = nil
    default: break
    }
  }
}

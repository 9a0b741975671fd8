// SPDX-License-Identifier: Apache-2.0
// What the core's tables mean: the state of the model that they stand for, place by place. The same abstraction as in
// Proofs/Refinement/Abstraction.swift, computed instead of stated.

import Core
import Models
import Simulator

/// What a machine's tables say, read once.
struct Meaning {
  /// The state. Ghosts, routes, contents and answers, of which the core holds nothing, are another state's.
  let state: State<FiniteLogic>
  /// Places that two cells take from root, in words.
  let quarrels: [String]

  private static let marks: [UInt64] = [Marks.read, Marks.write, Marks.execute, Marks.dma]

  init(_ machine: Simulator<UInt64>, ghosts: State<FiniteLogic>) {
    let logic = Place.logic
    let rows = machine.ledger()
    let (cells, places) = (0..<logic.cells, Place.all.indices)
    // By cell and place: the marks of every row that covers it.
    let found: [[[UInt64]]] = cells.map { cell in
      let own = rows.filter { $0.owner == Place.id(cell) }
      return places.map { x in
        own.filter { $0.base <= Place.all[x].base && Place.all[x].base < $0.end }.map(\.marks)
      }
    }
    let phases = cells.map { cell -> Int in
      if cell == logic.hypervisor { return PhaseName.running.rawValue }
      return Int(machine.phase(of: Place.id(cell)))
    }
    func isLive(_ c: Int) -> Bool { phases[c] != PhaseName.absent.rawValue }
    let flags = cells.map { $0 > 1 && isLive($0) ? machine.read(.cellFlags, Place.id($0)) : 0 }
    let loaded = cells.map { $0 > 1 && isLive($0) && machine.read(.loaded, Place.id($0)) == 1 }
    let keeps = cells.map { c in
      places.map { x in
        c > 1 && !found[c][x].isEmpty && found[c][x].allSatisfy { $0 & Marks.keepsRoot != 0 }
      }
    }
    let opens = cells.map { c in
      places.map { x in
        c > 1 && found[c][x].contains { $0 & Marks.loadable != 0 }
          && found[c][x].allSatisfy { $0 & (Marks.loadable | Marks.keepsRoot) != 0 }
      }
    }
    let takers = places.map { x in
      cells.filter { c in
        let isOpen = opens[c][x] && phases[c] == PhaseName.loadable.rawValue
        return c != 0 && isLive(c) && !found[c][x].isEmpty && !keeps[c][x] && !isOpen
      }
    }
    let occupants = places.map { x -> Int in
      guard logic.isCPU(x) else { return logic.hypervisor }
      let owner = machine.read(.occupant, Place.all[x].base - Space.cpu.origin)
      // A word that is no cell's must differ from every cell.
      return Place.cell(owner) ?? -1
    }
    func has(_ c: Int, _ x: Int, _ right: Int) -> Bool {
      found[c][x].contains { $0 & Self.marks[right] != 0 }
    }

    var state = ghosts
    state.enabled = machine.read(.registers, Register.enabled) == 1
    state.phase = { phases[$0] }
    state.confidential = { flags[$0] & CellFlag.confidential != 0 }
    state.passive = { flags[$0] & CellFlag.passive != 0 }
    state.loaded = { loaded[$0] }
    state.claims = { c, x, r in c == 1 ? !found[c][x].isEmpty : c > 1 && has(c, x, r) }
    state.keepsRoot = { keeps[$0][$1] }
    state.loadable = { opens[$0][$1] }
    state.base = { x, r in has(0, x, r) }
    state.holder = { takers[$0].first ?? 0 }
    state.occupant = { occupants[$0] }
    self.state = state
    quarrels = places.filter { takers[$0].count > 1 }.map {
      "\(Place.all[$0].name) is taken from root by cells \(takers[$0].map(Place.id)) at once"
    }
  }

  /// What differs from what the model says, in words: the first difference of each component.
  func differences(from model: State<FiniteLogic>) -> [String] {
    var texts = quarrels
    let (cells, places) = (0..<Place.logic.cells, Place.all.indices)
    func compare<V: Equatable>(_ what: String, _ core: V, _ model: V) {
      if core != model && !texts.contains(where: { $0.hasPrefix(what) }) {
        texts.append("\(what): the core's tables say \(core), the model says \(model)")
      }
    }
    if state.enabled != model.enabled { return texts + ["enabled: the core says \(state.enabled)"] }
    for c in cells { compare("phase of cell \(Place.id(c))", state.phase(c), model.phase(c)) }
    // Nothing else means anything once the hypervisor has left.
    if !state.enabled { return texts }
    for c in cells {
      let cell = "cell \(Place.id(c))"
      compare("\(cell), confidential", state.confidential(c), model.confidential(c))
      compare("\(cell), loaded", state.loaded(c), model.loaded(c))
      compare("\(cell), passive", state.passive(c), model.passive(c))
      for x in places {
        let at = "\(cell), \(Place.all[x].name)"
        for r in RightName.allCases {
          compare("\(at), right to \(r)", state.claims(c, x, r.rawValue), model.claims(c, x, r.rawValue))
        }
        compare("\(at), ROOTSHARED", state.keepsRoot(c, x), model.keepsRoot(c, x))
        compare("\(at), LOADABLE", state.loadable(c, x), model.loadable(c, x))
      }
    }
    for x in places {
      let at = Place.all[x].name
      for r in RightName.allCases {
        compare("\(at), root's base, \(r)", state.base(x, r.rawValue), model.base(x, r.rawValue))
      }
      compare("\(at), holder", state.holder(x), model.holder(x))
      if Place.logic.isCPU(x) { compare("\(at), occupant", state.occupant(x), model.occupant(x)) }
    }
    return texts
  }
}

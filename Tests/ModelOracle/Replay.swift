// SPDX-License-Identifier: Apache-2.0
// The oracle: a log of transitions, taken on the model one after the other. Promise: nothing is found only where each transition that the image has done
// is one that the model allows, and leads to the state that the image tells of; and each that it refused changed nothing, and the model refuses it too
// or has no words for the reason.

import Models
import Naive

/// What a log comes to.
public struct Verdict {
  /// What differs, in words.
  public internal(set) var findings: [String] = []
  /// Transitions done and refused, by kind.
  public internal(set) var counts: [String: Int] = [:]
}

/// Replays a log on the model.
public func replay(_ log: String) throws(BrokenLog) -> Verdict {
  var replay = Replay(try Told.all(in: log))
  return replay.verdict()
}

private struct Replay {
  let all: [Told]
  let universe: Universe
  var model: State<FiniteLogic>
  /// What the image told last.
  var state: ToldState?
  var system: NaiveSystem?
  /// Configurations of who lives, and what they say.
  var living: [UInt64: NaiveCell] = [:]
  var grants: [UInt64: [Grant]] = [:]

  init(_ all: [Told]) {
    self.all = all
    var ranges: [(base: UInt64, end: UInt64)] = []
    var cells: Set<UInt64> = []
    var system: NaiveSystem?
    for told in all {
      ranges += told.after.rows.map { ($0.base, $0.end) }
      cells.insert(told.cell)
      if told.operation == "enable", let named = NaiveSystem(told.config, assumed: 0) {
        system = named
        ranges += named.reserved(communication: told.communication)
        ranges += named.root.grants(in: named, page: nil).map { ($0.base, $0.end) }
      }
      if told.operation == "create", let system, let named = NaiveCell(cell: told.config) {
        let page = told.communication + told.cell << 12
        ranges += named.grants(in: system, page: page).map { ($0.base, $0.end) }
      }
    }
    universe = Universe(ranges, cells: cells)
    model = .off(universe.logic) { 100 + $0 }
  }

  mutating func verdict() -> Verdict {
    var verdict = Verdict()
    for told in all {
      verdict.counts["\(told.operation) \(told.errno == 0 ? "done" : "refused")", default: 0] += 1
      let texts = judge(told)
      if texts.isEmpty { continue }
      verdict.findings += texts.map { "line \(told.line), \(told.words): \($0)" }
      // What follows would be the same difference again and again.
      break
    }
    return verdict
  }

  private mutating func judge(_ told: Told) -> [String] {
    defer { state = told.after }
    hear(told)
    let step = transition(of: told)
    let refused = step.map { refusals($0) } ?? ["there is no such step"]
    if told.errno != 0 { return judgeRefusal(told, refused) }
    guard let step, refused.isEmpty else {
      return ["done, and the model refuses it: not \(refused.joined(separator: ", not "))"]
    }
    if isDryRun && told.operation == "create" { return ["done, in a dry run, where no cell may be"] }
    model = step.apply(model).tabulated
    remember(told)
    return told.after.differences(from: model, in: universe) { guests($0, $1) }
  }

  private func judgeRefusal(_ told: Told, _ refused: [String]) -> [String] {
    // Enable is tried in a fresh image: nothing is there of the one before.
    let before = told.operation == "enable" ? nil : state
    if told.operation == "enable", told.after.isEnabled || !told.after.rows.isEmpty {
      return ["refused, and yet the hypervisor is enabled, or somebody owns something"]
    }
    if let before, before != told.after {
      return ["refused, and yet something is not what it was"]
    }
    if refused.isEmpty && !isNameTaken(told) && !(isDryRun && told.operation == "create") {
      return ["refused (reason \(told.reason), errno \(told.errno)), and the model allows it"]
    }
    return []
  }

  /// Root is not held to its configuration, and no cell is created: the model has no words for that (bit 31 of the system
  /// configuration's flags).
  private var isDryRun: Bool { (system?.flags ?? 0) >> 31 & 1 == 1 }

  /// The model knows no names.
  private func isNameTaken(_ told: Told) -> Bool {
    guard told.operation == "create", told.errno == 17, let cell = NaiveCell(cell: told.config) else {
      return false
    }
    return living.values.contains { $0.name == cell.name } || system?.root.name == cell.name
  }

  /// The model hears what the core heard. What it did not look at, the page says; a cell without a page agrees to nothing.
  private mutating func hear(_ told: Told) {
    func state(_ c: Int) -> UInt64 { told.states[universe.id(c)] ?? told.pages[universe.id(c)]?.state ?? 0 }
    func reply(_ c: Int) -> UInt64 { told.replies[universe.id(c)] ?? told.pages[universe.id(c)]?.reply ?? 0 }
    let agrees = (0..<universe.logic.cells).map { $0 > 1 && (state($0) >= 2 || reply($0) == 3) }
    let locks = (0..<universe.logic.cells).map { $0 > 1 && state($0) == 1 }
    model.agrees = { agrees[$0] }
    model.locked = { locks[$0] }
  }

  /// What was tried, in the model; nil where the model has no words for it.
  private func transition(of told: Told) -> (any Transition<FiniteLogic>)? {
    guard let cell = universe.cell(told.cell) else { return nil }
    let cpu = universe.cpu(told.cpu)
    switch told.operation {
    case "fail", "expire": return Fail(actor: cell)
    case "fail-cpu": return cpu.map { FailCPU(actor: model.occupant($0), cpu: $0) }
    default: break
    }
    guard let cpu else { return nil }
    switch told.operation {
    case "enable":
      guard let system = NaiveSystem(told.config, assumed: 0) else { return nil }
      let base = rights(system.root.grants(in: system, page: nil))
      let reserved = system.reserved(communication: told.communication)
      let isReserved = universe.places.map { place in
        reserved.contains { $0.base <= place.base && place.base < $0.end }
      }
      return Enable(caller: cpu, base: { base[$0][$1] }, reserved: { isReserved[$0] }, actor: 0)
    case "create":
      guard let system, let named = NaiveCell(cell: told.config) else { return nil }
      let grants = named.grants(in: system, page: told.communication + told.cell << 12)
      return Create(actor: 0, caller: cpu, cell: cell, request: request(named, grants))
    case "set-loadable": return SetLoadable(actor: 0, caller: cpu, cell: cell)
    case "start": return Start(actor: 0, caller: cpu, cell: cell)
    case "destroy": return Destroy(actor: 0, caller: cpu, cell: cell)
    case "disable": return Disable(actor: 0, caller: cpu)
    default: return nil
    }
  }

  private func rights(_ grants: [Grant]) -> [[Bool]] {
    universe.places.map { place in
      let here = grants.filter { $0.covers(place.base) }
      return (0..<4).map { right in here.contains { $0.rights[right] } }
    }
  }
  private func request(_ cell: NaiveCell, _ grants: [Grant]) -> Request<FiniteLogic> {
    let rights = rights(grants)
    let here = universe.places.map { place in grants.filter { $0.covers(place.base) } }
    let kept = here.map { !$0.isEmpty && $0.allSatisfy(\.keepsRoot) }
    let open = here.map { $0.contains(where: \.loadable) && $0.allSatisfy { $0.loadable || $0.keepsRoot } }
    let peers = universe.places.indices.map { x in
      (2..<universe.logic.cells).first { model.live($0) && model.claimed($0, x) } ?? 0
    }
    return Request(
      claims: { rights[$0][$1] }, keepsRoot: { kept[$0] }, loadable: { open[$0] },
      confidential: cell.flags & 0x100 != 0, passive: cell.flags & 1 != 0, peer: { peers[$0] })
  }

  /// The guards that fail. (None speaks of a point's cell or right.)
  private func refusals(_ step: some Transition<FiniteLogic>) -> [String] {
    var names: [String] = []
    for point in universe.logic.points where point.cell == 0 && point.right == 0 {
      for guarded in step.guards(model, point) where !guarded.holds && !names.contains(guarded.name) {
        names.append(guarded.name)
      }
    }
    return names
  }

  private mutating func remember(_ told: Told) {
    switch told.operation {
    case "enable": (system, living, grants) = (NaiveSystem(told.config, assumed: 0), [:], [:])
    case "create":
      guard let system, let cell = NaiveCell(cell: told.config) else { return }
      living[told.cell] = cell
      grants[told.cell] = cell.grants(in: system, page: told.communication + told.cell << 12)
    case "destroy": (living[told.cell], grants[told.cell]) = (nil, nil)
    default: break
    }
  }

  /// Where a cell finds a place.
  private func guests(_ cell: Int, _ place: Int) -> Set<UInt64> {
    let base = universe.places[place].base
    let here = (grants[universe.id(cell)] ?? []).filter { $0.covers(base) }
    return Set(here.compactMap { grant in grant.guest.map { $0 + (base - grant.base) } })
  }
}

// SPDX-License-Identifier: Apache-2.0
// What a request to the core is in the model: the transitions that must be allowed if the core grants it. Built from the
// wishes, not from the core's ledger.

import Core
import Models

extension SystemWish {
  /// Enable with this configuration; nil where the caller is no CPU of the machine.
  func enable(from caller: UInt64) -> Enable<FiniteLogic>? {
    guard let cpu = Place.cpu(caller) else { return nil }
    let rights = Place.all.map { place in root.items(hasConsole: hasConsole).rights(at: place) }
    let reserved = Place.all.map(isReserved)
    return Enable(caller: cpu, base: { rights[$0][$1] }, reserved: { reserved[$0] }, actor: 0)
  }
}

extension [Item] {
  /// Read, write, execute, DMA at a place.
  func rights(at place: Place) -> [Bool] {
    let rights = filter { $0.covers(place) }.reduce(0) { $0 | $1.rights }
    return [Marks.read, Marks.write, Marks.execute, Marks.dma].map { rights & $0 != 0 }
  }
}

extension Wish {
  /// What the model's create asks for.
  func request(hasConsole: Bool, in s: State<FiniteLogic>) -> Request<FiniteLogic> {
    let items = items(hasConsole: hasConsole)
    let rights = Place.all.map { items.rights(at: $0) }
    let over = Place.all.map { place in items.filter { $0.covers(place) } }
    let kept = over.map { !$0.isEmpty && $0.allSatisfy(\.keepsRoot) }
    let open = over.map { $0.contains(where: \.loadable) && $0.allSatisfy { $0.loadable || $0.keepsRoot } }
    let peers = Place.all.indices.map { x in
      (2..<Place.logic.cells).first { s.live($0) && s.claimed($0, x) } ?? 0
    }
    return Request(
      claims: { rights[$0][$1] }, keepsRoot: { kept[$0] }, loadable: { open[$0] },
      confidential: isConfidential, passive: isPassive, peer: { peers[$0] })
  }
}

/// A request, seen by the model.
enum Moves {
  /// The model has no words for it: a CPU or a cell that the machine does not have, a file that says nothing. It must be
  /// refused, and why is said here.
  case impossible(String)
  /// All of these, in this order.
  case steps([any Transition<FiniteLogic>])
}

extension World {
  private func by(
    _ caller: UInt64, _ id: UInt64, _ make: (_ cpu: Int, _ cell: Int) -> any Transition<FiniteLogic>
  ) -> Moves {
    guard let cpu = Place.cpu(caller) else { return .impossible("there is no CPU \(caller)") }
    guard let cell = Place.cell(id) else { return .impossible("there is no room for cell \(id)") }
    return .steps([make(cpu, cell)])
  }

  /// What the operation is in the model. `granted` is where the core lets an image be loaded.
  func moves(_ operation: Operation, granted: UInt64?) -> Moves {
    switch operation {
    case .enable(let wish, let caller):
      if wish.root.isBroken { return .impossible("the file is broken") }
      guard let enable = wish.enable(from: caller) else { return .impossible("there is no CPU \(caller)") }
      return .steps([enable])
    case .create(let wish, let id, let caller):
      if wish.isBroken { return .impossible("the file is broken") }
      if wish.cpus.contains(where: { $0 >= Place.cpus }) {
        return .impossible("it names a CPU that is not there")
      }
      let request = wish.request(hasConsole: system?.hasConsole ?? false, in: model)
      return by(caller, id) { Create(actor: 0, caller: $0, cell: $1, request: request) }
    case .setLoadable(let id, let caller):
      return by(caller, id) { SetLoadable(actor: 0, caller: $0, cell: $1) }
    case .load(let id, let target, let size, let caller):
      guard let address = granted ?? self.address(of: target, size, in: id) else {
        return .impossible("no loadable region of the cell holds it")
      }
      guard let cpu = Place.cpu(caller), let cell = Place.cell(id) else {
        return .impossible("there is no such cell or CPU")
      }
      let touched = Place.all.indices.filter {
        Place.all[$0].base < address + size && address < Place.all[$0].end
      }
      return .steps(touched.map { Load(actor: 0, cpu: cpu, cell: cell, source: $0, destination: $0) })
    case .start(let id, let caller): return by(caller, id) { Start(actor: 0, caller: $0, cell: $1) }
    case .shutDown(let cpu):
      guard let x = Place.cpu(cpu) else { return .impossible("there is no CPU \(cpu)") }
      return .steps([ShutDown(actor: model.occupant(x), cpu: x)])
    case .failCPU(let cpu):
      guard let x = Place.cpu(cpu) else { return .impossible("there is no CPU \(cpu)") }
      return .steps([FailCPU(actor: model.occupant(x), cpu: x)])
    case .fail(let id):
      guard let cell = Place.cell(id) else { return .impossible("there is no room for cell \(id)") }
      return .steps([Fail(actor: cell)])
    case .destroy(let id, let caller): return by(caller, id) { Destroy(actor: 0, caller: $0, cell: $1) }
    case .disable(let caller):
      guard let cpu = Place.cpu(caller) else { return .impossible("there is no CPU \(caller)") }
      return .steps([Disable(actor: 0, caller: cpu)])
    case .say, .write: return .steps([])
    }
  }

  /// Where `size` bytes at guest address `target` of a cell lie, by the cell's configuration; nil where no region of it
  /// that may be loaded holds them.
  func address(of target: UInt64, _ size: UInt64, in id: UInt64) -> UInt64? {
    let fit = living[id]?.regions.first { region in
      region.claims && region.has(RegionFlag.loadable | RegionFlag.write) && size != 0
        && region.guest <= target && target + size <= region.guest + region.size
    }
    return fit.map { $0.physical + (target - $0.guest) }
  }
}

extension Wish {
  /// It cannot be read as a configuration.
  var isBroken: Bool {
    let pages = regions.filter { $0.has(RegionFlag.communication) && $0.size != 0 }
    return (defect != nil && !(defect == .region && regions.isEmpty)) || pages.count > 1
  }
}

// SPDX-License-Identifier: Apache-2.0
// Random steps, drawn so that many are granted and many are not.

import Core
import Models
import TestSupport

/// Draws steps.
typealias Draw = SplitMix

extension SplitMix {
  mutating func pick<T>(_ some: [T], or other: T) -> T { some.randomElement(using: &self) ?? other }

  /// A CPU that runs root, more often than not.
  private mutating func caller<M>(_ w: World<M>) -> UInt64 {
    let roots = (0..<Place.cpus).filter { n in Place.cpu(n).map { w.model.occupant($0) == 0 } ?? false }
    return chance(93) ? pick(roots, or: 0) : below(Place.cpus + 2)
  }
  /// A cell that lives, more often than not.
  private mutating func cell<M>(_ w: World<M>) -> UInt64 {
    if chance(85) { return pick(w.living.keys.sorted(), or: 1) }
    return chance(85) ? 1 + below(4) : pick([0, 5, Owner.hypervisor], or: 0)
  }

  /// A step.
  mutating func operation<M>(_ w: World<M>) -> Operation {
    if !w.model.enabled && chance(85) { return .enable(system(), caller: chance(90) ? below(2) : below(8)) }
    let (id, caller) = (cell(w), caller(w))
    switch below(40) {
    case 0: return .enable(system(), caller: caller)
    case 1...9:
      let free = (1...UInt64(4)).filter { w.living[$0] == nil }
      return .create(wish(w, caller), id: chance(92) ? pick(free, or: 1) : id, caller: caller)
    case 10...13: return .setLoadable(id, caller: caller)
    case 14...18:
      let ready = w.living.keys.sorted().filter { w.simulator.phase(of: $0) == Phase.loadable }
      return load(w, chance(85) ? pick(ready, or: id) : id, caller)
    case 19...23: return .start(id, caller: caller)
    case 24...25:
      let busy = (0..<Place.cpus).filter { n in Place.cpu(n).map { w.model.occupant($0) > 1 } ?? false }
      return .shutDown(by: chance(80) ? pick(busy, or: 1) : below(Place.cpus + 1))
    case 26: return chance(50) ? .failCPU(below(Place.cpus + 1)) : .fail(id)
    case 27: return .fail(id)
    case 28...31: return .destroy(id, caller: caller)
    case 32: return .disable(caller: caller)
    case 33...35: return .say(id, state: pick([0, 0, 1, 2, 4], or: 0), reply: pick([0, 3, 3, 2], or: 3))
    default:
      let writer = chance(20) ? 0 : id
      let own = Place.all.indices.filter { x in
        Place.cell(writer).map { w.model.access($0, x, .write) } ?? false
      }
      return .write(writer, place: pick(Array(own), or: 0))
    }
  }

  private mutating func load<M>(_ w: World<M>, _ id: UInt64, _ caller: UInt64) -> Operation {
    let loadable = (w.living[id]?.regions ?? []).filter { $0.has(RegionFlag.loadable) }
    let region = pick(loadable, or: .halves(below(10), 1, 0x47))
    let start = region.guest + (chance(70) ? 0 : Place.half * below(3))
    let size = chance(60) ? region.size : pick([1, Place.half, 0x1000, 0, 1 << 60], or: 1)
    return .load(id, target: start, size: size, caller: caller)
  }
}

extension Draw {
  private mutating func flags() -> UInt64 {
    var flags: UInt64 = pick([0x3, 0x7, 0xb, 0xf, 0x1, 0x2, 0x47, 0x43, 0x4f, 0x83, 0x8b, 0x81, 0x83], or: 3)
    if chance(5) { flags ^= 1 << below(8) }
    return flags & ~RegionFlag.communication
  }

  /// A system: root has most of the machine.
  mutating func system() -> SystemWish {
    var wish = SystemWish()
    wish.root.architecture = chance(85) ? 0 : 2
    wish.root.cpus = (0..<Place.cpus).filter { $0 < 2 || chance(90) }
    let rights: UInt64 = chance(90) ? 0xf : pick([0x1, 0x2, 0x3, 0xd], or: 3)
    if chance(50) {
      wish.root.regions = [.halves(0, chance(70) ? 10 : 14, rights)]
    } else {
      let cut = 1 + below(8)
      wish.root.regions = [.halves(0, cut, 0xf), .halves(cut, 9 - cut + below(2), rights)]
      if chance(30) { wish.root.regions.append(.halves(12, 1, 0xf)) }
    }
    if chance(10) { wish.root.regions.append(.halves(below(8), 2, 0x7)) }
    wish.hasConsole = chance(80)
    wish.pmTimer = chance(80) ? 0x608 : 0
    wish.root.ports = [(0x2f8, 8)]
    if chance(70) { wish.root.ports.append((0x3f8, chance(70) ? 8 : 4)) }
    if chance(30) { wish.root.ports.append((0xcf8, 8)) }
    wish.root.functions = Place.functions.filter { _ in chance(90) }
    wish.root.lines = Place.lines.filter { _ in chance(80) }
    if chance(70) { wish.root.ways = (0, chance(70) ? 3 : 2, chance(20)) }
    if chance(70) { wish.root.streams = [Place.stream] }
    if chance(8) { wish.root.defect = pick(Defect.allCases, or: .flags) }
    return wish
  }

  /// A cell: something free, something shared, seldom something of another's.
  mutating func wish<M>(_ w: World<M>, _ caller: UInt64) -> Wish {
    var wish = Wish()
    wish.name = chance(93) ? "cell\(below(1000))" : w.living.values.map(\.name).min() ?? "root"
    wish.architecture = chance(97) ? w.system?.root.architecture ?? 0 : 2
    (wish.isConfidential, wish.isPassive) = (chance(40), chance(20))
    let model = w.model
    // CPUs.
    for number in 0..<Place.cpus {
      let isRoots = Place.cpu(number).map { model.occupant($0) == 0 } ?? false
      let isWise = isRoots && number != caller && number != 0
      if chance(isWise ? 40 : 1) { wish.cpus.append(number) }
    }
    if chance(2) { wish.cpus.append(Place.cpus) }
    // Memory. What others have is left out again, nearly always.
    let hasConsole = w.system?.hasConsole ?? false
    for _ in 0..<(1 + below(4)) {
      let first = below(chance(95) ? 10 : 14)
      wish.regions.append(
        .halves(first, 1 + below(min(4, 14 - first)), flags(), shift: chance(60) ? 0 : below(3) * 8))
    }
    if chance(10) {
      wish.regions.append(WishedRegion(physical: 0, guest: 0x40_0000, size: 0x1000, flags: 0x23))
    }
    for port in [(UInt64(0x3f8), UInt64(8)), (0x3f8, 4), (0x3fc, 4), (0x2f8, 8), (0x604, 4), (0xcf8, 8)] {
      if chance(port.0 > 0x600 ? 3 : 12) { wish.ports.append(port) }
    }
    wish.functions = Place.functions.filter { _ in chance(25) }
    wish.lines = Place.lines.filter { _ in chance(25) }
    if chance(25) { wish.ways = (below(2), 1 + below(2), chance(70)) }
    if chance(15) { wish.streams = [Place.stream] }
    if chance(3) { wish.defect = pick(Defect.allCases, or: .flags) }
    func isTaken(_ alone: Wish) -> Bool {
      let request = alone.request(hasConsole: hasConsole, in: model)
      return Place.all.indices.contains { x in
        (0..<Place.logic.cells).contains { d in
          let used = d != 0 && model.live(d) && model.claimed(d, x)
          return used && request.claimed(x, model) && !(request.shareable(x, model) && model.shareable(d, x))
        }
      }
    }
    wish.regions = wish.regions.filter { !isTaken(Wish(regions: [$0])) || chance(4) }
    wish.ports = wish.ports.filter { !isTaken(Wish(ports: [$0])) || chance(4) }
    wish.functions = wish.functions.filter { !isTaken(Wish(functions: [$0])) || chance(4) }
    wish.lines = wish.lines.filter { !isTaken(Wish(lines: [$0])) || chance(4) }
    if isTaken(Wish(ways: wish.ways)), chance(95) { wish.ways = nil }
    if isTaken(Wish(streams: wish.streams)), chance(95) { wish.streams = [] }
    return wish
  }
}

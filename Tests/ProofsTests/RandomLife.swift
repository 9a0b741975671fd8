// SPDX-License-Identifier: Apache-2.0
// Random lives of a small machine: steps drawn so that many are allowed and many are not.

import Models
import TestSupport

/// A machine of three guests and ten resources, and a source of steps.
struct RandomLife {
  let logic = FiniteLogic(cells: 5, resources: 10, cpus: [5, 6, 7], pins: [8, 9], registers: [4])
  var random: SplitMix
  var state: State<FiniteLogic>

  init(seed: UInt64) {
    random = SplitMix(seed: seed)
    state = .off(logic) { $0 + 100 }
  }

  private mutating func cell() -> Int { Int.random(in: 0..<logic.cells, using: &random) }
  private mutating func guest() -> Int { Int.random(in: 2..<logic.cells, using: &random) }
  /// A guest that exists, more often than not.
  private mutating func living() -> Int {
    let fit = (2..<logic.cells).filter { state.live($0) }
    return often() ? fit.randomElement(using: &random) ?? guest() : guest()
  }
  /// A cell with a CPU, more often than not.
  private mutating func active() -> Int {
    let fit = (0..<logic.cells).filter { c in c != 1 && logic.cpus.contains { state.runs($0, c) } }
    return often() ? fit.randomElement(using: &random) ?? cell() : cell()
  }
  private mutating func thing() -> Int { Int.random(in: 0..<logic.resources, using: &random) }
  private mutating func often() -> Bool { Int.random(in: 0..<10, using: &random) < 8 }
  private mutating func even() -> Bool { Bool.random(using: &random) }

  /// A CPU that runs the cell, more often than not.
  private mutating func cpu(of cell: Int) -> Int {
    let fit = logic.cpus.filter { state.runs($0, cell) }.sorted()
    return often() ? fit.randomElement(using: &random) ?? thing() : thing()
  }

  /// A resource with a right for the cell, more often than not.
  private mutating func thing(for cell: Int, _ right: RightName) -> Int {
    let fit = (0..<logic.resources).filter { state.access(cell, $0, right) }
    return often() ? fit.randomElement(using: &random) ?? thing() : thing()
  }

  private mutating func request() -> Request<FiniteLogic> {
    let others = (2..<logic.cells).filter { state.live($0) }
    var claims: [[Bool]] = []
    var (kept, open, peers) = ([Bool](), [Bool](), [Int]())
    for x in 0..<logic.resources {
      let peer = others.first { state.claimed($0, x) }
      let taken = peer != nil || state.claimed(1, x) || x == state.manager
      let wanted = taken ? (x == 3 || Int.random(in: 0..<12, using: &random) == 0) : even()
      let exclusive = logic.isCPU(x) || logic.isPin(x)
      let shared = x == 3 ? often() : !exclusive && !often()
      // A channel is data more often than not; a claim has most rights.
      let data = shared && often()
      claims.append(RightName.allCases.map { wanted && often() && !(data && $0 == .execute) })
      kept.append(shared)
      open.append(!exclusive && even())
      peers.append(peer ?? 0)
    }
    return Request(
      claims: { claims[$0][$1] }, keepsRoot: { kept[$0] }, loadable: { open[$0] }, confidential: even(),
      passive: !often(), peer: { peers[$0] })
  }

  /// Some step, allowed or not.
  mutating func draw() -> any Transition<FiniteLogic> {
    let (target, actor) = (living(), active())
    let caller = state.enabled ? cpu(of: 0) : Int.random(in: 5..<8, using: &random)
    let isDisable = Int.random(in: 0..<4, using: &random) == 0
    switch state.enabled ? Int.random(in: 1..<24, using: &random) : 0 {
    case 0:
      let reserved = Set([Int.random(in: 0..<3, using: &random)])
      let missing = thing()
      return Enable(
        caller: caller, base: { x, _ in x != missing }, reserved: { reserved.contains($0) }, actor: 0)
    case 1, 2, 3: return Create(actor: 0, caller: caller, cell: guest(), request: request())
    case 4, 5: return SetLoadable(actor: 0, caller: caller, cell: target)
    case 6, 7:
      let open = (0..<logic.resources).filter { state.open(target, $0) && state.access(0, $0, .write) }
        .randomElement(using: &random)
      let source = thing(for: 0, .read)
      return Load(actor: 0, cpu: caller, cell: target, source: source, destination: open ?? thing())
    case 8, 9, 10: return Start(actor: 0, caller: caller, cell: target)
    case 11: return Destroy(actor: 0, caller: caller, cell: target)
    case 12 where isDisable: return Disable(actor: 0, caller: caller)
    case 12, 13, 14, 15:
      let (from, to) = (thing(for: actor, .read), thing(for: actor, .write))
      return Compute(actor: actor, cpu: cpu(of: actor), source: from, destination: to)
    case 16:
      let (from, to) = (thing(for: actor, .read), thing(for: actor, .write))
      return Transfer(actor: actor, device: thing(for: actor, .dma), source: from, destination: to)
    case 17:
      let pins = logic.pins.filter { state.access(actor, $0, .write) }.sorted()
      let cpus = logic.cpus.filter { state.access(actor, $0, .execute) }.sorted()
      let (pin, to) = (pins.randomElement(using: &random) ?? 9, cpus.randomElement(using: &random) ?? 5)
      return Route(actor: actor, cpu: cpu(of: actor), pin: pin, destination: to)
    case 18:
      let armed = logic.pins.filter { state.armed($0) && state.access(actor, $0, .write) }.sorted()
      return Interrupt(actor: actor, pin: armed.randomElement(using: &random) ?? 8)
    case 19, 20: return Reply(actor: actor, cpu: cpu(of: actor), agrees: often(), locks: !often())
    case 21: return ShutDown(actor: actor, cpu: cpu(of: actor))
    case 22: return even() ? Fail(actor: actor) : Fail(actor: target)
    default: return FailCPU(actor: even() ? target : actor, cpu: cpu(of: target))
    }
  }
}

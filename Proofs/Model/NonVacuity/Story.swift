// SPDX-License-Identifier: Apache-2.0
// A small machine and a life on it, on the host: every transition happens, on purpose, at least once.

import Models

/// The machine and the steps of its life.
struct Story {
  /// Cells of the story; 0 and 1 are root and the hypervisor.
  enum Cells {
    static let control = 2
    static let vision = 3
  }

  /// Resources of the story.
  enum Things {
    static let rootMemory = 0
    static let controlMemory = 1
    static let controlImage = 2
    static let channel = 3
    static let visionMemory = 4
    static let hypervisorMemory = 5
    static let device = 6
    static let rootCPU = 7
    static let controlCPU = 8
    static let visionCPU = 9
    static let rootPin = 10
    static let controlPin = 11
    static let count = 12
  }

  let logic = FiniteLogic(
    cells: 5, resources: Things.count, cpus: [Things.rootCPU, Things.controlCPU, Things.visionCPU],
    pins: [Things.rootPin, Things.controlPin], registers: [Things.device])

  /// The machine before enable, with something in every resource.
  var beginning: State<FiniteLogic> { .off(logic) { 1000 + $0 } }

  /// A cell's configuration: all rights on what it names but execution of a channel.
  func request(_ named: Set<Int>, shared: Set<Int>, loadable: Set<Int>, confidential: Bool) -> Request<
    FiniteLogic
  > {
    Request(
      claims: { x, r in named.contains(x) && !(shared.contains(x) && r == RightName.execute.rawValue) },
      keepsRoot: { shared.contains($0) }, loadable: { loadable.contains($0) }, confidential: confidential,
      passive: false, peer: { shared.contains($0) ? Cells.control : 0 })
  }

  /// The steps, in order.
  var steps: [any Transition<FiniteLogic>] {
    typealias T = Things
    let (control, vision) = (Cells.control, Cells.vision)
    let reserved: (Int) -> Bool = { $0 == T.hypervisorMemory }
    let first = request(
      [T.controlMemory, T.controlImage, T.channel, T.device, T.controlCPU, T.controlPin],
      shared: [T.channel], loadable: [T.controlImage], confidential: false)
    let second = request(
      [T.visionMemory, T.channel, T.visionCPU], shared: [T.channel], loadable: [T.visionMemory],
      confidential: true)
    return [
      Enable(caller: T.rootCPU, base: { _, _ in true }, reserved: reserved, actor: 0),
      Route(actor: 0, cpu: T.rootCPU, pin: T.rootPin, destination: T.rootCPU),
      Interrupt(actor: 0, pin: T.rootPin),
      Create(actor: 0, caller: T.rootCPU, cell: control, request: first),
      SetLoadable(actor: 0, caller: T.rootCPU, cell: control),
      Load(actor: 0, cpu: T.rootCPU, cell: control, source: T.rootMemory, destination: T.controlImage),
      Start(actor: 0, caller: T.rootCPU, cell: control),
      Create(actor: 0, caller: T.rootCPU, cell: vision, request: second),
      SetLoadable(actor: 0, caller: T.rootCPU, cell: vision),
      Load(actor: 0, cpu: T.rootCPU, cell: vision, source: T.rootMemory, destination: T.visionMemory),
      Start(actor: 0, caller: T.rootCPU, cell: vision),
      Compute(actor: control, cpu: T.controlCPU, source: T.controlMemory, destination: T.channel),
      Compute(actor: vision, cpu: T.visionCPU, source: T.channel, destination: T.visionMemory),
      Transfer(actor: control, device: T.device, source: T.controlImage, destination: T.controlMemory),
      Route(actor: control, cpu: T.controlCPU, pin: T.controlPin, destination: T.controlCPU),
      Interrupt(actor: control, pin: T.controlPin),
      Reply(actor: vision, cpu: T.visionCPU, agrees: true, locks: false),
      SetLoadable(actor: 0, caller: T.rootCPU, cell: vision),
      Load(actor: 0, cpu: T.rootCPU, cell: vision, source: T.rootMemory, destination: T.visionMemory),
      Start(actor: 0, caller: T.rootCPU, cell: vision),
      FailCPU(actor: vision, cpu: T.visionCPU),
      Fail(actor: vision),
      ShutDown(actor: control, cpu: T.controlCPU),
      Destroy(actor: 0, caller: T.rootCPU, cell: vision),
      Destroy(actor: 0, caller: T.rootCPU, cell: control),
      Disable(actor: 0, caller: T.rootCPU),
    ]
  }
}

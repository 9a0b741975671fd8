// SPDX-License-Identifier: Apache-2.0
// Each refusal of the lifecycle, by name: the reason is the one that is meant, and nothing changed (`World.perform` looks).

import Core
import Simulator
import Testing

@testable import Lives

/// A refusal that must happen: what comes before, the request, and why it is refused.
struct RefusalCase: Sendable, CustomTestStringConvertible {
  let before: [Operation]
  let request: Operation
  let reason: Reason
  var testDescription: String { "\(request.kind): \(reason)" }

  init(_ before: [Operation], _ request: Operation, _ reason: Reason) {
    (self.before, self.request, self.reason) = (before, request, reason)
  }

  /// Root has six CPUs, all memory but the last page, in two regions, and the second UART.
  static let system: SystemWish = {
    var wish = SystemWish()
    wish.root.cpus = Array(0..<Place.cpus)
    wish.root.regions = [.halves(0, 6, 0xf), .halves(6, 4, 0xf)]
    return wish
  }()
  static func cell(_ name: String, _ cpus: [UInt64], _ regions: [WishedRegion] = []) -> Wish {
    Wish(name: name, cpus: cpus, regions: regions)
  }
  static func changed(_ wish: Wish, _ change: (inout Wish) -> Void) -> Wish {
    var other = wish
    change(&other)
    return other
  }
  /// The same where root has bits 1 and 2 of the cache.
  static let sharing: SystemWish = {
    var wish = system
    wish.root.ways = (1, 2, false)
    return wish
  }()
  static let on: [Operation] = [.enable(system, caller: 0)]
  static let plain = cell("a", [1], [.halves(0, 2, 0x47)])
  static let created = on + [.create(plain, id: 1, caller: 0)]
  static let running = created + [.start(1, caller: 0)]
  static let loadable = created + [.setLoadable(1, caller: 0)]
  static func passive(_ wish: Wish) -> Wish { changed(wish) { $0.isPassive = true } }
  static let refusing = running + [.say(1, state: 0, reply: 2)]
  static let locking = running + [.say(1, state: 1, reply: 3)]
  static let other = cell("b", [2])

  static let lifecycle: [RefusalCase] = [
    .init([], .create(plain, id: 1, caller: 0), .notEnabled), .init([], .disable(caller: 0), .notEnabled),
    .init([], .fail(1), .notEnabled), .init([], .failCPU(0), .notEnabled),
    .init([], .shutDown(by: 0), .notEnabled), .init([], .start(1, caller: 0), .notEnabled),
    .init([], .enable(system, caller: 6), .callerNotRoot), .init(on, .enable(system, caller: 0), .enabled),
    .init(on, .create(plain, id: 1, caller: 6), .callerNotRoot),
    .init(created, .start(1, caller: 1), .callerNotRoot),
    .init(running, .destroy(1, caller: 1), .callerNotRoot),
    .init(on, .start(0, caller: 0), .badCell), .init(on, .destroy(0, caller: 0), .badCell),
    .init(on, .setLoadable(1, caller: 0), .noSuchCell), .init(on, .fail(5), .noSuchCell),
    .init(on, .destroy(Owner.hypervisor, caller: 0), .noSuchCell),
    .init(refusing, .destroy(1, caller: 0), .cellRefuses),
    .init(refusing, .start(1, caller: 0), .cellRefuses),
    .init(refusing, .setLoadable(1, caller: 0), .cellRefuses),
    .init(created, .fail(1), .wrongPhase), .init(running + [.shutDown(by: 1)], .shutDown(by: 1), .wrongPhase),
    .init(on, .shutDown(by: 0), .badCell), .init(created, .shutDown(by: 1), .cpuParked),
    .init(created, .failCPU(1), .cpuParked), .init(on, .failCPU(6), .cpuBeyondMachine),
    .init(created, .disable(caller: 0), .cellsExist),
    .init(
      on + [.create(changed(plain) { $0.isConfidential = true }, id: 1, caller: 0)], .start(1, caller: 0),
      .notLoaded),
    .init(created, .load(1, target: Place.memory, size: 1, caller: 0), .wrongPhase),
    .init(loadable, .load(1, target: Place.memory, size: 0, caller: 0), .notLoadable),
    .init(loadable, .load(1, target: Place.memory, size: 0x1001, caller: 0), .notLoadable),
    .init(loadable, .load(1, target: Place.memory + 0x1000, size: 1, caller: 0), .notLoadable),
    .init(
      on + [
        .create(cell("a", [1], [.halves(5, 2, 0x47)]), id: 1, caller: 0), .setLoadable(1, caller: 0),
      ], .load(1, target: Place.memory + 5 * Place.half, size: 0x1000, caller: 0), .notRoots),
  ]
  static let creation: [RefusalCase] = [
    .init(on, .create(plain, id: 0, caller: 0), .badCell),
    .init(on, .create(plain, id: 5, caller: 0), .badCell),
    .init(created, .create(other, id: 1, caller: 0), .cellExists),
    .init(created, .create(cell("a", [2]), id: 2, caller: 0), .nameExists),
    .init(locking, .create(other, id: 2, caller: 0), .cellLocked),
    .init(
      on + [.create(other, id: 2, caller: 0)] + Array(locking.dropFirst()), .destroy(2, caller: 0),
      .cellLocked),
    .init(on, .create(changed(plain) { $0.defect = .tooLarge }, id: 1, caller: 0), .tooLarge),
    .init(on, .create(changed(plain) { $0.defect = .unreadable }, id: 1, caller: 0), .unreadable),
    .init(on, .create(changed(plain) { $0.architecture = 2 }, id: 1, caller: 0), .badArchitecture),
    .init(on, .create(changed(plain) { $0.lines = [4] }, id: 1, caller: 0), .chipNotRoots),
    .init(on, .create(changed(plain) { $0.ways = (31, 2, false) }, id: 1, caller: 0), .cacheRange),
    .init(
      [.enable(sharing, caller: 0), .create(changed(plain) { $0.ways = (1, 2, false) }, id: 1, caller: 0)],
      .create(changed(other) { $0.ways = (0, 1, false) }, id: 2, caller: 0), .cacheNotRoots),
    .init(on, .create(cell("a", [0]), id: 1, caller: 1), .bootCPU),
    .init(on, .create(cell("a", [1]), id: 1, caller: 1), .callerInSet),
    .init(on, .create(cell("a", [6]), id: 1, caller: 0), .cpuBeyondMachine),
    .init(on + [.failCPU(2)], .create(other, id: 1, caller: 0), .cpuNotRoots),
    .init(created, .create(cell("b", [2], [.halves(1, 2, 3)]), id: 2, caller: 0), .conflict),
    .init(on, .create(cell("a", [1], [.halves(10, 1, 3)]), id: 1, caller: 0), .conflict),
    .init(
      on,
      .create(
        cell(
          "a", [1],
          [
            .halves(0, 1, 3), .halves(2, 1, 3),
            .init(
              physical: Place.memory + 0x2000, guest: Place.memory, size: 0x800, flags: 3),
          ]), id: 1, caller: 0),
      .guestConflict),
  ]
}

@Suite struct RefusalTests {
  @Test(arguments: RefusalCase.lifecycle + RefusalCase.creation) func isRefused(_ test: RefusalCase) {
    let simulator = Build(seed: 1).simulator()
    var world = World(simulator, over: simulator)
    for step in test.before {
      #expect(world.perform(step) == nil, "\(step.words)")
    }
    #expect(world.perform(test.request) == nil, "\(test.request.words)")
    let refused = world.ask(test.request).refusal?.reason
    #expect(refused == test.reason, "the reason to refuse: \(test.request.words)")
  }

  @Test func aPassiveCellIsNotAskedAndCannotLock() {
    let simulator = Build(seed: 1).simulator()
    var world = World(simulator, over: simulator)
    let passive = RefusalCase.passive(RefusalCase.plain)
    let steps: [Operation] =
      RefusalCase.on + [
        .create(passive, id: 1, caller: 0), .start(1, caller: 0), .say(1, state: 1, reply: 2),
        .create(RefusalCase.other, id: 2, caller: 0), .start(1, caller: 0), .destroy(1, caller: 0),
      ]
    for step in steps {
      #expect(world.perform(step) == nil, "\(step.words)")
    }
    #expect(world.living.keys.sorted() == [2], "cell 2 is created and cell 1 destroyed, whatever cell 1 says")
  }
}

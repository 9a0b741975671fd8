// SPDX-License-Identifier: Apache-2.0
// No free page, at each allocation in turn: machines of every size, until all of them have enough. Whatever is refused for it leaves the state as
// it was, and the tables of all others in force (`World.perform` compares both).

import Core
import Simulator
import Testing

@testable import Lives

@Suite struct ScarcePagesTests {
  private static let cells: [Wish] = [
    Wish(name: "one", cpus: [1], regions: [.halves(0, 2, 0x7), .halves(2, 2, 0x43, shift: 0x4_0000)]),
    Wish(name: "two", cpus: [2], regions: [.halves(4, 4, 0x7, shift: 0x1_0000)]),
  ]
  private static let steps: [Operation] = [
    .enable(
      SystemWish(root: Wish(name: "root", cpus: [0, 1, 2, 3], regions: [.halves(0, 10, 0xf)])), caller: 0),
    .create(cells[0], id: 1, caller: 0), .start(1, caller: 0), .create(cells[1], id: 2, caller: 0),
    .setLoadable(2, caller: 0), .start(2, caller: 3), .destroy(1, caller: 0),
    .create(cells[0], id: 1, caller: 0),
    .destroy(2, caller: 0), .destroy(1, caller: 3),
  ]

  @Test func everyAllocationCanFail() {
    var (refused, done) = (0, 0)
    for pages in 1...48 {
      var options = Simulator<UInt64>.Options(
        rows: 96, cells: Int(Place.cells), cpus: Int(Place.cpus), checks: true,
        ghosts: [UInt64](repeating: 0, count: Ghost.count))
      options.pages = pages
      let simulator = Simulator<UInt64>(options)
      var world = World(simulator, over: simulator)
      for step in Self.steps {
        let text = world.perform(step)
        #expect(text == nil, "\(pages) pages, \(step.words): \(text ?? "")")
        if text != nil { return }
      }
      let failures = world.counts.filter { $0.key.hasSuffix("poolTooSmall") }.values.reduce(0, +)
      refused += failures
      if failures == 0 { done += 1 }
    }
    // Enough pages for all is reached, and before that each step has failed.
    #expect(refused > 30 && done > 5, "\(refused) refused, \(done) machines with pages enough")
  }
}

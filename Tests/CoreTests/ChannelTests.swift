// SPDX-License-Identifier: Apache-2.0
// A cell joins a channel that is in use as a whole (kept), by nobody (cleared), or in part (refused).

import Core
import Simulator
import Testing

@testable import Lives

@Suite struct ChannelTests {
  /// What becomes of half-pages 2 and 3 when cell 2 shares them: root has `root`, cell 1 has `others`.
  private func join(root: [WishedRegion], others: [WishedRegion]) -> (refusal: Reason?, isCleared: Bool) {
    let simulator = Build(seed: 1).simulator()
    var world = World(simulator, over: simulator)
    var system = RefusalCase.system
    system.root.regions = root
    let joiner = RefusalCase.cell("b", [], [.halves(2, 2, 0x83)])
    for step: Operation in [
      .enable(system, caller: 0), .create(RefusalCase.cell("a", [], others), id: 1, caller: 0),
    ] {
      #expect(world.perform(step) == nil, "\(step.words)")
    }
    #expect(world.living[1] != nil, "cell 1 is there before cell 2 joins")
    #expect(world.perform(.create(joiner, id: 2, caller: 0)) == nil, "joining a channel is as the model says")
    let isCleared = !simulator.scrubbed.isEmpty
    if world.living[2] != nil { return (nil, isCleared) }
    return (world.ask(.create(joiner, id: 2, caller: 0)).refusal?.reason, isCleared)
  }

  @Test func aChannelInUseAsAWholeIsKept() {
    let byRoot = join(root: [.halves(0, 10, 0xf)], others: [])
    #expect(byRoot.refusal == nil && !byRoot.isCleared, "root reads all of it: it is kept")
    let byCell = join(root: [.halves(0, 1, 0xf)], others: [.halves(1, 4, 0x83)])
    #expect(byCell.refusal == nil && !byCell.isCleared, "another cell has all of it: it is kept")
  }
  @Test func aChannelThatNobodyUsesIsCleared() {
    let free = join(root: [.halves(0, 2, 0xf), .halves(2, 2, 0x2)], others: [.halves(4, 1, 0x83)])
    #expect(free.refusal == nil && free.isCleared, "root cannot read it and no cell has it: it is cleared")
  }
  @Test func aChannelOfWhichAPartIsInUseIsRefused() {
    let byRoot = join(root: [.halves(0, 3, 0xf)], others: [])
    #expect(byRoot.refusal == .channelPartlyUsed, "root reads the first half of it only")
    let byCell = join(root: [.halves(0, 2, 0xf)], others: [.halves(3, 4, 0x83)])
    #expect(byCell.refusal == .channelPartlyUsed, "another cell has the second half of it only")
    let byTwo = join(root: [.halves(0, 3, 0xf), .halves(3, 2, 0xf)], others: [])
    #expect(byTwo.refusal == .channelPartlyUsed, "two regions of root's hold it together, neither alone")
  }
}

// SPDX-License-Identifier: Apache-2.0
// The core against the model: whatever is asked of it, in whatever order, it grants only what the model allows, its
// tables stand for the model's state, and it refuses only for a reason. On failure: the shortest sequence, in words.

import Core
import Simulator
import Testing

@testable import Lives

@Suite struct AgainstModelTests {
  static let fixed: [UInt64] = Array(1...16)
  static let steps = 60

  @Test func coreAndModelAgree() {
    let fresh = UInt64.random(in: 1000 ... .max)
    print("core against model: fixed seeds 1 to \(Self.fixed.count), and fresh seed \(fresh)")
    var counts: [String: Int] = [:]
    for seed in Self.fixed + [fresh] {
      let life = Life(seed: seed) { $0 }
      let (world, finding) = life.live(steps: Self.steps)
      counts.merge(world.counts, uniquingKeysWith: +)
      guard let finding else { continue }
      Issue.record("\(life.shortened(finding).report(seed: seed))")
      return
    }
    print("core against model: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
    for kind in [
      "enable", "create", "set-loadable", "load", "start", "shut-down", "fail-cpu", "fail", "destroy",
      "disable",
    ] {
      #expect(
        counts["\(kind) granted", default: 0] > 0, "no \(kind) was ever granted: the test tests too little")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// The comparison with the model can fail: every machine that is broken on purpose is found out, and the finding comes down
// to a few steps.

import Testing

@testable import Lives

@Suite struct BrokenMachineTests {
  @Test(arguments: Fault.allCases) func aBrokenMachineIsFound(_ fault: Fault) {
    for seed in UInt64(1)...40 {
      let life = Life(seed: seed) { FaultyMachine(fault: fault, simulator: $0) }
      guard let finding = life.live(steps: AgainstModelTests.steps).finding else { continue }
      let short = life.shortened(finding)
      print("\(fault.rawValue), as it must be, found by \(short.report(seed: seed))")
      #expect(short.steps.count <= 6, "a finding must come down to a few steps: \(short.report(seed: seed))")
      return
    }
    Issue.record("no life shows that the machine is broken: \(fault.rawValue)")
  }
}

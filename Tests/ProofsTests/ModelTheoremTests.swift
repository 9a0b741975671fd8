// SPDX-License-Identifier: Apache-2.0
// Every theorem about the model is proved.

import Testing

@testable import Proofs

@Suite struct ModelTheoremTests {
  @Test func allAreProved() {
    var runner = Runner()
    runner.progress = { report in
      let (count, time, solver) = (report.entries.count, Int(report.elapsed), Int(report.milliseconds))
      print("\(report.theorem): \(count) obligations, \(time) ms, of it solver \(solver) ms")
    }
    for report in runner.run(Catalogue.model) {
      #expect(report.isProved, "\(report.theorem)")
      for failure in report.failures { Issue.record("\(failure.name): \(failure.outcome)") }
    }
  }
}

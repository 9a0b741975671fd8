// SPDX-License-Identifier: Apache-2.0
// Every theorem about the model is proved.

import Testing

@testable import Proofs

@Suite struct ModelTheoremTests {
  @Test func allAreProved() {
    var runner = Runner()
    runner.progress = { report in
      print("\(report.theorem): \(report.entries.count) obligations, \(Int(report.elapsed)) ms")
    }
    for report in runner.run(Catalogue.model) {
      #expect(report.isProved, "\(report.theorem)")
      for failure in report.failures { Issue.record("\(failure.name): \(failure.outcome)") }
    }
  }
}

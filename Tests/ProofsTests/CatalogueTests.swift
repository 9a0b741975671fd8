// SPDX-License-Identifier: Apache-2.0
// The catalogue is complete: what one theorem takes for granted, another one shows.

import Core
import Testing

@testable import Proofs

@Suite struct CatalogueTests {
  /// Everywhere but in its own theorem a step is taken by what it ensures. So each needs a theorem that looks into it.
  @Test func everyStepHasATheorem() {
    let open = Set(Catalogue.core.compactMap { $0 as? CoreTheorem }.flatMap { $0.openSteps })
    var raw: UInt8 = 0
    while let step = ProvedStep(rawValue: raw) {
      #expect(open.contains(step), "no theorem looks into the step \(step)")
      raw += 1
    }
    #expect(raw > 0)
  }

  @Test func theLongestBeginFirst() {
    let names = ["looking-alike", "new", "create", "slow"]
    #expect(Order.longestFirst(names, known: ["slow": 1_000_000, "looking-alike": 5]) == [3, 2, 1, 0])
    #expect(Order.longestFirst([], known: [:]).isEmpty)
  }
}

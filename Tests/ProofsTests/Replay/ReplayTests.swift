// SPDX-License-Identifier: Apache-2.0
// Every path without loops takes the same way on the simulator; an operation that means two things is noticed.

import Testing

@Suite struct ReplayTests {
  @Test(arguments: Replayed.allCases) func pathsWithoutLoopsAreReplayed(function: Replayed) {
    var replay = Replay()
    let clock = ContinuousClock()
    let took = clock.measure { replay.go(function) }
    print(
      "replay \(function): \(replay.replayed) paths replayed, \(replay.without) that bytes cannot take, "
        + "\(replay.abstract) through loops or steps, \(took)")
    #expect(replay.differences.isEmpty, "\(replay.differences.prefix(3))")
    #expect(replay.replayed > 0)
  }

  /// Each operation, got wrong on one side alone, is found out by some path.
  @Test(arguments: [
    "+", "-", "times", "&+", "&-", "&", "|", "<<", ">>", ".==", ".<", ".<=", "choose", ".&", ".|", ".!",
  ])
  func aWrongOperationIsNoticed(fault: String) {
    var replay = Replay()
    replay.fault = fault
    replay.go(.everyOperation)
    #expect(!replay.differences.isEmpty)
  }
}

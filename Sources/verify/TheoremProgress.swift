// SPDX-License-Identifier: Apache-2.0
// What is seen while theorems are proved, on the standard error: a counter on a terminal, else a line for each.

import Synchronization
import Verification

/// Shows how far a run of theorems has come.
final class TheoremProgress: Sendable {
  private let total: Int
  private let isTerminal: Bool
  private let state = Mutex((ended: 0, failed: 0, running: [String]()))

  /// For a run of `total` theorems.
  init(of total: Int, isTerminal: Bool) {
    self.total = total
    self.isTerminal = isTerminal
  }

  /// Shows what has happened.
  func show(_ event: TheoremRun.Event) {
    state.withLock { state in
      switch event {
      case .began(let name): state.running.append(name)
      case .ended(let result):
        state.running.removeAll { $0 == result.name }
        state.ended += 1
        if !result.isProved { state.failed += 1 }
        if !isTerminal { Output.complain("[\(state.ended)/\(total)] \(TheoremText.line(result))") }
      }
      guard isTerminal else { return }
      let failed = state.failed == 0 ? "" : ", \(state.failed) NOT PROVED"
      let running = String(state.running.joined(separator: ", ").prefix(60))
      Output.replaceLine("\(state.ended) of \(total)\(failed); \(running)")
    }
  }

  /// Clears the counter.
  func end() { if isTerminal { Output.replaceLine("") } }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: When the hypervisor has left, no cell remains and
// nothing that a cell wrote for itself.

import Models

struct LeftCleanTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: When the hypervisor has left, no cell remains and \
    nothing that a cell wrote for itself.
    """
  }

  var needs: [String] { ["secrets-are-held"] }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .leftClean }
}

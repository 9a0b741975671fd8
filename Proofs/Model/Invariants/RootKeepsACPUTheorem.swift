// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: Root owns a CPU: the one that made the last management
// call.

import Models

struct RootKeepsACPUTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: Root owns a CPU: the one that made the last \
    management call.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .rootKeepsACPU }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: A cell that is absent claims nothing; root and the
// hypervisor run; root has no claims, only the base layer.

import Models

struct PhasesTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: A cell that is absent claims nothing; root and the \
    hypervisor run; root has no claims, only the base layer.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .phases }
}

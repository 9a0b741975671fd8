// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: What a cell wrote for itself lies only where the cell,
// alive, has a claim that it does not share. So nothing remains of a cell that was destroyed.

import Models

struct SecretsAreHeldTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: What a cell wrote for itself lies only where the \
    cell, alive, has a claim that it does not share. So nothing remains of a cell that was \
    destroyed.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .secretsAreHeld }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: CPUs and interrupt pins are never shared and never
// loadable.

import Models

struct PrivateByNatureTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: CPUs and interrupt pins are never shared and never \
    loadable.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .privateByNature }
}

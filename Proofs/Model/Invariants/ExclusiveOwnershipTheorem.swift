// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: What one cell claims, no other live cell and not the
// hypervisor claims, unless both claims are ROOTSHARED and neither is executable.

import Models

struct ExclusiveOwnershipTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: What one cell claims, no other live cell and not the \
    hypervisor claims, unless both claims are ROOTSHARED and neither is executable.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .exclusiveOwnership }
}

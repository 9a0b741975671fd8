// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: The ledger names a holder exactly where a live claim
// takes the resource from root: never another cell, never nobody. What the hypervisor claims it never
// shares.

import Models

struct ExactLedgerTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: The ledger names a holder exactly where a live claim \
    takes the resource from root: never another cell, never nobody. What the hypervisor claims it \
    never shares.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .exactLedger }
}

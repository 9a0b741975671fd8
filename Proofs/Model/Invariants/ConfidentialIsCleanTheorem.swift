// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: While a confidential cell is loadable, nothing of what
// it wrote for itself exists: neither root nor the next image that root loads can find it.

import Models

struct ConfidentialIsCleanTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: While a confidential cell is loadable, nothing of \
    what it wrote for itself exists: neither root nor the next image that root loads can find it.
    """
  }

  var needs: [String] { ["secrets-are-held"] }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .confidentialIsClean }
}

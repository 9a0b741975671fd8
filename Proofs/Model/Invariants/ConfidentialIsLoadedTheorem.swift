// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: A confidential cell runs only an image that root
// loaded after the cell was last cleared.

import Models

struct ConfidentialIsLoadedTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: A confidential cell runs only an image that root \
    loaded after the cell was last cleared.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .confidentialIsLoaded }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: What the hypervisor holds (its memory, never-map
// pages, moderated ports) no cell can use with any right.

import Models

struct HypervisorUnreachableTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: What the hypervisor holds (its memory, never-map \
    pages, moderated ports) no cell can use with any right.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .hypervisorUnreachable }
}

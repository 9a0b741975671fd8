// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: If one cell can write what another can read, root
// included, a channel between them is declared there.

import Models

struct ChannelsOnlyTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: If one cell can write what another can read, root \
    included, a channel between them is declared there.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .channelsOnly }
}

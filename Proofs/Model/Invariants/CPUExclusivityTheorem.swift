// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: A CPU runs the code of its owner or is parked; it
// never runs a cell that is loadable, failed or gone.

import Models

struct CPUExclusivityTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: A CPU runs the code of its owner or is parked; it \
    never runs a cell that is loadable, failed or gone.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .cpuExclusivity }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: a CPU that a cell claims is one that root's configuration
// names.

import Models

struct CPUsComeFromRootTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: a CPU that a cell claims is one that root's configuration \
    names.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .cpusComeFromRoot }
}

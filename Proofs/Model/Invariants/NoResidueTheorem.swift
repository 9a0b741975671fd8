// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: What a cell wrote for itself, no other cell can read:
// not while it lives and not afterwards. Exceptions, all declared: root reads LOADABLE regions of a loadable
// cell that is not confidential; a cell reads what root left in regions that are ROOTSHARED or LOADABLE.
// (Where the hypervisor can clear: memory and CPUs, not registers of devices.)

import Models

struct NoResidueTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: What a cell wrote for itself, no other cell can read: \
    not while it lives and not afterwards. Exceptions, all declared: root reads LOADABLE regions of \
    a loadable cell that is not confidential; a cell reads what root left in regions that are \
    ROOTSHARED or LOADABLE. (Where the hypervisor can clear: memory and CPUs, not registers of \
    devices.)
    """
  }

  var needs: [String] { ["secrets-are-held"] }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .noResidue }
}

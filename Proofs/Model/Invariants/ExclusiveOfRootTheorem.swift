// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: Root uses nothing that a live cell claims, except what
// the claim leaves to root: ROOTSHARED at any time, LOADABLE while the cell is loadable and at no other
// time.

import Models

struct ExclusiveOfRootTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: Root uses nothing that a live cell claims, except \
    what the claim leaves to root: ROOTSHARED at any time, LOADABLE while the cell is loadable and \
    at no other time.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .exclusiveOfRoot }
}

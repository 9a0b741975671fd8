// SPDX-License-Identifier: Apache-2.0
// Theorem. In every state that the machine can reach: An unmasked pin interrupts a CPU of the cell that owns
// the pin; the pins of a loadable cell are masked.

import Models

struct InterruptsStayInsideTheorem: InvariantTheorem {
  var statement: String {
    """
    In every state that the machine can reach: An unmasked pin interrupts a CPU of the cell that \
    owns the pin; the pins of a loadable cell are masked.
    """
  }

  func invariant<L: Logic>(_ logic: L.Type) -> Invariant<L> { .interruptsStayInside }
}

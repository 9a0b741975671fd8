// SPDX-License-Identifier: Apache-2.0
// An unmasked pin interrupts a CPU of the cell that owns the pin; the pins of a loadable cell are masked.

extension Invariant {
  /// The invariant "interrupts-stay-inside", as stated above.
  public static var interruptsStayInside: Invariant<L> {
    Invariant("interrupts-stay-inside", "P13") { s, p in
      let (c, x) = (p.cell, p.resource)
      let inside = s.logic.isCPU(s.target(x)) .& s.access(c, s.target(x), .execute)
      let routed = (s.armed(x) .& (c .!= s.hypervisor) .& s.access(c, x, .write)).implies(inside)
      let real = s.armed(x).implies(s.logic.isPin(x))
      let masked = (s.isIn(c, .loadable) .& s.claimed(c, x)).implies(.!s.armed(x))
      return s.enabled.implies(routed .& real .& masked)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// A CPU runs the code of its owner or is parked; it never runs a cell that is loadable, failed or gone.

extension Invariant {
  /// The invariant "cpu-exclusivity", as stated above.
  public static var cpuExclusivity: Invariant<L> {
    Invariant("cpu-exclusivity", "P9") { s, p in
      let (c, x) = (p.cell, p.resource)
      let runs = s.logic.isCPU(x) .& (s.occupant(x) .== c) .& (c .!= s.hypervisor)
      let fit = s.isIn(c, .running) .| s.isIn(c, .stopped)
      return (s.enabled .& runs).implies(s.access(c, x, .execute) .& fit)
    }
  }
}

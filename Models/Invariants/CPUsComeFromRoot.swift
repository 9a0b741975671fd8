// SPDX-License-Identifier: Apache-2.0
// A CPU that a cell claims is one that root's configuration names: destroying the cell gives it back.

extension Invariant {
  /// The invariant "cpus-come-from-root", as stated above.
  public static var cpusComeFromRoot: Invariant<L> {
    Invariant("cpus-come-from-root", "P9") { s, p in
      let (c, x) = (p.cell, p.resource)
      let taken = s.isGuest(c) .& s.live(c) .& s.logic.isCPU(x) .& s.claimed(c, x)
      return (s.enabled .& taken).implies(s.base(x, s.logic.right(.execute)))
    }
  }
}

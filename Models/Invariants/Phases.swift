// SPDX-License-Identifier: Apache-2.0
// A cell that is absent claims nothing; root and the hypervisor run; root has no claims, only the base layer.

extension Invariant {
  /// The invariant "phases", as stated above.
  public static var phases: Invariant<L> {
    Invariant("phases", "P1", "P4") { s, p in
      let (c, x) = (p.cell, p.resource)
      let absent = s.isIn(c, .absent).implies(
        .!s.claimed(c, x) .& .!s.keepsRoot(c, x) .& .!s.loadable(c, x))
      let always = s.isIn(s.root, .running) .& s.isIn(s.hypervisor, .running)
      return s.enabled.implies(absent .& always .& .!s.claimed(s.root, x))
    }
  }
}

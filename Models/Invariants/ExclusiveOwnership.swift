// SPDX-License-Identifier: Apache-2.0
// What one cell claims, no other live cell and not the hypervisor claims, unless both claims are
// ROOTSHARED and neither is executable.

extension Invariant {
  /// The invariant "exclusive-ownership", as stated above.
  public static var exclusiveOwnership: Invariant<L> {
    Invariant("exclusive-ownership", "P1") { s, p in
      let (c, d, x) = (p.cell, p.other, p.resource)
      let two = s.live(c) .& s.live(d) .& (c .!= d) .& s.claimed(c, x) .& s.claimed(d, x)
      let execute = s.logic.right(.execute)
      let data = .!s.claims(c, x, execute) .& .!s.claims(d, x, execute)
      return (s.enabled .& two).implies(s.keepsRoot(c, x) .& s.keepsRoot(d, x) .& data)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// What one cell claims, no other live cell and not the hypervisor claims, unless both claims are shareable.

extension Invariant {
  /// The invariant "exclusive-ownership", as stated above.
  public static var exclusiveOwnership: Invariant<L> {
    Invariant("exclusive-ownership", "P1") { s, p in
      let (c, d, x) = (p.cell, p.other, p.resource)
      let two = s.live(c) .& s.live(d) .& (c .!= d) .& s.claimed(c, x) .& s.claimed(d, x)
      return (s.enabled .& two).implies(s.shareable(c, x) .& s.shareable(d, x))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Root uses nothing that a live cell claims, except what the claim leaves to root: ROOTSHARED at any time, LOADABLE while
// the cell is loadable and at no other time.

extension Invariant {
  /// The invariant "exclusive-of-root", as stated above.
  public static var exclusiveOfRoot: Invariant<L> {
    Invariant("exclusive-of-root", "P1", "P4") { s, p in
      let (c, x) = (p.cell, p.resource)
      let both = s.live(c) .& (c .!= s.root) .& s.claimed(c, x) .& s.uses(s.root, x)
      return (s.enabled .& both).implies(s.keepsRoot(c, x) .| (s.loadable(c, x) .& s.isIn(c, .loadable)))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// What a cell wrote for itself lies only where the cell, alive, has a claim that it does not share. So nothing remains of
// a cell that was destroyed.

extension Invariant {
  /// The invariant "secrets-are-held", as stated above.
  public static var secretsAreHeld: Invariant<L> {
    Invariant("secrets-are-held", "P8") { s, p in
      let (c, x) = (p.cell, p.resource)
      let secret = s.secret(x, c) .& s.logic.isClearable(x) .& (c .!= s.root)
      return (s.enabled .& secret).implies(s.live(c) .& s.claimed(c, x) .& .!s.keepsRoot(c, x))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// A confidential cell runs only an image that root loaded after the cell was last cleared.

extension Invariant {
  /// The invariant "confidential-is-loaded", as stated above.
  public static var confidentialIsLoaded: Invariant<L> {
    Invariant("confidential-is-loaded", "P8") { s, p in
      let runs = s.isIn(p.cell, .running) .& s.isGuest(p.cell) .& s.confidential(p.cell)
      return (s.enabled .& runs).implies(s.loaded(p.cell))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// While a confidential cell is loadable, nothing of what it wrote for itself exists: neither root nor the next image that
// root loads can find it.

extension Invariant {
  /// The invariant "confidential-is-clean", as stated above.
  public static var confidentialIsClean: Invariant<L> {
    Invariant("confidential-is-clean", "P8") { s, p in
      let (c, x) = (p.cell, p.resource)
      let ready = s.isIn(c, .loadable) .& s.confidential(c) .& s.logic.isClearable(x)
      return (s.enabled .& ready).implies(.!s.secret(x, c))
    }
  }
}

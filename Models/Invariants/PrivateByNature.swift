// SPDX-License-Identifier: Apache-2.0
// CPUs and interrupt pins are never shared and never loadable.

extension Invariant {
  /// The invariant "private-by-nature", as stated above.
  public static var privateByNature: Invariant<L> {
    Invariant("private-by-nature", "P9", "P13") { s, p in
      let (c, x) = (p.cell, p.resource)
      let single = s.logic.isCPU(x) .| s.logic.isPin(x)
      return (s.enabled .& s.live(c) .& single).implies(.!s.keepsRoot(c, x) .& .!s.loadable(c, x))
    }
  }
}

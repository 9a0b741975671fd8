// SPDX-License-Identifier: Apache-2.0
// When the hypervisor has left, no cell remains and nothing that a cell wrote for itself.

extension Invariant {
  /// The invariant "left-clean", as stated above.
  public static var leftClean: Invariant<L> {
    Invariant("left-clean", "P8") { s, p in
      let (c, x) = (p.cell, p.resource)
      let gone = .!s.isGuest(c) .| (.!s.live(c) .& (s.logic.isClearable(x).implies(.!s.secret(x, c))))
      return (.!s.enabled).implies(gone)
    }
  }
}

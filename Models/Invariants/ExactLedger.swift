// SPDX-License-Identifier: Apache-2.0
// The ledger names a holder exactly where a live claim takes the resource from root: never another cell, never nobody.
// What the hypervisor claims it never shares.

extension Invariant {
  /// The invariant "exact-ledger", as stated above.
  public static var exactLedger: Invariant<L> {
    Invariant("exact-ledger", "P1") { s, p in
      let (c, x) = (p.cell, p.resource)
      let sound = ((s.holder(x) .== c) .& (c .!= s.root)).implies(s.takes(c, x))
      let complete = s.takes(c, x).implies(s.holder(x) .== c)
      let reserved = .!s.keepsRoot(s.hypervisor, x) .& .!s.loadable(s.hypervisor, x)
      return s.enabled.implies(sound .& complete .& reserved)
    }
  }
}

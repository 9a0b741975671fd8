// SPDX-License-Identifier: Apache-2.0
// What a cell wrote for itself, no other cell can read: not while it lives and not afterwards. Exceptions, all declared:
// root reads LOADABLE regions of a loadable cell that is not confidential; a cell reads what root left in regions
// that are ROOTSHARED or LOADABLE. (Where the hypervisor can clear: memory and CPUs, not registers of devices.)

extension Invariant {
  /// The invariant "no-residue", as stated above.
  public static var noResidue: Invariant<L> {
    Invariant("no-residue", "P8", "P15") { s, p in
      let (c, d, x) = (p.cell, p.other, p.resource)
      let parties = (c .!= d) .& (d .!= s.hypervisor)
      let seen = parties .& s.secret(x, c) .& s.logic.isClearable(x) .& s.access(d, x, .read)
      let toRoot = (d .== s.root) .& s.open(c, x) .& .!s.confidential(c)
      let fromRoot = (c .== s.root) .& (s.keepsRoot(d, x) .| s.loadable(d, x))
      return (s.enabled .& seen).implies(toRoot .| fromRoot)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// If one cell can write what another can read, root included, a channel between them is declared there.

extension Invariant {
  /// The invariant "channels-only", as stated above.
  public static var channelsOnly: Invariant<L> {
    Invariant("channels-only", "P15") { s, p in
      let (u, d, x) = (p.cell, p.other, p.resource)
      let parties = (u .!= d) .& (u .!= s.hypervisor) .& (d .!= s.hypervisor)
      let shared = parties .& s.access(u, x, .write) .& s.access(d, x, .read)
      return (s.enabled .& shared).implies(s.connected(u, d, x))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// What the hypervisor holds (its memory, never-map pages, moderated ports) no cell can use with any right.

extension Invariant {
  /// The invariant "hypervisor-unreachable", as stated above.
  public static var hypervisorUnreachable: Invariant<L> {
    Invariant("hypervisor-unreachable", "P2", "P14") { s, p in
      let (d, x) = (p.other, p.resource)
      let reserved = s.claimed(s.hypervisor, x) .& (d .!= s.hypervisor)
      return (s.enabled .& reserved).implies(.!s.uses(d, x))
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// What a domain sees of a state. Two states that look alike to it must go on looking alike, whatever others do.
//
// A cell sees its own configuration, phase and CPUs, every content that it may read, its interrupt routes, and who is
// on its channels. Root sees, beyond contents that it may read, the whole management state: it wrote it.

/// Two states as one domain sees them.
public struct View<L: Logic> {
  /// One state.
  public let s: State<L>
  /// The other.
  public let t: State<L>

  /// Compares two states.
  public init(_ s: State<L>, _ t: State<L>) {
    self.s = s
    self.t = t
  }

  /// The parts of the view of `d`, at one point. The two states look alike if all hold at all points.
  public func same(for d: L.Cell, _ p: Point<L>) -> [Condition<L>] {
    let (x, r, u) = (p.resource, p.right, p.other)
    let isRoot = d .== s.root
    // Nothing is promised, and nothing compared, once the hypervisor has left.
    return [
      Condition("mode", equal(s.enabled, t.enabled)),
      Condition("own life", s.enabled.implies(lifecycle(of: d))),
      Condition("own claims", s.enabled.implies(equal(s.claims(d, x, r), t.claims(d, x, r)))),
      Condition("own marks", s.enabled.implies(marks(of: d, x))),
      Condition("access", s.enabled.implies(equal(s.access(d, x, r), t.access(d, x, r)))),
      Condition("content", s.enabled.implies(content(for: d, x))),
      Condition("CPUs", s.enabled.implies(equal(s.occupant(x) .== d, t.occupant(x) .== d))),
      Condition("interrupts", s.enabled.implies(interrupts(of: d, x))),
      Condition("channels", s.enabled.implies(equal(s.connected(u, d, x), t.connected(u, d, x)))),
      Condition("every life", (s.enabled .& isRoot).implies(lifecycle(of: u))),
      Condition("every claim", (s.enabled .& isRoot).implies(equal(s.claims(u, x, r), t.claims(u, x, r)))),
      Condition("every mark", (s.enabled .& isRoot).implies(marks(of: u, x))),
      Condition("base layer", (s.enabled .& isRoot).implies(equal(s.base(x, r), t.base(x, r)))),
      Condition("ledger", (s.enabled .& isRoot).implies(ledger(x))),
    ]
  }

  /// All parts at one point.
  public func sameAll(for d: L.Cell, _ p: Point<L>) -> L.Truth {
    same(for: d, p).reduce(s.logic.known(true)) { $0 .& $1.holds }
  }

  private func equal<V: Individual>(_ a: V, _ b: V) -> L.Truth where V.Truth == L.Truth { a .== b }

  private func lifecycle(of c: L.Cell) -> L.Truth {
    let flags = equal(s.confidential(c), t.confidential(c)) .& equal(s.passive(c), t.passive(c))
    let image = equal(s.loaded(c), t.loaded(c))
    let answers = equal(s.agrees(c), t.agrees(c)) .& equal(s.locked(c), t.locked(c))
    return equal(s.phase(c), t.phase(c)) .& flags .& answers .& image
  }

  private func marks(of c: L.Cell, _ x: L.Resource) -> L.Truth {
    equal(s.keepsRoot(c, x), t.keepsRoot(c, x)) .& equal(s.loadable(c, x), t.loadable(c, x))
  }

  private func content(for d: L.Cell, _ x: L.Resource) -> L.Truth {
    s.access(d, x, .read).implies(equal(s.content(x), t.content(x)))
  }

  private func interrupts(of d: L.Cell, _ x: L.Resource) -> L.Truth {
    let route = equal(s.armed(x), t.armed(x)) .& s.armed(x).implies(equal(s.target(x), t.target(x)))
    return s.access(d, x, .write).implies(route)
  }

  private func ledger(_ x: L.Resource) -> L.Truth {
    let owner = equal(s.holder(x), t.holder(x)) .& equal(s.occupant(x), t.occupant(x))
    return owner .& equal(s.manager, t.manager)
  }
}

// SPDX-License-Identifier: Apache-2.0
// What distinguishes two states, every component of them.

extension State {
  /// Some component differs at the point.
  public func differs(from t: State<L>, at p: Point<L>) -> L.Truth {
    let (c, x, r) = (p.cell, p.resource, p.right)
    let life = unequal(phase(c), t.phase(c)) .| unequal(enabled, t.enabled) .| unequal(manager, t.manager)
    let flags = unequal(confidential(c), t.confidential(c)) .| unequal(loaded(c), t.loaded(c))
    let answers = unequal(agrees(c), t.agrees(c)) .| unequal(locked(c), t.locked(c))
    let asked = unequal(passive(c), t.passive(c))
    let marks = unequal(keepsRoot(c, x), t.keepsRoot(c, x)) .| unequal(loadable(c, x), t.loadable(c, x))
    let rights = unequal(claims(c, x, r), t.claims(c, x, r)) .| unequal(base(x, r), t.base(x, r))
    let owner = unequal(holder(x), t.holder(x)) .| unequal(occupant(x), t.occupant(x))
    let pins = unequal(armed(x), t.armed(x)) .| unequal(target(x), t.target(x))
    let data = unequal(content(x), t.content(x)) .| unequal(secret(x, c), t.secret(x, c))
    return life .| flags .| answers .| asked .| marks .| rights .| owner .| pins .| data
  }

  private func unequal<V: Individual>(_ a: V, _ b: V) -> L.Truth where V.Truth == L.Truth { a .!= b }
}

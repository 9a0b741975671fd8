// SPDX-License-Identifier: Apache-2.0
// The two ways in which contents change: a guest writes, or the hypervisor clears.

extension State {
  /// Clears every clearable resource for which `chosen` holds; no secret remains in it.
  mutating func clear(where chosen: @escaping (L.Resource) -> L.Truth) {
    let (old, logic) = (self, logic)
    let wiped: (L.Resource) -> L.Truth = { x in chosen(x) .& logic.isClearable(x) }
    content = { x in .choose(wiped(x), logic.cleared, old.content(x)) }
    secret = { x, c in old.secret(x, c) .& .!wiped(x) }
  }

  /// `writer` puts `value` into `y`. What it writes where it shares with nobody is its secret.
  mutating func write(_ value: L.Value, to y: L.Resource, by writer: L.Cell) {
    let old = self
    let own = (writer .== root) .| .!keepsRoot(writer, y)
    content = updated(old.content, at: y, to: value)
    secret = { x, c in old.secret(x, c) .| ((x .== y) .& (c .== writer) .& own) }
  }
}

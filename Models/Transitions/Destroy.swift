// SPDX-License-Identifier: Apache-2.0
// Destroy: the cell ends. All that it had to itself is cleared; root gets back what its configuration names.

/// A cell is destroyed.
public struct Destroy<L: Logic>: Transition {
  /// The root cell.
  public var actor: L.Cell
  /// The CPU of root on which the call is made.
  public var caller: L.Resource
  /// The cell.
  public var cell: L.Cell
  /// Name for reports.
  public var name: String { "destroy" }

  /// Makes the step.
  public init(actor: L.Cell, caller: L.Resource, cell: L.Cell) {
    self.actor = actor
    self.caller = caller
    self.cell = cell
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("called by root", (actor .== s.root) .& s.runs(caller, actor)),
      Condition("neither root nor the hypervisor", s.isGuest(cell)),
      Condition("the cell exists", s.live(cell)),
      Condition("the cell consents", s.consents(cell)),
      Condition("no other cell forbids it", (p.other .!= cell).implies(.!s.blocks(p.other))),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    let (l, c, no) = (s.logic, cell, s.logic.known(false))
    let cpu: (L.Resource) -> L.Truth = { x in l.isCPU(x) .& s.claimed(c, x) }
    var t = s
    t.manager = caller
    t.phase = updated(s.phase, at: c, to: l.phase(.absent))
    t.confidential = updated(s.confidential, at: c, to: no)
    t.loaded = updated(s.loaded, at: c, to: no)
    t.passive = updated(s.passive, at: c, to: no)
    t.agrees = updated(s.agrees, at: c, to: no)
    t.locked = updated(s.locked, at: c, to: no)
    t.claims = updated(s.claims, at: c) { _, _ in no }
    t.keepsRoot = updated(s.keepsRoot, at: c) { _ in no }
    t.loadable = updated(s.loadable, at: c) { _ in no }
    t.holder = { x in .choose(s.holder(x) .== c, l.root, s.holder(x)) }
    // All of them are root's by its configuration: invariant "cpus-come-from-root".
    t.occupant = { x in .choose(cpu(x), l.root, s.occupant(x)) }
    t.armed = { x in s.armed(x) .& .!s.claimed(c, x) }
    t.clear { x in s.claimed(c, x) .& .!s.keepsRoot(c, x) }
    return t
  }

  /// Root, the cell, and whoever was on a channel with it.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== s.root) .| (d .== cell) .| s.connected(cell, d, x)
  }

  /// Root gets back registers that nobody can clear.
  public func discloses(_ s: State<L>, to d: L.Cell, _ x: L.Resource) -> L.Truth {
    (d .== s.root) .& s.claimed(cell, x) .& .!s.logic.isClearable(x)
  }
}

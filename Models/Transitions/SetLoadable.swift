// SPDX-License-Identifier: Apache-2.0
// Set-loadable: the cell's CPUs are parked, and root gets its LOADABLE regions back to write an image.
//
// What they hold is kept: a declared flow to root. A confidential cell is cleared altogether first, so that neither
// root nor the next image finds anything.

/// A cell is made ready for loading.
public struct SetLoadable<L: Logic>: Transition {
  /// The root cell.
  public var actor: L.Cell
  /// The CPU of root on which the call is made.
  public var caller: L.Resource
  /// The cell.
  public var cell: L.Cell
  /// Name for reports.
  public var name: String { "set-loadable" }

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
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    let (l, c) = (s.logic, cell)
    let wiped = s.confidential(c) .& .!s.isIn(c, .loadable)
    var t = s
    t.manager = caller
    t.phase = updated(s.phase, at: c, to: l.phase(.loadable))
    t.loaded = updated(s.loaded, at: c, to: s.loaded(c) .& .!wiped)
    t.holder = { x in .choose((s.holder(x) .== c) .& s.loadable(c, x), l.root, s.holder(x)) }
    t.occupant = { x in .choose(s.occupant(x) .== c, l.hypervisor, s.occupant(x)) }
    t.armed = { x in s.armed(x) .& .!s.claimed(c, x) }
    t.clear { x in wiped .& s.claimed(c, x) .& .!s.keepsRoot(c, x) }
    return t
  }

  /// Root and the cell.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== s.root) .| (d .== cell)
  }

  /// Root reads the LOADABLE regions of a cell that is not confidential.
  public func discloses(_ s: State<L>, to d: L.Cell, _ x: L.Resource) -> L.Truth {
    let region = s.claimed(cell, x) .& s.loadable(cell, x)
    return (d .== s.root) .& region .& (.!s.confidential(cell) .| .!s.logic.isClearable(x))
  }
}

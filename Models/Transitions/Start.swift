// SPDX-License-Identifier: Apache-2.0
// Start: LOADABLE regions are withdrawn from root, and every CPU of the cell begins in its initial state. Starting a
// running cell restarts it. A confidential cell starts only with an image that was loaded after it was cleared.

/// A cell is started or restarted.
public struct Start<L: Logic>: Transition {
  /// The root cell.
  public var actor: L.Cell
  /// The CPU of root on which the call is made.
  public var caller: L.Resource
  /// The cell.
  public var cell: L.Cell
  /// Name for reports.
  public var name: String { "start" }

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
      Condition("confidential: loaded", s.confidential(cell).implies(s.loaded(cell))),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    let (l, c) = (s.logic, cell)
    let cpu: (L.Resource) -> L.Truth = { x in l.isCPU(x) .& s.claims(c, x, l.right(.execute)) }
    var t = s
    t.manager = caller
    t.phase = updated(s.phase, at: c, to: l.phase(.running))
    t.agrees = updated(s.agrees, at: c, to: l.known(false))
    t.locked = updated(s.locked, at: c, to: l.known(false))
    t.holder = { x in .choose(s.claimed(c, x) .& .!s.keepsRoot(c, x), c, s.holder(x)) }
    t.occupant = { x in .choose(cpu(x), c, s.occupant(x)) }
    t.armed = { x in s.armed(x) .& .!s.claimed(c, x) }
    t.clear { x in cpu(x) }
    return t
  }

  /// Root and the cell.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== s.root) .| (d .== cell)
  }
}

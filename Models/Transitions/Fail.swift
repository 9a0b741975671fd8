// SPDX-License-Identifier: Apache-2.0
// A cell fails: its last CPU has failed, or it did not answer in time. Its CPUs are parked.

/// A cell fails.
public struct Fail<L: Logic>: Transition {
  /// The cell.
  public var actor: L.Cell
  /// Name for reports.
  public var name: String { "fail" }

  /// Makes the step.
  public init(actor: L.Cell) {
    self.actor = actor
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("neither root nor the hypervisor", s.isGuest(actor)),
      Condition("the cell is running", s.isIn(actor, .running)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    t.phase = updated(s.phase, at: actor, to: s.logic.phase(.failed))
    t.occupant = { x in .choose(s.occupant(x) .== actor, s.hypervisor, s.occupant(x)) }
    return t
  }

  /// The cell itself, and to root its status.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== actor) .| (d .== s.root)
  }
}

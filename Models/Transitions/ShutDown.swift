// SPDX-License-Identifier: Apache-2.0
// Shut down, by the cell itself: it says so in its communication region. Its CPUs may go on executing it.

/// A cell shuts itself down.
public struct ShutDown<L: Logic>: Transition {
  /// The cell.
  public var actor: L.Cell
  /// The CPU that executes.
  public var cpu: L.Resource
  /// Name for reports.
  public var name: String { "shut-down" }

  /// Makes the step.
  public init(actor: L.Cell, cpu: L.Resource) {
    self.actor = actor
    self.cpu = cpu
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("neither root nor the hypervisor", s.isGuest(actor)),
      Condition("the CPU runs the cell", s.runs(cpu, actor)),
      Condition("the cell is running", s.isIn(actor, .running)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    t.phase = updated(s.phase, at: actor, to: s.logic.phase(.stopped))
    return t
  }

  /// The cell itself, and to root its status.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== actor) .| (d .== s.root)
  }
}

// SPDX-License-Identifier: Apache-2.0
// A cell replies to what root asks it through the communication region: whether it agrees to be stopped, and whether it
// forbids reconfiguration.

/// A cell replies.
public struct Reply<L: Logic>: Transition {
  /// The cell.
  public var actor: L.Cell
  /// The CPU that executes.
  public var cpu: L.Resource
  /// It consents to be stopped, restarted or destroyed.
  public var agrees: L.Truth
  /// It forbids reconfiguration.
  public var locks: L.Truth
  /// Name for reports.
  public var name: String { "reply" }

  /// Makes the step.
  public init(actor: L.Cell, cpu: L.Resource, agrees: L.Truth, locks: L.Truth) {
    self.actor = actor
    self.cpu = cpu
    self.agrees = agrees
    self.locks = locks
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("neither root nor the hypervisor", s.isGuest(actor)),
      Condition("the CPU runs the cell", s.runs(cpu, actor)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    t.agrees = updated(s.agrees, at: actor, to: agrees)
    t.locked = updated(s.locked, at: actor, to: locks)
    return t
  }

  /// The cell itself, and to root its status.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== actor) .| (d .== s.root)
  }
}

// SPDX-License-Identifier: Apache-2.0
// A CPU fails: the cell did on it what it must not do. That CPU is parked; root can lose its CPUs in this way too.

/// A CPU of a cell fails.
public struct FailCPU<L: Logic>: Transition {
  /// The cell, root included.
  public var actor: L.Cell
  /// The CPU.
  public var cpu: L.Resource
  /// Name for reports.
  public var name: String { "fail-cpu" }

  /// Makes the step.
  public init(actor: L.Cell, cpu: L.Resource) {
    self.actor = actor
    self.cpu = cpu
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("the CPU runs the cell", (actor .!= s.hypervisor) .& s.runs(cpu, actor)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    t.occupant = updated(s.occupant, at: cpu, to: s.hypervisor)
    return t
  }

  /// The cell itself, and to root its status.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== actor) .| (d .== s.root)
  }
}

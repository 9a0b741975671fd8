// SPDX-License-Identifier: Apache-2.0
// A cell programs a pin of its own: from now on it interrupts a CPU of the same cell.

/// A cell routes an interrupt.
public struct Route<L: Logic>: Transition {
  /// The cell, root included.
  public var actor: L.Cell
  /// The CPU that executes.
  public var cpu: L.Resource
  /// The pin.
  public var pin: L.Resource
  /// The CPU to interrupt.
  public var destination: L.Resource
  /// Name for reports.
  public var name: String { "route" }

  /// Makes the step.
  public init(actor: L.Cell, cpu: L.Resource, pin: L.Resource, destination: L.Resource) {
    self.actor = actor
    self.cpu = cpu
    self.pin = pin
    self.destination = destination
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("the CPU runs the cell", (actor .!= s.hypervisor) .& s.runs(cpu, actor)),
      Condition("a pin", s.logic.isPin(pin)),
      Condition("the pin is the cell's", s.access(actor, pin, .write)),
      Condition("a CPU", s.logic.isCPU(destination)),
      Condition("the CPU is the cell's", s.access(actor, destination, .execute)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    t.armed = updated(s.armed, at: pin, to: s.logic.known(true))
    t.target = updated(s.target, at: pin, to: destination)
    return t
  }

  /// The cell itself.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    d .== actor
  }
}

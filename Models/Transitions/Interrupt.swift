// SPDX-License-Identifier: Apache-2.0
// A device of a cell raises its pin: the CPU that the pin is routed to is interrupted.

/// A pin is raised.
public struct Interrupt<L: Logic>: Transition {
  /// The owner of the pin, root included.
  public var actor: L.Cell
  /// The pin.
  public var pin: L.Resource
  /// Name for reports.
  public var name: String { "interrupt" }

  /// Makes the step.
  public init(actor: L.Cell, pin: L.Resource) {
    self.actor = actor
    self.pin = pin
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("the pin is the cell's", (actor .!= s.hypervisor) .& s.access(actor, pin, .write)),
      Condition("the pin is unmasked", s.armed(pin)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    let value = s.logic.combine(s.logic.signal, s.content(s.target(pin)))
    t.write(value, to: s.target(pin), by: actor)
    return t
  }

  /// The cell itself.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    d .== actor
  }
}

// SPDX-License-Identifier: Apache-2.0
// A guest step: a CPU of a cell reads one resource, computes, and writes another. Memory, ports, registers and
// interprocessor interrupts (the resource written is a CPU) are all of this form.

/// A cell computes.
public struct Compute<L: Logic>: Transition {
  /// The cell, root included.
  public var actor: L.Cell
  /// The CPU that executes.
  public var cpu: L.Resource
  /// What is read.
  public var source: L.Resource
  /// What is written.
  public var destination: L.Resource
  /// Name for reports.
  public var name: String { "compute" }

  /// Makes the step.
  public init(actor: L.Cell, cpu: L.Resource, source: L.Resource, destination: L.Resource) {
    self.actor = actor
    self.cpu = cpu
    self.source = source
    self.destination = destination
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("the CPU runs the cell", (actor .!= s.hypervisor) .& s.runs(cpu, actor)),
      Condition("the cell reads the source", s.access(actor, source, .read)),
      Condition("the cell writes the destination", s.access(actor, destination, .write)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    let value = s.logic.combine(s.content(source), s.content(destination))
    t.write(value, to: destination, by: actor)
    return t
  }

  /// What was read.
  public func output(_ s: State<L>) -> L.Value? { s.content(source) }

  /// The cell itself, and whoever shares what is written.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== actor) .| s.connected(actor, d, destination)
  }
}

// SPDX-License-Identifier: Apache-2.0
// DMA: a device of a cell reads one resource and writes another. No CPU takes part; a device of a stopped or failed cell
// may go on. At set-loadable devices are reset.

/// A device transfers.
public struct Transfer<L: Logic>: Transition {
  /// The cell, root included.
  public var actor: L.Cell
  /// Its device.
  public var device: L.Resource
  /// What is read.
  public var source: L.Resource
  /// What is written.
  public var destination: L.Resource
  /// Name for reports.
  public var name: String { "transfer" }

  /// Makes the step.
  public init(actor: L.Cell, device: L.Resource, source: L.Resource, destination: L.Resource) {
    self.actor = actor
    self.device = device
    self.source = source
    self.destination = destination
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("the device is the cell's", (actor .!= s.hypervisor) .& s.access(actor, device, .dma)),
      Condition("the device was not reset", .!s.isIn(actor, .loadable)),
      Condition("the cell reads the source", s.access(actor, source, .read)),
      Condition("devices may use the source", s.access(actor, source, .dma)),
      Condition("the cell writes the destination", s.access(actor, destination, .write)),
      Condition("devices may use the destination", s.access(actor, destination, .dma)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    let value = s.logic.combine(s.content(source), s.content(destination))
    t.write(value, to: destination, by: actor)
    return t
  }

  /// The cell itself, and whoever shares what is written.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== actor) .| s.connected(actor, d, destination)
  }
}

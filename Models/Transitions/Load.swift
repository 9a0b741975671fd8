// SPDX-License-Identifier: Apache-2.0
// Load: root writes into a LOADABLE region of a cell that is loadable, and says so. (Root can write there without saying so:
// that is `Compute`.)

/// Root writes a part of a cell's image.
public struct Load<L: Logic>: Transition {
  /// The root cell.
  public var actor: L.Cell
  /// The CPU that executes.
  public var cpu: L.Resource
  /// The cell.
  public var cell: L.Cell
  /// What root reads.
  public var source: L.Resource
  /// What root writes.
  public var destination: L.Resource
  /// Name for reports.
  public var name: String { "load" }

  /// Makes the step.
  public init(actor: L.Cell, cpu: L.Resource, cell: L.Cell, source: L.Resource, destination: L.Resource) {
    self.actor = actor
    self.cpu = cpu
    self.cell = cell
    self.source = source
    self.destination = destination
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("root executes", (actor .== s.root) .& s.runs(cpu, actor)),
      Condition("the cell is loadable", s.isIn(cell, .loadable)),
      Condition("a loadable region", s.claimed(cell, destination) .& s.loadable(cell, destination)),
      Condition("root reads the source", s.access(actor, source, .read)),
      Condition("root writes the destination", s.access(actor, destination, .write)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    t.loaded = updated(s.loaded, at: cell, to: s.logic.known(true))
    t.write(s.content(source), to: destination, by: actor)
    return t
  }

  /// Root itself, the cell, and whoever shares the region.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== actor) .| (d .== cell) .| s.connected(actor, d, destination)
  }
}

// SPDX-License-Identifier: Apache-2.0
// Disable: the hypervisor leaves, and the machine is root's again.

/// The hypervisor leaves.
public struct Disable<L: Logic>: Transition {
  /// The root cell.
  public var actor: L.Cell
  /// The CPU of root on which the call is made.
  public var caller: L.Resource
  /// Name for reports.
  public var name: String { "disable" }

  /// Makes the step.
  public init(actor: L.Cell, caller: L.Resource) {
    self.actor = actor
    self.caller = caller
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("enabled", s.enabled),
      Condition("called by root", (actor .== s.root) .& s.runs(caller, actor)),
      Condition("no other cell is left", s.isGuest(p.other).implies(.!s.live(p.other))),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    var t = s
    t.enabled = s.logic.known(false)
    return t
  }

  /// Root, which is alone, and whoever is not there.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    (d .== s.root) .| .!s.live(d)
  }
}

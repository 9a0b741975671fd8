// SPDX-License-Identifier: Apache-2.0
// A transition: who acts, when it is allowed, what it does, and what may flow by it.
//
// Refused means: nothing happens, and the actor is told so. Guards and effects stand one to a line, so that
// dropping or changing a line is a fault that some theorem must catch.

/// One step of the machine.
public protocol Transition<L> {
  /// The universe.
  associatedtype L: Logic
  /// Name for reports.
  var name: String { get }
  /// The cell that causes the step, and learns whether it was refused.
  var actor: L.Cell { get }
  /// What must hold, at every point, for the step to be taken.
  func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>]
  /// The state after the step, if it is taken.
  func apply(_ s: State<L>) -> State<L>
  /// What the actor reads out of the step, besides whether it was refused.
  func output(_ s: State<L>) -> L.Value?
  /// The policy: the step may change what `d` sees, because of resource `x` (some `x` is enough).
  func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth
  /// The policy: by this step `d` comes to read `x` with what it holds, although neither `d` nor the actor read it before.
  func discloses(_ s: State<L>, to d: L.Cell, _ x: L.Resource) -> L.Truth
}

extension Transition {
  /// Nothing, unless stated otherwise.
  public func output(_ s: State<L>) -> L.Value? { nil }
  /// Nothing, unless stated otherwise.
  public func discloses(_ s: State<L>, to d: L.Cell, _ x: L.Resource) -> L.Truth { s.logic.known(false) }
  /// All guards at one point.
  public func allowed(_ s: State<L>, _ p: Point<L>) -> L.Truth {
    guards(s, p).reduce(s.logic.known(true)) { $0 .& $1.holds }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Enable: the hypervisor takes over from the running Linux, which becomes the root cell.
//
// Whatever the state was before, nothing of it but contents survives. Where root's configuration names what is the
// hypervisor's, the hypervisor's claim wins.

/// The hypervisor takes over.
public struct Enable<L: Logic>: Transition {
  /// The CPU that enters last and decides.
  public var caller: L.Resource
  /// Root's configuration.
  public var base: (L.Resource, L.Right) -> L.Truth
  /// What nobody but the hypervisor may reach.
  public var reserved: (L.Resource) -> L.Truth
  /// The root cell.
  public var actor: L.Cell
  /// Name for reports.
  public var name: String { "enable" }

  /// Makes the step.
  public init(
    caller: L.Resource, base: @escaping (L.Resource, L.Right) -> L.Truth,
    reserved: @escaping (L.Resource) -> L.Truth, actor: L.Cell
  ) {
    self.caller = caller
    self.base = base
    self.reserved = reserved
    self.actor = actor
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    [
      Condition("not enabled yet", .!s.enabled),
      Condition("called by root on a CPU", (actor .== s.root) .& s.logic.isCPU(caller)),
      Condition("root's configuration names the calling CPU", base(caller, s.logic.right(.execute))),
      Condition("the calling CPU is not reserved", .!reserved(caller)),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    let (l, no, yes) = (s.logic, s.logic.known(false), s.logic.known(true))
    let execute = l.right(.execute)
    var t = s
    t.enabled = yes
    t.manager = caller
    t.phase = { c in .choose(s.isGuest(c), l.phase(.absent), l.phase(.running)) }
    t.confidential = { _ in no }
    t.loaded = { _ in no }
    t.passive = { _ in no }
    t.agrees = { _ in no }
    t.locked = { _ in no }
    t.claims = { c, x, _ in (c .== l.hypervisor) .& reserved(x) }
    t.keepsRoot = { _, _ in no }
    t.loadable = { _, _ in no }
    t.base = base
    t.holder = { x in .choose(reserved(x), l.hypervisor, l.root) }
    t.occupant = { x in .choose(l.isCPU(x) .& base(x, execute) .& .!reserved(x), l.root, l.hypervisor) }
    t.armed = { _ in no }
    t.secret = { _, c in c .== l.root }
    return t
  }

  /// Until enable returns, root is trusted: everything may flow.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth { s.logic.known(true) }
}

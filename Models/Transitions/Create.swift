// SPDX-License-Identifier: Apache-2.0
// Create: resources are cut off from root for a new cell. Its CPUs are parked; what it takes is cleared.
//
// A shared region keeps its content if somebody goes on using it: that is the channel. Otherwise it is cleared too.

/// A cell is created.
public struct Create<L: Logic>: Transition {
  /// The root cell.
  public var actor: L.Cell
  /// The CPU of root on which the call is made.
  public var caller: L.Resource
  /// The new cell.
  public var cell: L.Cell
  /// Its configuration.
  public var request: Request<L>
  /// Name for reports.
  public var name: String { "create" }

  /// Makes the step.
  public init(actor: L.Cell, caller: L.Resource, cell: L.Cell, request: Request<L>) {
    self.actor = actor
    self.caller = caller
    self.cell = cell
    self.request = request
  }

  /// Another cell uses the resource already.
  private func joined(_ s: State<L>, _ x: L.Resource) -> L.Truth {
    s.isGuest(request.peer(x)) .& s.live(request.peer(x)) .& s.claimed(request.peer(x), x)
  }

  /// See `Transition`.
  public func guards(_ s: State<L>, _ p: Point<L>) -> [Condition<L>] {
    let (l, x, d) = (s.logic, p.resource, p.other)
    let wanted = request.claimed(x, s)
    let used = s.live(d) .& (d .!= s.root) .& s.claimed(d, x)
    let shared = request.shareable(x, s) .& s.shareable(d, x)
    return [
      Condition("enabled", s.enabled),
      Condition("called by root", (actor .== s.root) .& s.runs(caller, actor)),
      Condition("an identity for a new cell", s.isGuest(cell)),
      Condition("no such cell yet", s.isIn(cell, .absent)),
      Condition("no cell forbids it", .!s.blocks(d)),
      Condition("no conflict with another claim", (wanted .& used).implies(shared)),
      Condition("its CPUs are root's", (wanted .& l.isCPU(x)).implies(s.access(s.root, x, .execute))),
      Condition("the calling CPU stays", .!request.claimed(caller, s)),
      Condition("a CPU is not shared", l.isCPU(x).implies(.!request.keepsRoot(x))),
      Condition("a pin is not shared", l.isPin(x).implies(.!request.keepsRoot(x))),
      Condition("a CPU is not loadable", l.isCPU(x).implies(.!request.loadable(x))),
      Condition("a pin is not loadable", l.isPin(x).implies(.!request.loadable(x))),
      Condition("the peer is a peer", (wanted .& used .& s.isGuest(d)).implies(joined(s, x))),
    ]
  }

  /// See `Transition`.
  public func apply(_ s: State<L>) -> State<L> {
    let (l, c, no) = (s.logic, cell, s.logic.known(false))
    let wanted: (L.Resource) -> L.Truth = { x in request.claimed(x, s) }
    let kept: (L.Resource) -> L.Truth = { x in
      request.keepsRoot(x) .& (s.access(s.root, x, .read) .| joined(s, x))
    }
    var t = s
    t.manager = caller
    t.phase = updated(s.phase, at: c, to: l.phase(.stopped))
    t.confidential = updated(s.confidential, at: c, to: request.confidential)
    t.loaded = updated(s.loaded, at: c, to: no)
    t.passive = updated(s.passive, at: c, to: request.passive)
    t.agrees = updated(s.agrees, at: c, to: no)
    t.locked = updated(s.locked, at: c, to: no)
    t.claims = updated(s.claims, at: c, to: request.claims)
    t.keepsRoot = updated(s.keepsRoot, at: c, to: request.keepsRoot)
    t.loadable = updated(s.loadable, at: c, to: request.loadable)
    t.holder = { x in .choose(wanted(x) .& .!request.keepsRoot(x), c, s.holder(x)) }
    t.occupant = { x in .choose(wanted(x) .& l.isCPU(x), l.hypervisor, s.occupant(x)) }
    t.armed = { x in s.armed(x) .& .!wanted(x) .& .!wanted(s.target(x)) }
    t.clear { x in wanted(x) .& .!kept(x) }
    return t
  }

  /// Root, the new cell, and whoever finds itself on a channel with it.
  public func mayFlow(_ s: State<L>, to d: L.Cell, by x: L.Resource) -> L.Truth {
    let channel = s.claimed(d, x) .& s.shareable(d, x) .& request.claimed(x, s)
    return (d .== s.root) .| (d .== cell) .| channel
  }

  /// The new cell reads what a channel holds that it joins, and registers that nobody can clear.
  public func discloses(_ s: State<L>, to d: L.Cell, _ x: L.Resource) -> L.Truth {
    let channel = request.keepsRoot(x) .& joined(s, x)
    return (d .== cell) .& request.claimed(x, s) .& (channel .| .!s.logic.isClearable(x))
  }
}

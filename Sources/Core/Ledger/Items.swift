// SPDX-License-Identifier: Apache-2.0
// A configuration as a list of items: every region, cache share, interrupt line, port range, function, stream and CPU
// bit, numbered through. One item makes at most one claim, so that one loop turns a configuration into claims.

/// The numbering of a configuration's items: each field is the number of the first item of its kind.
public struct Items<W: Word>: Sendable {
  public let caches: W
  public let pins: W
  public let ports: W
  public let devices: W
  public let streams: W
  public let cpus: W
  /// How many items there are.
  public let count: W

  /// Numbers the items of a layout. Memory regions come first.
  public init(_ layout: CellLayout<W>) {
    caches = layout.memory.count
    pins = caches + layout.caches.count
    ports = pins + layout.chips.count.times(128)
    devices = ports + layout.ports.count
    streams = devices + layout.devices.count
    cpus = streams + layout.streams.count
    count = cpus + layout.cpus.count.times(8)
  }
}

/// Who the items are for.
public struct Claimant<W: Word>: Sendable {
  /// Root's id or the new cell's.
  public let owner: W
  /// True where the items are root's base layer. Known at compile time of each call: never symbolic.
  public let isRoot: Bool
  /// The CPU that asked; not in the set. Only for cells.
  public let caller: W
  /// Names a claimant.
  public init(owner: W, isRoot: Bool, caller: W) {
    self.owner = owner
    self.isRoot = isRoot
    self.caller = caller
  }
}

extension Machine {
  /// The claim that item `t` makes; an empty one where it makes none.
  public func claim(
    ofItem t: W, _ items: Items<W>, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try step(claimant.isRoot ? .rootItem : .cellItem, .nothing, frame: .none) {
      (t .< items.count) .& layout.isInside() .& facts.areSound(for: claimant)
    } ensures: { claim in
      claim.isSound(for: claimant)
    } body: { () throws(Refusal<W>) in
      try self.makeClaim(ofItem: t, items, layout, facts, claimant)
    }
  }

  private func makeClaim(
    ofItem t: W, _ items: Items<W>, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    if t < items.caches { return try memoryClaim(t, layout, claimant) }
    if t < items.pins { return try cacheClaim(t - items.caches, layout, claimant) }
    if t < items.ports { return try pinClaim(t - items.pins, layout, claimant) }
    if t < items.devices { return try portClaim(t - items.ports, layout, facts, claimant) }
    if t < items.streams { return try deviceClaim(t - items.devices, layout, claimant) }
    if t < items.cpus { return streamClaim(t - items.streams, layout, facts, claimant) }
    return try cpuClaim(t - items.cpus, layout, facts, claimant)
  }
}

extension Claim {
  /// What every claim of a configuration keeps: a range inside its space, its owner's, shareable only where root keeps it,
  /// and base layer exactly if it is root's.
  func isSound(for claimant: Claimant<W>) -> W.Condition {
    let isClaim =
      (base .<= end) .& (end .< W(known: 1 << 63)) .& (owner .== claimant.owner)
      .& ((marks & W(known: Marks.base)) .== W(known: claimant.layer))
      .& (marks.has(Marks.shareable) ==> (marks.has(Marks.keepsRoot) .& .!marks.has(Marks.execute)))
      .& marks.hasAny(Marks.rights)
    return (base .== end) .| isClaim
  }
}

extension Facts {
  /// Root's CPU bitmap lies inside the retained configuration (needed only where cells ask for CPUs).
  func areSound(for claimant: Claimant<W>) -> W.Condition {
    let end = rootCPUs &+ rootCPUBytes
    let isInside =
      (1 .<= rootCPUBytes) .& (rootCPUBytes .<= W(known: Limit.cpuSet)) .& (rootCPUs .<= end)
      .& (end .<= systemSize) .& (systemSize .<= W(known: Limit.systemConfig))
    return W.Condition(known: claimant.isRoot) .| isInside
  }
}

extension Claimant {
  /// The mark of root's base layer, or none.
  var layer: UInt64 { isRoot ? Marks.base : 0 }
}

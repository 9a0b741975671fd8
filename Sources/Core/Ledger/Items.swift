// SPDX-License-Identifier: Apache-2.0
// A configuration as a list of items: every region, cache share, interrupt line, port range, function, stream and CPU
// bit, numbered through. One item makes at most one claim, so that one loop turns a configuration into claims.

/// The numbering of a configuration's items: each field is the number of the first item of its kind.
struct Items<W: Word>: Sendable {
  let caches: W
  let pins: W
  let ports: W
  let devices: W
  let streams: W
  let cpus: W
  /// How many items there are.
  let count: W

  /// Numbers the items of a layout. Memory regions come first.
  init(_ layout: CellLayout<W>) {
    caches = layout.memoryCount
    pins = caches + layout.cacheCount
    ports = pins + layout.chipCount.times(128)
    devices = ports + layout.portCount
    streams = devices + layout.deviceCount
    cpus = streams + layout.streamCount
    count = cpus + layout.cpuBytes.times(8)
  }
}

/// Who the items are for.
struct Claimant<W: Word>: Sendable {
  /// Root's id or the new cell's.
  let owner: W
  /// True where the items are root's base layer. Known at compile time of each call: never symbolic.
  let isRoot: Bool
  /// The CPU that asked; not in the set. Only for cells.
  let caller: W
}

extension Machine {
  /// The claim that item `t` makes; `Claim.nothing` where it makes none.
  func claim(
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

extension Claimant {
  /// The mark of root's base layer, or none.
  var layer: UInt64 { isRoot ? Marks.base : 0 }
}

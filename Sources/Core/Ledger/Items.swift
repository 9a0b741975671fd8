// SPDX-License-Identifier: Apache-2.0
// A configuration as a list of items: every region, cache share, interrupt line, port range, function, stream and CPU
// bit, numbered through. One item makes at most one claim, so that one loop turns a configuration into claims.

/// How many items a configuration has. They are numbered kind by kind: memory regions, cache shares, interrupt lines (128 a
/// chip), port ranges, PCI functions, stream ids, CPU bits.
public struct Items<W: Word>: Sendable {
  /// How many there are.
  public let count: W

  /// Counts the items of a layout.
  public init(_ layout: CellLayout<W>) {
    let memoryAndLines = layout.memory.count + layout.caches.count + layout.chips.count.times(128)
    let devices = layout.ports.count + layout.devices.count + layout.streams.count
    count = memoryAndLines + devices + layout.cpus.count.times(8)
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

/// All that an item's claim depends on, besides the item's number, the configurations' bytes and who runs on which CPU.
public struct ItemSource<W: Word>: Sendable {
  /// Where the arrays are.
  public let layout: CellLayout<W>
  /// The system's facts; nil for kinds of items that need none.
  public let facts: Facts<W>?
  /// Who the items are for.
  public let claimant: Claimant<W>
  /// Names a source.
  public init(_ layout: CellLayout<W>, _ facts: Facts<W>?, _ claimant: Claimant<W>) {
    self.layout = layout
    self.facts = facts
    self.claimant = claimant
  }
}

extension Machine {
  /// The claim that item `t` makes; an empty one where it makes none, or there is no such item.
  public func claim(
    ofItem t: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try look(
      claimant.itemStep, t, ItemSource(layout, facts, claimant), .nothing, reads: .items
    ) {
      layout.isInside() .& facts.isSound()
    } ensures: { claim in
      self.isSound(claim, for: claimant)
    } body: { () throws(Refusal<W>) in
      try self.makeClaim(ofItem: t, layout, facts, claimant)
    }
  }

  /// What `claim(ofItem:)` comes to, for specifications.
  func outcome(
    ofItem t: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) -> Outcome<Claim<W>> {
    outcome(
      of: claimant.itemStep, t, ItemSource(layout, facts, claimant), .nothing, reads: .items
    ) { () throws(Refusal<W>) in
      try self.makeClaim(ofItem: t, layout, facts, claimant)
    }
  }

  private func makeClaim(
    ofItem t: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    // What is left of the number after the kinds passed: so each kind's own bound is the branch that leads to it.
    var rest = t
    if rest < layout.memory.count { return try memoryItem(rest, layout, claimant) }
    rest = rest - layout.memory.count
    if rest < layout.caches.count { return try cacheItem(rest, layout, facts, claimant) }
    rest = rest - layout.caches.count
    if rest < layout.chips.count.times(128) { return try pinItem(rest, layout, facts, claimant) }
    rest = rest - layout.chips.count.times(128)
    if rest < layout.ports.count { return try portItem(rest, layout, facts, claimant) }
    rest = rest - layout.ports.count
    if rest < layout.devices.count { return try deviceItem(rest, layout, claimant) }
    rest = rest - layout.devices.count
    if rest < layout.streams.count { return try streamItem(rest, layout, facts, claimant) }
    rest = rest - layout.streams.count
    if rest < layout.cpus.count.times(8) { return try cpuItem(rest, layout, facts, claimant) }
    return .nothing
  }

  /// One kind of item: a step, so that each kind has a theorem of its own.
  func item(
    _ kind: ProvedStep, _ index: W, _ source: ItemSource<W>, requires: @Sendable () -> W.Condition,
    body: @Sendable () throws(Refusal<W>) -> Claim<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try look(
      kind, index, source, .nothing, reads: .items, requires: requires,
      ensures: { self.isSound($0, for: source.claimant) }, body: body)
  }

  /// A CPU that a cell may claim runs root, and is not the one that asks.
  private func isFree(_ cpu: W, for claimant: Claimant<W>) -> W.Condition {
    (cpu .< capacity(.occupant))
      ==> ((read(.occupant, cpu) .== W(known: Owner.root)) .& (cpu .!= claimant.caller))
  }

  /// What every claim of a configuration keeps: it is empty, or well formed, its owner's, and base layer exactly if it is
  /// root's.
  func isSound(_ claim: Claim<W>, for claimant: Claimant<W>) -> W.Condition {
    let isClaim =
      claim.isWellFormed(cpus: capacity(.occupant)) .& (claim.owner .== claimant.owner)
      .& ((claim.marks & W(known: Marks.base)) .== W(known: claimant.layer))
      .& (W.Condition(known: claimant.isRoot) .| self.isFree(cpu(of: claim), for: claimant))
    return (claim.base .== claim.end) .| isClaim
  }
}

extension Claimant {
  /// The mark of root's base layer, or none.
  var layer: UInt64 { isRoot ? Marks.base : 0 }
  /// The step that makes the claim of an item.
  var itemStep: ProvedStep { isRoot ? .rootItem : .cellItem }
}

extension TableSet {
  /// What the claim of an item depends on, besides the configurations.
  static var items: TableSet { TableSet(.occupant) | TableSet(.communication) }
}

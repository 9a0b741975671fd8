// SPDX-License-Identifier: Apache-2.0
// The ledger is rebuilt, never patched. Promise: the next generation holds every claim of the current one but those of
// `gone`, and every claim of the new configuration, and nothing else.
//
// (`keptFacts`, `itemFacts`: theorems "keep", "add-cell", "add-root".)
// `source` and `place` are witnesses: they say where each new row came from and where each source went. No code
// reads them; the invariants do, and silicon does not store them.

/// What the loop over items carries.
public struct Adding<W: Word>: LoopState {
  /// The first row that is added.
  public let first: W
  /// Rows built so far.
  public var count: W
  /// Nothing added yet, behind `first` rows.
  public init(behind first: W) { self.init(first: first, count: first) }
  private init(first: W, count: W) {
    self.first = first
    self.count = count
  }
  public func map(_ transform: (W) -> W) -> Adding<W> {
    Adding(first: transform(first), count: transform(count))
  }
}

extension Machine {
  /// Copies the claims in force to the next generation, leaving out those of `gone`. Returns how many there are.
  public func keepClaims(except gone: W) throws(Refusal<W>) -> W {
    let total = register(Register.claimCount)
    return try step(.keepClaims, given: gone, OneWord<W>(0), frame: .next | TableSet(.place)) {
      total .<= self.capacity(.currentBase)
    } ensures: { kept in
      (kept.value .<= total) .& self.keptFacts(below: total, rows: kept.value, gone: gone)
    } body: { () throws(Refusal<W>) in
      self.copyClaims(total, except: gone)
    }.value
  }

  private func copyClaims(_ total: W, except gone: W) -> OneWord<W> {
    var kept = OneWord<W>(0)
    loop(.keepClaims, total, &kept, frame: .next | TableSet(.place)) { i, kept in
      (kept.value .<= i) .& self.keptFacts(below: i, rows: kept.value, gone: gone)
    } body: { i, kept in
      let claim = self.claim(.current, i)
      if claim.owner == gone { return }
      self.setNext(kept.value, claim, source: i)
      self.witness(.place, i, kept.value)
      kept.value = kept.value + 1
    }
    return kept
  }

  /// Nothing lost, nothing invented: for two arbitrary new rows and one arbitrary old claim.
  func keptFacts(below i: W, rows: W, gone: W) -> W.Condition {
    let old = arbitrary(Ghost.oldRow)
    let to = read(.place, old)
    let isThere = (to .< rows) .& same(to, old)
    let isLost = (old .< i) .& (read(.currentOwner, old) .!= gone) .& .!isThere
    return .!isLost
      .& isInherited(arbitrary(Ghost.firstRow), below: i, rows: rows, gone: gone)
      .& isInherited(arbitrary(Ghost.secondRow), below: i, rows: rows, gone: gone)
  }

  /// Row `new` of the next generation, if below `rows`, is a claim in force that is not `gone`'s.
  private func isInherited(_ new: W, below i: W, rows: W, gone: W) -> W.Condition {
    let from = read(.nextSource, new)
    return (new .< rows) ==> ((from .< i) .& same(new, from) .& (read(.currentOwner, from) .!= gone))
  }

  /// Row `new` of the next generation equals row `old` of the current one.
  private func same(_ new: W, _ old: W) -> W.Condition {
    (read(.nextBase, new) .== read(.currentBase, old))
      .& (read(.nextEnd, new) .== read(.currentEnd, old))
      .& (read(.nextOwner, new) .== read(.currentOwner, old))
      .& (read(.nextMarks, new) .== read(.currentMarks, old))
      .& (read(.nextGuest, new) .== read(.currentGuest, old))
  }

  /// Appends the claims of a configuration's items to the next generation. Returns how many rows there are then.
  public func addItems(
    _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>, after kept: W, gone: W
  ) throws(Refusal<W>) -> W {
    let old = register(Register.claimCount)
    let room = capacity(.nextBase)
    let name = claimant.isRoot ? ProvedStep.addRoot : .addCell
    return try step(
      name, given: (layout, facts, claimant, kept, gone), Adding<W>(behind: 0),
      frame: .next | TableSet(.place)
    ) {
      layout.isInside() .& facts.isSound() .& (kept .<= room) .& (old .<= room)
        .& self.keptFacts(below: old, rows: kept, gone: gone)
    } ensures: { adding in
      (adding.first .== kept) .& (kept .<= adding.count) .& (adding.count .<= room)
        .& self.keptFacts(below: old, rows: kept, gone: gone)
        .& self.addedFacts(after: kept, rows: adding.count, claimant)
        .& self.itemFacts(
          below: Items(layout).count, after: kept, rows: adding.count, layout, facts, claimant)
    } body: { () throws(Refusal<W>) in
      try self.appendItems(layout, facts, claimant, after: kept, gone: gone)
    }.count
  }

  private func appendItems(
    _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>, after kept: W, gone: W
  ) throws(Refusal<W>) -> Adding<W> {
    let old = register(Register.claimCount)
    let room = capacity(.nextBase)
    let items = Items(layout)
    var adding = Adding<W>(behind: kept)
    try loop(.addItems, items.count, &adding, frame: .next | TableSet(.place)) { t, adding in
      (adding.first .== kept) .& (kept .<= adding.count) .& (adding.count .<= room)
        .& self.keptFacts(below: old, rows: kept, gone: gone)
        .& self.addedFacts(after: kept, rows: adding.count, claimant)
        .& self.itemFacts(below: t, after: kept, rows: adding.count, layout, facts, claimant)
    } body: { (t, adding) throws(Refusal<W>) in
      let claim = try self.claim(ofItem: t, layout, facts, claimant)
      if claim.base == claim.end { return }
      guard adding.count < room else { throw Refusal(.tooManyClaims, room) }
      self.setNext(adding.count, claim, source: old &+ t)
      self.witness(.place, old &+ t, adding.count)
      adding.count = adding.count + 1
    }
    return adding
  }

  /// Rows behind the kept ones are sound claims of the new owner: for two arbitrary rows.
  func addedFacts(after kept: W, rows: W, _ claimant: Claimant<W>) -> W.Condition {
    isAdded(arbitrary(Ghost.firstRow), after: kept, rows: rows, claimant)
      .& isAdded(arbitrary(Ghost.secondRow), after: kept, rows: rows, claimant)
  }

  private func isAdded(_ new: W, after kept: W, rows: W, _ claimant: Claimant<W>) -> W.Condition {
    let claim = claim(.next, new)
    return ((kept .<= new) .& (new .< rows))
      ==> ((claim.base .!= claim.end) .& self.isSound(claim, for: claimant))
  }
}

extension Machine {
  /// No item is left out and none invented. The claim of each item below `t`, if it makes one, is a row behind the kept
  /// ones: for one arbitrary item. Each of these rows is the claim of the item that it came from: for one arbitrary row.
  func itemFacts(
    below t: W, after kept: W, rows: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) -> W.Condition {
    let old = register(Register.claimCount)
    let item = arbitrary(Ghost.item)
    let claim = outcome(ofItem: item, layout, facts, claimant)
    let place = read(.place, old &+ item)
    let isThere =
      (kept .<= place) .& (place .< rows) .& isNext(place, claim.value)
      .& (read(.nextSource, place) .== (old &+ item))
    let row = arbitrary(Ghost.newRow)
    let from = read(.nextSource, row) &- old
    let source = outcome(ofItem: from, layout, facts, claimant)
    return ((item .< t) ==> (claim.isReturned .& ((claim.value.base .== claim.value.end) .| isThere)))
      .& (((kept .<= row) .& (row .< rows))
        ==> ((from .< t) .& source.isReturned .& isNext(row, source.value)))
  }

  /// Row `row` of the next generation is this claim.
  private func isNext(_ row: W, _ claim: Claim<W>) -> W.Condition {
    (read(.nextBase, row) .== claim.base) .& (read(.nextEnd, row) .== claim.end)
      .& (read(.nextOwner, row) .== claim.owner) .& (read(.nextMarks, row) .== claim.marks)
      .& (read(.nextGuest, row) .== claim.guest)
  }
}

/// The ghosts, by what they stand for. Each is one arbitrary word, fixed before a transition begins.
public enum Ghost {
  /// Two rows of the generation under construction, or two ranges of the guest-physical view.
  public static var firstRow: Int { 0 }
  public static var secondRow: Int { 1 }
  /// A row of the generation in force.
  public static var oldRow: Int { 2 }
  /// An item of the configuration under admission.
  public static var item: Int { 3 }
  /// A resource.
  public static var resource: Int { 4 }
  /// A CPU.
  public static var cpu: Int { 5 }
  /// A row of the generation under construction, as one that came from an item.
  public static var newRow: Int { 6 }
  /// A guest-physical address, below 2^48.
  public static var address: Int { 7 }
  /// A page of the pool, and an index of a slot in it.
  public static var page: Int { 8 }
  public static var slot: Int { 9 }
  /// A tree.
  public static var tree: Int { 10 }
  /// A number that a bitmap has a bit for: a port, or a bit of the MSR bitmaps.
  public static var bit: Int { 11 }
  /// How many ghosts there are.
  public static var count: Int { 12 }
}

// SPDX-License-Identifier: Apache-2.0
// The ledger is rebuilt, never patched. Promise: the next generation holds every claim of the current one but those of
// `gone`, and every claim of the new configuration, and nothing else.
//
// `source` and `place` are witnesses: they say where each new row came from and where each source went. No code
// reads them; the invariants do, and silicon does not store them.

/// What the loop over items carries.
public struct Adding<W: Word>: LoopState {
  /// Rows built so far.
  public var count: W
  public func map(_ transform: (W) -> W) -> Adding<W> { Adding(count: transform(count)) }
}

extension Machine {
  /// Copies the claims in force to the next generation, leaving out those of `gone`. Returns how many there are.
  func keepClaims(except gone: W) -> W {
    let total = register(Register.claimCount)
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
    return kept.value
  }

  /// Nothing lost, nothing invented, for one arbitrary new row and one arbitrary old claim.
  func keptFacts(below i: W, rows: W, gone: W) -> W.Condition {
    let new = arbitrary(Ghost.newRow)
    let old = arbitrary(Ghost.oldRow)
    let from = read(.nextSource, new)
    let invented =
      (from .< i) .& same(new, from) .& (read(.currentOwner, from) .!= gone)
    let to = read(.place, old)
    let lost = (to .< rows) .& same(to, old) .& (read(.nextSource, to) .== old)
    return ((new .< rows) ==> invented)
      .& (((old .< i) .& (read(.currentOwner, old) .!= gone)) ==> lost)
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
  func addItems(
    _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>, after kept: W, gone: W
  ) throws(Refusal<W>) -> W {
    let old = register(Register.claimCount)
    let room = capacity(.nextBase)
    let items = Items(layout)
    var adding = Adding<W>(count: kept)
    try loop(.addItems, items.count, &adding, frame: .next | TableSet(.place)) { t, adding in
      (kept .<= adding.count) .& ((adding.count &- kept) .<= t) .& (adding.count .<= room)
        .& self.keptFacts(below: old, rows: kept, gone: gone)
        .& self.addedFacts(below: t, after: kept, rows: adding.count, old: old, owner: claimant.owner)
    } body: { (t, adding) throws(Refusal<W>) in
      let claim = try self.claim(ofItem: t, items, layout, facts, claimant)
      if claim.base == claim.end { return }
      guard adding.count < room else { throw Refusal(.tooManyClaims, room) }
      self.setNext(adding.count, claim, source: old &+ t)
      self.witness(.place, old &+ t, adding.count)
      adding.count = adding.count + 1
    }
    return adding.count
  }

  /// For one arbitrary new row behind the kept ones: it came from an item, and belongs to the new owner.
  func addedFacts(below t: W, after kept: W, rows: W, old: W, owner: W) -> W.Condition {
    let new = arbitrary(Ghost.newRow)
    let isAdded = (kept .<= new) .& (new .< rows)
    let item = read(.nextSource, new) &- old
    return isAdded ==> ((item .< t) .& (read(.nextOwner, new) .== owner))
  }
}

/// The ghosts, by what they stand for. Each is one arbitrary word, fixed before a transition begins.
public enum Ghost {
  /// A row of the next generation.
  public static var newRow: Int { 0 }
  /// A row of the current generation.
  public static var oldRow: Int { 1 }
  /// Two rows of the view that is swept.
  public static var firstSwept: Int { 2 }
  public static var secondSwept: Int { 3 }
  /// An item of the configuration under admission.
  public static var item: Int { 4 }
  /// A resource.
  public static var resource: Int { 5 }
  /// How many ghosts there are.
  public static var count: Int { 6 }
}

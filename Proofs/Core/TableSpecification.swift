// SPDX-License-Identifier: Apache-2.0
// Which tables a claim needs, said without counting: for arbitrary slots. A level's tables are numbered by address: table
// `n` at a level of `bits` maps the bytes n << bits ..< (n + 1) << bits.
//
// If each table that a claim needs comes less than `n` behind that of its first byte, `n` are enough. Where
// large pages serve, at most two are needed at level 1, and those are asked for. What is deducted is one table at each
// level, which the claim needs and the claim before needs too.

import Core
import Symbolic

extension Claim where W == SymbolicWord {
  private var end2: W { guest &+ (end &- base) }
  /// The scope's tables map the claim.
  func isTheirs(_ kind: TableKind, _ scope: TableScope<W>) -> SymbolicTruth {
    switch scope {
    case .owner(let who): isMapped(in: kind) .& (owner .== who)
    case .everyone: isMapped(in: kind) .& (owner .!= W(known: Owner.hypervisor))
    }
  }
  /// Some byte of the guest-physical range lies in the table.
  func touches(_ table: W, _ bits: UInt64) -> SymbolicTruth {
    ((table << W(known: bits)) .< end2) .& (guest .< ((table &+ 1) << W(known: bits)))
  }
  /// The claim can have no page of 2 MiB at all.
  var isSmall: SymbolicTruth {
    marks.has(Marks.smallPages) .| (((base &- guest) & 0x1f_ffff) .!= 0)
  }
  /// The table of 2 MiB is needed: it is touched, and no page of 2 MiB can stand in its place.
  func needsSmall(_ table: W) -> SymbolicTruth {
    let first = table << 21
    let isInside = (guest .<= first) .& ((first &+ (1 << 21)) .<= end2)
    // Both addresses of a page of 2 MiB are multiples of its size, so guest and host agree in their lower bits.
    let isLarge = isInside .& .!isSmall
    return touches(table, 21) .& .!isLarge
  }
  /// The host-physical range covers a part of the 2 MiB, and not all.
  func splits(_ slot: W) -> SymbolicTruth {
    let first = slot << 21
    let next = (slot &+ 1) << 21
    return (first .< end) .& (base .< next) .& .!((base .<= first) .& (next .<= end))
  }
  /// `note` is of this claim: it is the last one that was counted.
  func isNoted(_ note: TablesBefore<W>, _ kind: TableKind, _ scope: TableScope<W>) -> SymbolicTruth {
    (note.isThere .== 1)
      ==> (isTheirs(kind, scope) .& (note.owner .== owner) .& (note.last .== (end2 &- 1)) .& (guest .< end2)
        .& ((note.hasLevel1 .== 1) ==> needsSmall(lastTable(21))))
  }
  /// Number of the table of the last guest-physical byte.
  func lastTable(_ bits: UInt64) -> W { (end2 &- 1) >> W(known: bits) }
}

/// What is asked of the tables that are counted for one claim.
struct TableSpecification {
  typealias W = SymbolicWord
  let explorer: Explorer
  let kind: TableKind
  let scope: TableScope<W>
  let claim: Claim<W>
  let before: Claim<W>
  /// Three arbitrary tables, in order.
  let a: W
  let b: W
  let c: W

  init(
    _ m: SymbolicMachine, _ kind: TableKind, _ scope: TableScope<W>, claim: Claim<W>, before: Claim<W>
  ) {
    explorer = m.explorer
    (self.kind, self.scope, self.claim, self.before) = (kind, scope, claim, before)
    (a, b, c) = (m.any("a"), m.any("b"), m.any("c"))
  }

  /// Shows that `cost` counts every table.
  func prove(_ cost: TableCost<W>) {
    for bits in [21, 30, 39, 48] as [UInt64] { between(bits) }
    show("level 1, large pages") { large(cost.level1 &+ cost.shared1) }
    endToEnd("level 1, small pages", 21, claim.isSmall, cost.level1 &+ cost.shared1)
    show("level 1, small pages") { small(cost.level1 &+ cost.shared1) }
    show("level 1, no third") {
      noThird(claim.isTheirs(kind, scope) .& .!claim.isSmall) { claim.needsSmall($0) }
    }
    endToEnd("level 2", 30, .known(true), cost.level2 &+ cost.shared2)
    show("level 2") { upper(cost.level2 &+ cost.shared2, 30) }
    endToEnd("level 3", 39, .known(true), cost.level3 &+ cost.shared3)
    show("level 3") { upper(cost.level3 &+ cost.shared3, 39) }
    show("level 4") { high(cost.level4) }
    show("deducted, level 1") { deducted(cost.shared1, 21) { $0.needsSmall($1) } }
    show("deducted, level 2") { deducted(cost.shared2, 30) { $0.touches($1, 30) } }
    show("deducted, level 3") { deducted(cost.shared3, 39) { $0.touches($1, 39) } }
    show("cut") { cuts(cost.cut) }
    show("cut, no third") { noThird(.known(true)) { claim.splits($0) } }
  }

  private func show(_ name: String, _ truth: () -> SymbolicTruth) {
    explorer.prove("every table is counted: \(name)", explorer.specifying(truth))
  }
  /// The tables exist, and stand in this order.
  private func ordered(_ bits: UInt64) -> SymbolicTruth {
    (a .<= b) .& (b .< W(known: 1 << (53 - bits))) .& claim.isTheirs(kind, scope)
  }
  private func both(_ needs: (W) -> SymbolicTruth) -> SymbolicTruth { needs(a) .& needs(b) }
  /// A table at the level.
  private func exists(_ bits: UInt64) -> SymbolicTruth {
    (a .< W(known: 1 << (53 - bits))) .& claim.isTheirs(kind, scope)
  }
  private func first(_ bits: UInt64) -> W { claim.guest >> W(known: bits) }
  /// `a` is one of `tables`, numbered from the first byte's on.
  private func isCounted(_ tables: W, _ bits: UInt64) -> SymbolicTruth {
    (first(bits) .<= a) .& ((a &- first(bits)) .< tables)
  }

  /// A table that the claim touches comes not before that of its first byte, nor behind that of its last.
  private func between(_ bits: UInt64) {
    show("between the ends, \(bits)") {
      (exists(bits) .& claim.touches(a, bits)) ==> ((first(bits) .<= a) .& (a .<= claim.lastTable(bits)))
    }
  }
  /// Steps on the way: `tables` are all from the first byte's to the last byte's, and no table in between lies farther from the first
  /// than the last.
  private func endToEnd(_ name: String, _ bits: UInt64, _ condition: SymbolicTruth, _ tables: W) {
    let (first, last) = (first(bits), claim.lastTable(bits))
    let touched = exists(bits) .& condition .& claim.touches(a, bits)
    show("\(name): in order") { touched ==> (first .<= last) }
    show("\(name): not farther apart") { touched ==> ((a &- first) .<= (last &- first)) }
    show("\(name): from end to end") { touched ==> (tables .== (last &- first &+ 1)) }
  }
  private func upper(_ tables: W, _ bits: UInt64) -> SymbolicTruth {
    (exists(bits) .& claim.touches(a, bits)) ==> isCounted(tables, bits)
  }
  /// Level 4 where the claim needs another table there than the first, which is the root that all share.
  private func high(_ tables: W) -> SymbolicTruth {
    let touches = both { claim.touches($0, 48) } .& (b .< W(known: 1 << 5)) .& exists(48)
    return (touches .& (b .!= 0)) ==> isCounted(tables, 48)
  }
  /// What is deducted at a level is the last table of the claim before, which both claims need.
  private func deducted(_ shared: W, _ bits: UInt64, _ needs: (Claim<W>, W) -> SymbolicTruth) -> SymbolicTruth
  {
    let table = before.lastTable(bits)
    let isBoth = (before.owner .== claim.owner) .& needs(before, table) .& needs(claim, table)
    return (shared .<= 1) .& ((shared .!= 0) ==> isBoth)
  }
  /// Level 1 of a claim that has no large page: all that it touches.
  private func small(_ tables: W) -> SymbolicTruth {
    (exists(21) .& claim.isSmall .& claim.touches(a, 21)) ==> isCounted(tables, 21)
  }
  /// Level 1 of a claim that may have large pages: the two that cannot be mapped by one.
  private func large(_ tables: W) -> SymbolicTruth {
    (ordered(21) .& .!claim.isSmall .& both(claim.needsSmall)) ==> (W.choose(a .== b, 1, 2) .<= tables)
  }
  /// Of a range's tables at most two are only partly covered; so whoever may use large pages needs at most two.
  private func noThird(_ condition: SymbolicTruth, _ needs: (W) -> SymbolicTruth) -> SymbolicTruth {
    let areThree = (a .< b) .& (b .< c) .& (c .< W(known: 1 << 32)) .& needs(a) .& needs(b) .& needs(c)
    let isRange = (claim.base .<= claim.end) .& (claim.end .<= W(known: Limit.physical))
    return (condition .& isRange) ==> .!areThree
  }
  private func cuts(_ tables: W) -> SymbolicTruth {
    let isRoots: SymbolicTruth =
      switch scope {
      case .owner(let who): who .== W(known: Owner.root)
      case .everyone: .known(true)
      }
    let isTaken =
      isRoots .& (claim.owner .!= W(known: Owner.root)) .& (claim.base .<= claim.end)
      .& (claim.end .<= W(known: Limit.physical))
    let areInside = (a .<= b) .& (b .< W(known: 1 << 32))
    return (isTaken .& areInside .& both(claim.splits)) ==> (W.choose(a .== b, 1, 2) .<= tables)
  }
}

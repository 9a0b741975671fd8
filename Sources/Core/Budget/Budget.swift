// SPDX-License-Identifier: Apache-2.0
// An upper bound of the pages that tables need. Promise: whatever the ledger holds, the sum ends, does not wrap, and is
// refused where it exceeds the pool; a claim never lowers it, and no table is left out (theorems "budget-…").
//
// Not in it: what is not compiled from memory claims (bitmaps, the IOMMU's root, context and interrupt tables).

/// What the sum carries.
public struct TablePages<W: Word>: LoopState {
  /// Pages of 4 KiB so far.
  public var pages: W
  /// The last mapped claim.
  public var before: TablesBefore<W>
  /// Starts with what every owner has.
  public init(pages: W, before: TablesBefore<W> = .nothing) {
    self.pages = pages
    self.before = before
  }
  public func map(_ transform: (W) -> W) -> TablePages<W> {
    TablePages(
      pages: transform(pages),
      before: TablesBefore(
        isThere: transform(before.isThere), owner: transform(before.owner), last: transform(before.last),
        hasLevel1: transform(before.hasLevel1)))
  }
}

extension Machine {
  /// Adds a claim. Refuses one that cannot be mapped, and a sum beyond `pool`, which is at most `Pool.most`.
  /// - Parameter row: what a refusal is about.
  public func count(
    _ claim: Claim<W>, row: W, in kind: TableKind, of scope: TableScope<W>, after tables: TablePages<W>,
    pool: W
  ) throws(Refusal<W>) -> TablePages<W> {
    let isSound = (scope.includes(claim) .& claim.isMapped(in: kind)) ==> claim.isMappable
    guard isSound.isTrue else { throw Refusal(.regionBeyondPhysical, row) }
    let next = claim.tables(in: kind, of: scope, after: tables.before)
    let pages = tables.pages + next.cost.total
    guard pages <= pool else { throw Refusal(.poolTooSmall, row, pages) }
    return TablePages(pages: pages, before: next.before)
  }

  /// An upper bound of the pages (4 KiB) of the tables of one kind, for rows `0 ..< rows` of a generation.
  /// - Parameters:
  ///   - owners: how many owners the scope has; root is one.
  ///   - pool: how many pages there are.
  /// - Throws: `poolTooSmall` with the row and the sum that exceed the pool.
  public func tablePages(
    _ generation: Generation, rows: W, in kind: TableKind, of scope: TableScope<W>, owners: W, pool: W
  ) throws(Refusal<W>) -> W {
    guard ((rows .<= capacity(generation.base)) .& (owners .<= W(known: Pool.owners))).isTrue else {
      throw Refusal(.tooManyClaims, rows, owners)
    }
    let pool = W.lesser(pool, W(known: Pool.most))
    let fixed = owners.times(kind.fixed)
    guard fixed <= pool else { throw Refusal(.poolTooSmall, 0, fixed) }
    var tables = TablePages<W>(pages: fixed)
    try loop(.budget, rows, &tables, frame: .none) { _, tables in
      (fixed .<= tables.pages) .& (tables.pages .<= pool)
    } body: { (i, tables) throws(Refusal<W>) in
      tables = try self.count(
        self.claim(generation, i), row: i, in: kind, of: scope, after: tables, pool: pool)
    }
    return tables.pages
  }

  /// An upper bound of the pages of all tables at a switch-over, when those of the generation in force and those of the next
  /// exist side by side: every owner's, of both kinds where `devices` (the machine has an IOMMU).
  /// - Parameters: the rows of both generations, the greater number of owners, and the pages that there are.
  public func switchOverPages(
    current: W, next: W, owners: W, devices: Bool, pool: W
  ) throws(Refusal<W>) -> W {
    let now = try tablePages(.current, rows: current, owners: owners, devices: devices, pool: pool)
    let then = try tablePages(.next, rows: next, owners: owners, devices: devices, pool: pool)
    return try together(now, then, pool: pool)
  }

  /// An upper bound of the pages of all tables of one generation, of both kinds where `devices`.
  public func tablePages(
    _ generation: Generation, rows: W, owners: W, devices: Bool, pool: W
  ) throws(Refusal<W>) -> W {
    let processors = try tablePages(
      generation, rows: rows, in: .processor, of: .everyone, owners: owners, pool: pool)
    if !devices { return processors }
    let others = try tablePages(
      generation, rows: rows, in: .device, of: .everyone, owners: owners, pool: pool)
    return try together(processors, others, pool: pool)
  }

  /// The sum of two bounds, refused where it exceeds the pool.
  public func together(_ one: W, _ other: W, pool: W) throws(Refusal<W>) -> W {
    let limit = W.lesser(pool, W(known: Pool.most))
    guard one <= limit else { throw Refusal(.poolTooSmall, 0, one) }
    guard other <= limit else { throw Refusal(.poolTooSmall, 0, limit) }
    // Both are at most `Pool.most`. The sum itself is compared, so that the bound is what this branch says.
    let sum = one + other
    guard sum <= limit else { throw Refusal(.poolTooSmall, 0, limit) }
    return sum
  }
}

/// Bounds of the sum.
public enum Pool {
  /// The most pages that a pool is taken to have: all of physical memory. With it no sum can wrap.
  public static var most: UInt64 { 1 << 40 }
  /// The most owners.
  public static var owners: UInt64 { 1 << 32 }
}

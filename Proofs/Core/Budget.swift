// SPDX-License-Identifier: Apache-2.0
// Theorems about the bound of table pages. The formula is read against what a page table is, which is stated here in other
// words (TableSpecification.swift): a slot is needed where the range touches it and no large page can serve it.

import Core
import Symbolic

/// Theorems about the budget.
enum Budget {
  typealias R = Refusal<SymbolicWord>
  typealias W = SymbolicWord

  /// Any claim. Its end is written through the end of its guest-physical range, which any end can be: the terms of that
  /// range then hold no sums, which is what solvers find hard.
  static func anyClaim(_ m: SymbolicMachine, _ name: String) -> Claim<W> {
    let base = m.any(name)
    let guest = m.any(name)
    return Claim(
      base: base, end: base &+ (m.any(name) &- guest), owner: m.any(name), marks: m.any(name), guest: guest)
  }
  /// Either kind; of one unknown owner, or of everyone.
  static func anyTables(_ m: SymbolicMachine) -> (kind: TableKind, scope: TableScope<W>) {
    let kind = m.explorer.fork("kind") ? TableKind.processor : .device
    let scope = m.explorer.fork("scope") ? TableScope.everyone : .owner(m.any("owner"))
    return (kind, scope)
  }

  /// The sum over a ledger.
  static let sum = CoreTheorem(
    name: "budget-is-a-bound",
    statement: """
      Whatever the ledger holds, the sum of table pages ends without a trap, is at least what every owner has anyway, and \
      stays within the pool or is refused.
      """, properties: ["P17", "P18"],
    refusals: [.poolTooSmall, .regionBeyondPhysical, .tooManyClaims], loops: [.budget],
    run: { m throws(R) in
      let (kind, scope) = anyTables(m)
      let owners = m.any("owners")
      let rows = m.any("count")
      let pool = m.any("pool")
      let pages = try m.tablePages(.current, rows: rows, in: kind, of: scope, owners: owners, pool: pool)
      let explorer = m.explorer
      explorer.prove("within the pool", explorer.specifying { pages .<= pool })
      explorer.prove("at least the fixed pages", explorer.specifying { owners.times(kind.fixed) .<= pages })
    }, keepsInvariant: false)

  /// Two generations.
  static let switchOver = CoreTheorem(
    name: "budget-of-a-switch-over",
    statement:
      "The bound for both generations of all tables ends without a trap, and stays within the pool or is refused.",
    properties: ["P17", "P18"], refusals: [.poolTooSmall], loops: [.budget],
    run: { m throws(R) in
      let pool = m.any("pool")
      let pages = try m.switchOverPages(
        current: m.any("current"), next: m.any("next"), owners: m.any("owners"),
        devices: m.explorer.fork("devices"), pool: pool)
      m.explorer.prove("within the pool", m.explorer.specifying { pages .<= pool })
    }, keepsInvariant: false)

  /// One claim after another: the sum over a ledger is this, claim by claim.
  static let counts = CoreTheorem(
    name: "budget-counts-every-table",
    statement: """
      Adding a claim never lowers the sum, and adds at each level the tables that the claim needs, but for one that the claim \
      counted before it needs too: every 512 GiB and 1 GiB that it touches, every 2 MiB that it touches and that no page of \
      2 MiB can map, and in root's tables every 2 MiB of which it takes a part. So every table of a ledger is in the sum.
      """, properties: ["P17", "P18"],
    run: { m throws(R) in
      let (kind, scope) = anyTables(m)
      let explorer = m.explorer
      let claim = anyClaim(m, "claim")
      let before = anyClaim(m, "before")
      let most = W(known: Pool.most)
      let old = TablePages(pages: m.any("pages")).map { _ in m.any("state") }
      explorer.assume(explorer.specifying { (old.pages .<= most) .& before.isNoted(old.before, kind, scope) })
      let new = try m.count(claim, row: 1, in: kind, of: scope, after: old, pool: most)
      explorer.prove("the sum never falls", explorer.specifying { old.pages .<= new.pages })
      let next = explorer.specifying { claim.tables(in: kind, of: scope, after: old.before) }
      TableSpecification(m, kind, scope, claim: claim, before: before).prove(next.cost)
      explorer.prove(
        "the sum is what it was and the claim's tables",
        explorer.specifying {
          let cost = next.cost
          return new.pages
            .== (old.pages &+ cost.level1 &+ cost.level2 &+ cost.level3 &+ cost.level4 &+ cost.cut)
        })
      explorer.prove(
        "the claim is noted for the next",
        explorer.specifying { claim.isTheirs(kind, scope) ==> claim.isNoted(new.before, kind, scope) })
      explorer.prove(
        "a claim that is not mapped is not noted",
        explorer.specifying {
          .!claim.isTheirs(kind, scope) ==> before.isNoted(new.before, kind, scope)
        })
    }, keepsInvariant: false)

  static let all = [sum, switchOver, counts]
}

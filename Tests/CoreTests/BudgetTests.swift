// SPDX-License-Identifier: Apache-2.0
// The core's bound of table pages against tables that are really built: never too few, and not far too many.

import Core
import Simulator
import Testing
import TestSupport

@Suite struct BudgetTests {
  static let hypervisor = Owner.hypervisor

  /// A ledger of root, up to four cells, and the hypervisor's own memory.
  private static func ledger(_ numbers: inout SplitMix) -> (claims: [NaiveClaim], owners: UInt64) {
    var claims: [NaiveClaim] = []
    let owners = 1 + numbers.below(5)
    func size(_ numbers: inout SplitMix) -> UInt64 {
      let pages = (1 + numbers.below(8)) << numbers.below(numbers.chance(20) ? 19 : 12)
      return min(pages * 4096, 8 << 30)
    }
    func start(_ numbers: inout SplitMix) -> UInt64 {
      let alignment: UInt64 = numbers.chance(40) ? 1 << 21 : numbers.chance(10) ? 1 << 30 : 4096
      return numbers.below(12 << 30) / alignment * alignment
    }
    var next: UInt64 = 0
    for _ in 0..<(1 + numbers.below(5)) {
      next += numbers.chance(50) ? 0 : start(&numbers) / 4 / 4096 * 4096
      let length = size(&numbers)
      claims.append(
        NaiveClaim(
          base: next, end: next + length, owner: 0, guest: next, isSubPage: numbers.chance(5),
          isSmall: numbers.chance(10), isDMA: numbers.chance(80)))
      next += length
    }
    for owner in 1..<max(owners, 1) {
      var guest: UInt64 = 0
      for _ in 0..<numbers.below(10) {
        guest += numbers.chance(40) ? 0 : start(&numbers) / 8 / 4096 * 4096
        if numbers.chance(3) { guest = ((guest >> 39) + 1) << 39 }
        let length = size(&numbers)
        var base = start(&numbers)
        if numbers.chance(60) { base = base / (1 << 21) * (1 << 21) + guest % (1 << 21) }
        let isSubPage = numbers.chance(8)
        claims.append(
          NaiveClaim(
            base: base, end: base + (isSubPage ? length % 4096 + 8 : length), owner: owner, guest: guest,
            isSubPage: isSubPage, isSmall: numbers.chance(15), isDMA: numbers.chance(60),
            staysRoots: numbers.chance(20)))
        guest += length
      }
    }
    for _ in 0..<numbers.below(4) {
      let base = start(&numbers)
      claims.append(
        NaiveClaim(base: base, end: base + size(&numbers), owner: hypervisor, guest: 0, isMapped: false))
    }
    if numbers.chance(30) { claims.shuffle(using: &numbers) }
    return (claims, owners)
  }

  /// A simulator whose claims in force are these.
  private static func simulator(_ claims: [NaiveClaim], checks: Bool) -> Simulator<UInt64> {
    let machine = Simulator<UInt64>(Simulator<UInt64>.Options(rows: 64, cells: 8, checks: checks))
    for (row, claim) in claims.enumerated() {
      let row = UInt64(row)
      machine.write(.currentBase, row, claim.base)
      machine.write(.currentEnd, row, claim.end)
      machine.write(.currentOwner, row, claim.owner)
      machine.write(.currentGuest, row, claim.guest)
      var marks = Marks.read
      if claim.isMapped { marks |= Marks.mapped }
      if claim.isSubPage { marks |= Marks.subPage }
      if claim.isSmall { marks |= Marks.smallPages }
      if claim.isDMA { marks |= Marks.dma }
      if claim.staysRoots { marks |= Marks.keepsRoot }
      machine.write(.currentMarks, row, marks)
    }
    return machine
  }

  @Test(arguments: [TableKind.processor, .device]) func theBoundHoldsForTablesThatAreBuilt(
    _ kind: TableKind
  ) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("budget: seed \(seed), \(kind)")
    var numbers = SplitMix(seed: seed)
    var (built, bounded) = (UInt64(0), UInt64(0))
    for round in 0..<400 {
      let (claims, owners) = Self.ledger(&numbers)
      let machine = Self.simulator(claims, checks: round % 8 == 0)
      let rows = UInt64(claims.count)
      let hasHuge = numbers.chance(50)
      var sum: UInt64 = 0
      for owner in 0..<owners {
        let extra = [numbers.below(1 << 24) * 4096, 0xfee0_0000]
        let naive = naiveTables(
          claims, owner: owner, devices: kind == .device, hasHuge: hasHuge, extra: extra)
        let bound = try machine.tablePages(
          .current, rows: rows, in: kind, of: .owner(owner), owners: 1, pool: .max)
        #expect(naive <= bound, "seed \(seed), round \(round), owner \(owner)")
        sum += naive
        if !hasHuge { (built, bounded) = (built + naive, bounded + bound) }
      }
      let all = try machine.tablePages(
        .current, rows: rows, in: kind, of: .everyone, owners: owners, pool: .max)
      #expect(sum <= all, "seed \(seed), round \(round)")
      #expect(machine.violations.isEmpty, "\(machine.violations)")
    }
    print("budget: bound / built = \(Double(bounded) / Double(built)), \(kind)")
    #expect(bounded < built * 3)
  }

  @Test func aPoolThatIsTooSmallIsRefused() throws {
    let claims = [
      NaiveClaim(base: 0, end: 1 << 30, owner: 0, guest: 0),
      NaiveClaim(base: 0x10_1000, end: 0x10_2000, owner: 1, guest: 0),
    ]
    let machine = Self.simulator(claims, checks: true)
    let all = try machine.tablePages(
      .current, rows: 2, in: .processor, of: .everyone, owners: 2, pool: .max)
    // Twice 7; root: one table at levels 2 and 3, one at level 1 for the page that is cut out; the cell: one at each level.
    #expect(all == 14 + 3 + 3)
    func sum(_ pool: UInt64) throws(Refusal<UInt64>) -> UInt64 {
      try machine.tablePages(.current, rows: 2, in: .processor, of: .everyone, owners: 2, pool: pool)
    }
    #expect(try sum(all) == all)
    for pool in [0, 13, 14, all - 1] {
      do throws(Refusal<UInt64>) {
        _ = try sum(pool)
        Issue.record("a pool of \(pool) pages was taken to suffice")
      } catch {
        #expect(error.reason == .poolTooSmall && error.other > pool)
      }
    }
    #expect(
      try machine.switchOverPages(current: 2, next: 0, owners: 2, devices: false, pool: .max) == all + 14)
    #expect(
      try machine.switchOverPages(current: 2, next: 0, owners: 2, devices: true, pool: .max)
        == all + 14 + 2 + 6 + 2)
  }

  @Test func tablesThatNeighboursShareAreCountedOnce() throws {
    // Three regions, each behind the one before: all in one table at each level.
    let claims = (0..<UInt64(3)).map {
      NaiveClaim(
        base: 0x5000_0000 + $0 * 0x8000, end: 0x5000_4000 + $0 * 0x8000, owner: 1, guest: $0 * 0x4000)
    }
    let machine = Self.simulator(claims, checks: true)
    let bound = try machine.tablePages(
      .current, rows: 3, in: .device, of: .owner(1), owners: 1, pool: .max)
    #expect(bound == 4)
  }
}

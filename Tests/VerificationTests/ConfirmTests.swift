// SPDX-License-Identifier: Apache-2.0
// The confirmation against a naive oracle that shares no code with it, and each property refuted once.

import enum Core.Space
import Testing
import TestSupport

@testable import Verification

@Suite struct ConfirmTests {
  static func declaration() throws -> Declaration {
    let outcome = verified(ruleCases.first { $0.name == "clean-near" }?.paths ?? [])
    let set = try #require(outcome.sets.first?.set)
    var declaration = Declaration(set)
    // What the files name is a matter of BytesTests: here claims are made up.
    declaration.named = nil
    return declaration
  }

  /// Properties that some resource below `limit` breaks, tried one resource after the other.
  static func naive(_ claims: [Claim], _ declaration: Declaration, _ space: Space, _ limit: UInt64) -> Set<
    Property
  > {
    var broken: Set<Property> = []
    func holds(_ ranges: [Declared], _ value: UInt64) -> Bool {
      ranges.contains { $0.space == space && $0.base <= value && value < $0.end }
    }
    for value in 0..<limit {
      let here = claims.filter { $0.base <= value && value < $0.end }
      let owned = here.filter { !$0.marks.contains(.base) }
      for a in owned {
        for b in owned where a.owner < b.owner {
          if !(a.marks.contains(.shareable) && b.marks.contains(.shareable)) { broken.insert(.exclusive) }
        }
      }
      var reaching = Set(
        owned.compactMap { claim -> Int? in if case .cell(let index) = claim.owner { index } else { nil } })
      let taken = owned.contains { !$0.marks.contains(.keepsRoot) }
      if here.contains(where: { $0.marks.contains(.base) }), !taken { reaching.insert(0) }
      if !reaching.isEmpty {
        if holds(declaration.hypervisor, value) { broken.insert(.hypervisor) }
        if holds(declaration.forbidden, value) { broken.insert(.forbidden) }
      }
      let secret = reaching.contains { $0 != 0 && !holds(declaration.shared[$0] ?? [], value) }
      if reaching.count > 1, secret { broken.insert(.channels) }
    }
    return broken
  }

  @Test func agreesWithTheNaiveOracle() throws {
    let confirmer = try #require(Confirmer(limit: 5))
    var random = SplitMix(seed: 7)
    var seen: [Bool: Int] = [:]
    for round in 0..<120 {
      var declaration = try Self.declaration()
      declaration.hypervisor = [Declared(space: .memory, base: 200, end: 210)]
      declaration.forbidden = [Declared(space: .memory, base: 220, end: 221)]
      declaration.shared = [
        1: [Declared(space: .memory, base: 100, end: 120)],
        2: [Declared(space: .memory, base: 110, end: 130)],
      ]
      let claims = (0..<Int.random(in: 1...9, using: &random)).map { _ -> Claim in
        let base = UInt64.random(in: 0..<240, using: &random)
        let size = UInt64.random(in: 1...(round % 2 == 0 ? 12 : 40), using: &random)
        let owner = Int.random(in: 0...3, using: &random)
        let marks: [ClaimMarks] = [[], [], [.shareable, .keepsRoot], [.keepsRoot]]
        return owner == 0
          ? Claim(.memory, base, base + size, .cell(0), [.base])
          : Claim(.memory, base, base + size, .cell(owner), marks.randomElement(using: &random) ?? [])
      }
      let expected = Self.naive(claims, declaration, .memory, 300)
      let answer = confirmer.confirm(claims, declaration)
      #expect(answer.holds == expected.isEmpty, "round \(round): \(claims), naive \(expected)")
      for example in answer.spaces.flatMap(\.counterexamples) {
        #expect(expected.contains(example.property), "round \(round): \(example)")
      }
      seen[answer.holds, default: 0] += 1
    }
    #expect(
      seen[true, default: 0] > 10 && seen[false, default: 0] > 10, "the sample shows one side only: \(seen)")
  }

  @Test func mergingKeepsSpacesOwnersAndMarksApart() {
    let parts = [
      Claim(.cpu, 0, 8, .cell(0)), Claim(.function, 8, 9, .cell(0)), Claim(.function, 9, 10, .cell(0)),
      Claim(.function, 10, 11, .cell(1)), Claim(.function, 11, 12, .cell(1), [.shareable]),
    ]
    #expect(
      Set(merged(parts)) == [
        Claim(.cpu, 0, 8, .cell(0)), Claim(.function, 8, 10, .cell(0)), Claim(.function, 10, 11, .cell(1)),
        Claim(.function, 11, 12, .cell(1), [.shareable]),
      ])
  }

  @Test func windowsCoverTheSpace() {
    var random = SplitMix(seed: 11)
    for _ in 0..<200 {
      let claims = (0..<Int.random(in: 0...60, using: &random)).map { _ -> Claim in
        let base = UInt64.random(in: 0..<1 << 20, using: &random)
        let end = base + UInt64.random(in: 1..<1 << 12, using: &random)
        return Claim(.memory, base, end, .cell(Int.random(in: 0...4, using: &random)))
      }
      let cut = windows(.memory, claims, limit: 6)
      #expect(cover(cut, claims))
      if cut.count > 2 {
        #expect(!cover(Array(cut.dropFirst()), claims))
        #expect(!cover(Array(cut.dropLast()), claims))
        var holed = cut
        holed[1].base += 1
        #expect(!cover(holed, claims))
      }
      if let index = cut.firstIndex(where: { !$0.claims.isEmpty }) {
        var thinned = cut
        thinned[index].claims.removeLast()
        #expect(!cover(thinned, claims))
      }
    }
  }

  @Test func everyPropertyCanBeRefuted() throws {
    let confirmer = try #require(Confirmer())
    let declaration = try Self.declaration()
    func refuted(_ claims: [Claim]) -> Set<Property> {
      Set(confirmer.confirm(claims, declaration).spaces.flatMap(\.counterexamples).map(\.property))
    }
    let one = Claim(.memory, 0x5000_0000, 0x5040_0000, .cell(1))
    #expect(refuted([one]).isEmpty)
    #expect(refuted([one, Claim(.memory, 0x503f_f000, 0x5050_0000, .cell(2))]).contains(.exclusive))
    #expect(refuted([one, Claim(.memory, 0x5040_0000, 0x5050_0000, .cell(2))]).isEmpty)
    #expect(refuted([Claim(.memory, 0x39ff_f000, 0x3a00_1000, .cell(1))]).contains(.hypervisor))
    #expect(refuted([Claim(.memory, 0x39ff_f000, 0x3a00_0000, .cell(1))]).isEmpty)
    // Root's base layer reaches the hypervisor's memory only where nobody took it away.
    let base = Claim(.memory, 0, 0x8000_0000, .cell(0), [.base])
    #expect(refuted([base]).contains(.hypervisor))
    #expect(refuted([base, Claim(.memory, 0x3a00_0000, 0x3a60_0000, .hypervisor)]).isEmpty)
    #expect(refuted([Claim(.memory, 0xfec0_0000, 0xfec0_1000, .cell(1))]).contains(.forbidden))
    #expect(refuted([Claim(.port, 0xffff, 0x1_0001, .cell(1))]).contains(.forbidden))
    #expect(refuted([Claim(.port, 0xfff0, 0x1_0000, .cell(1))]).isEmpty)
    // A line of a chip that root does not list, and a bit that no mask has.
    #expect(refuted([Claim(.interrupt, 0xfec0_0000 << 10, 0xfec0_0000 << 10 + 24, .cell(1))]).isEmpty)
    #expect(refuted([Claim(.interrupt, 0xfec0_1000 << 10, 0xfec0_1000 << 10 + 1, .cell(1))]) == [.forbidden])
    #expect(refuted([Claim(.cacheWay, 31, 33, .cell(1))]) == [.forbidden])
    // Marked as shareable in the ledger, and declared by nobody.
    let shared: [Claim] = [1, 2].map {
      Claim(.memory, 0x7000_0000, 0x7000_1000, .cell($0), [.shareable, .keepsRoot])
    }
    #expect(refuted(shared) == [.channels])
    #expect(refuted([Claim(.cpu, 2, 3, .cell(1)), Claim(.cpu, 2, 3, .cell(2))]).contains(.exclusive))
    // A claim that is none is a failure, not a pass.
    #expect(!confirmer.confirm([Claim(.memory, 5, 5, .cell(1))], declaration).holds)
  }

  @Test func theWitnessIsReal() throws {
    let confirmer = try #require(Confirmer())
    let claims = [
      Claim(.memory, 0x5000_0000, 0x5040_0000, .cell(1)), Claim(.memory, 0x503f_f000, 0x5050_0000, .cell(2)),
    ]
    let answer = confirmer.confirm(claims, try Self.declaration())
    let example = try #require(answer.spaces.flatMap(\.counterexamples).first { $0.property == .exclusive })
    #expect((0x503f_f000..<0x5040_0000).contains(example.resource))
    #expect(Set(example.claims.map(\.owner)) == [.cell(1), .cell(2)])
  }
}

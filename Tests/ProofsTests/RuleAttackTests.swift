// SPDX-License-Identifier: Apache-2.0
// Attacks on the explorer's own rules: each of these once proved something false. (Found by a review with fresh eyes.)

@testable import Core
import Testing

@testable import Symbolic

@Suite struct RuleAttackTests {
  typealias W = SymbolicWord
  typealias Context = ExplorerLookTests.Context

  /// A step that only looks whose result is another table's word.
  private static func peeping(_ m: SymbolicMachine, _ i: W, _ bit: W) throws(Refusal<W>) -> W {
    try m.look(.readCell, i, Context(bound: bit), OneWord<W>(0), reads: .none) {
      .known(true)
    } ensures: { _ in
      .known(true)
    } body: { () throws(Refusal<W>) in
      OneWord(m.read(.loaded, 0))
    }.value
  }

  @Test func aContextThatIsComputedFromATableGivesNoLeaveToReadIt() throws {
    let own = try explored(openSteps: [.readCell]) { m throws(Refusal<W>) in
      _ = try Self.peeping(m, m.explorer.any("i"), m.read(.loaded, 0) & 1)
    }
    #expect(own.failures.contains { $0.detail.contains("no unknown of its own") }, "\(own.failures)")
  }

  @Test func anIndexThatIsAPartOfAWordGivesNoLeaveToUseTheWord() throws {
    let own = try explored(openSteps: [.readCell]) { m throws(Refusal<W>) in
      let x = m.explorer.any("x")
      _ = try m.look(.readCell, x & 7, Context(bound: 0), OneWord<W>(0), reads: .none) {
        .known(true)
      } ensures: { _ in
        .known(true)
      } body: { () throws(Refusal<W>) in
        OneWord(x)
      }
    }
    #expect(own.failures.contains { $0.detail.contains("no unknown of its own") }, "\(own.failures)")
  }

  @Test func whatIsGivenForAGoalMustAgreeWithAPathThatShowsIt() throws {
    let result = try explored { m throws(Refusal<W>) in
      let x = m.explorer.any("x")
      if x == 0 {
        m.explorer.prove("true here", x .< 1, given: [(x .== 0) .| (x .== 1)])
      } else {
        m.explorer.prove("false here", W(known: 1) .== W(known: 2), given: [x .== 0])
      }
    }
    #expect(!result.holds)
    #expect(
      result.failures.contains { "\($0)".contains("what is given for false here") }, "\(result.failures)")
  }

  @Test func anElementBehindTheEndOfTheCopyIsATrap() throws {
    let result = try explored { m throws(Refusal<W>) in
      guard m.copyForeign(0, size: 8, into: .cell) else { throw Refusal(.tooLarge) }
      let array = Elements<W>(holder: .cell, size: 1000, start: 0, count: 10, stride: 8)
      _ = m.element(array, 9, 0, 8)
    }
    #expect(result.failures.contains { $0.name.contains("size of the copy") }, "\(result.failures)")
  }

  @Test func aLoadAfterACopyThatFailedIsATrap() throws {
    let result = try explored { m throws(Refusal<W>) in
      if !m.copyForeign(0, size: 64, into: .cell) { _ = m.load(.cell, size: 64, offset: 0, width: 8) }
    }
    #expect(result.failures.contains { $0.name.contains("size of the copy") }, "\(result.failures)")
  }

  @Test func aStepIsNotGivenMoreBytesThanItsCopyHas() throws {
    let result = try explored { m throws(Refusal<W>) in
      guard m.privateCopy(0, size: 8, into: .cell) != nil else { throw Refusal(.tooLarge) }
      _ = try m.readCell(PrivateCopy(shapeIn: .cell, size: 1000), assumed: 0)
    }
    #expect(result.failures.contains { $0.name.contains("size of the copy") }, "\(result.failures)")
  }

  /// A step that is right for 0 alone.
  private static func zero(_ m: SymbolicMachine, _ i: W) throws(Refusal<W>) -> W {
    try m.step(.readCell, given: i, OneWord<W>(0), frame: .none) {
      .known(true)
    } ensures: { result in
      (result.value .== 0) .& (i .== 0)
    } body: { () throws(Refusal<W>) in
      OneWord(i)
    }.value
  }

  @Test func aTheoremAboutOneArgumentSaysNothingOfOthers() throws {
    let own = try explored(openSteps: [.readCell]) { m throws(Refusal<W>) in _ = try Self.zero(m, 0) }
    #expect(own.failures.contains { $0.detail.contains("begins with a number") }, "\(own.failures)")
    // Where the number is written down as the step's form, no other use of it is taken.
    let use = try explored(forms: [.readCell: [StepForm("=0")]]) { m throws(Refusal<W>) in
      _ = try Self.zero(m, m.explorer.any("i"))
    }
    #expect(use.failures.contains { $0.detail.contains("no theorem opens step readCell") }, "\(use.failures)")
    let zero = try explored(forms: [.readCell: [StepForm("=0")]]) { m throws(Refusal<W>) in
      _ = try Self.zero(m, 0)
    }
    #expect(zero.holds, "\(zero.failures)")
  }

  @Test(arguments: [
    ("w", "w", true), ("=3", "w", true), ("w", "=3", false), ("=3", "=4", false), ("a w", "a w", true),
    ("a w", "b w", false), ("w", "w w", false), ("cell", "w", false),
  ])
  func formsThatAreCasesOfOthers(use: String, theorem: String, isCase: Bool) {
    #expect(StepForm(use).isCase(of: StepForm(theorem)) == isCase)
  }

  @Test func ghostsAndCapacitiesAreNoArbitraryArguments() throws {
    for choice in 0..<2 {
      let own = try explored(openSteps: [.readCell]) { m throws(Refusal<W>) in
        _ = try Self.zero(m, choice == 0 ? m.arbitrary(Ghost.firstRow) : m.capacity(.currentBase))
      }
      #expect(own.failures.contains { $0.detail.contains("no unknown of its own") }, "\(own.failures)")
    }
  }

  @Test func codeDoesNotActByWhatOnlySpecificationsKnow() throws {
    let result = try explored { m throws(Refusal<W>) in
      let noted = m.specified(OneWord<W>(0)) { OneWord(m.read(.place, 0)) }
      if noted.known(to: m).value == 0 { throw Refusal(.tooLarge) }
    }
    #expect(
      result.failures.contains { $0.detail.contains("what only specifications know") }, "\(result.failures)")
    let spoken = try explored { m throws(Refusal<W>) in
      let noted = m.specified(OneWord<W>(0)) { OneWord(m.read(.place, 0)) }
      m.explorer.prove("said", m.explorer.specifying { noted.known(to: m).value .== m.peek(.place, 0) })
    }
    #expect(spoken.holds, "\(spoken.failures)")
  }

  /// Once: `mappedBy[0] == firstRow` as a witness, then read as what is known of every row: all rows are the same.
  @Test func aWitnessMayBeChosenForTheAddressAlone() throws {
    let result = try explored { m throws(Refusal<W>) in
      m.witness(.mappedBy, 0, m.arbitrary(Ghost.firstRow))
      let (a, b) = (m.explorer.any("a"), m.explorer.any("b"))
      let chosen = m.explorer.any("mapped")
      m.explorer.assume(chosen .== m.peek(.mappedBy, 0))
      for row in [a, b] {
        m.explorer.instances([(m.arbitrary(Ghost.firstRow), row)]).forEach(m.explorer.assume)
      }
    }
    #expect(result.failures.contains { $0.detail.contains("depends on other ghosts") }, "\(result.failures)")
  }

  @Test func whatIsShownForAChosenGhostDoesNotMentionIt() throws {
    let result = try explored { m throws(Refusal<W>) in
      let row = m.arbitrary(Ghost.firstRow)
      m.explorer.prove("the ghost is 5", row .== 5, choosing: [(row, 5)])
      m.explorer.prove("false", W(known: 1) .== W(known: 2), given: [row .!= 5])
    }
    #expect(result.failures.contains { $0.detail.contains("which was chosen for it") }, "\(result.failures)")
  }

  @Test func aGhostIsChosenOnceAndByNoOtherChosenOne() throws {
    typealias Choices = @Sendable (SymbolicMachine) -> [Explorer.Choice]
    let attacks: [(String, Choices)] = [
      (
        "chosen twice",
        { [($0.arbitrary(Ghost.item), W(known: 1)), ($0.arbitrary(Ghost.item), W(known: 2))] }
      ),
      (
        "chosen itself",
        { [($0.arbitrary(Ghost.item), $0.arbitrary(Ghost.cpu)), ($0.arbitrary(Ghost.cpu), W(known: 1))] }
      ),
      ("chosen itself", { [($0.arbitrary(Ghost.item), $0.arbitrary(Ghost.item) &+ 1)] }),
      ("which is no ghost", { [($0.explorer.any("x"), W(known: 1))] }),
      ("of this ghost alone", { [($0.arbitrary(Ghost.address), W(known: 1))] }),
    ]
    for (what, choices) in attacks {
      let result = try explored { m throws(Refusal<W>) in
        m.explorer.prove("nothing", m.explorer.any("y") .<= W(known: .max), choosing: choices(m))
      }
      #expect(result.failures.contains { $0.detail.contains(what) }, "\(what): \(result.failures)")
    }
  }

  @Test func aChosenGhostCarriesWhatIsKnownOfEveryWord() throws {
    let result = try explored { m throws(Refusal<W>) in
      let (row, x) = (m.explorer.universal("row"), m.explorer.any("x"))
      m.explorer.assume(m.peek(.home, row) .== 7)
      m.explorer.prove("so of x", m.peek(.home, x) .== 7, choosing: [(row, x)])
    }
    #expect(result.holds, "\(result.failures)")
  }

  @Test func aFieldIsNotGivenWhatItCannotHold() throws {
    let large = try explored { m throws(Refusal<W>) in m.setVMCS(.pinControls, m.explorer.any("x")) }
    #expect(large.failures.contains { $0.name.contains("fits its field") }, "\(large.failures)")
    let readOnly = try explored { m throws(Refusal<W>) in m.setVMCS(.exitReason, 0) }
    #expect(readOnly.failures.contains { $0.name.contains("can be written") }, "\(readOnly.failures)")
    let right = try explored { m throws(Refusal<W>) in m.setVMCS(.pinControls, m.vmcs(.primaryControls)) }
    #expect(right.holds, "\(right.failures)")
  }

  @Test func specificationsLeaveTheProcessorAlone() throws {
    let result = try explored { m throws(Refusal<W>) in
      m.explorer.specifying {
        m.setVMCS(.guestRIP, 0)
        m.setGuest(.rax, 0)
        m.setOwn(.stop, 0)
      }
    }
    #expect(result.failures.count { $0.name == "specification" } >= 3, "\(result.failures)")
    let ghost = try explored { m throws(Refusal<W>) in m.setGuest(.rax, m.arbitrary(Ghost.address)) }
    #expect(ghost.failures.contains { $0.detail.contains("a register of the guest") }, "\(ghost.failures)")
  }
}

// SPDX-License-Identifier: Apache-2.0
// What code may not do, what specifications may not do, and what foreign memory is: each rule, broken.

import Core
import Simulator
import Testing

@testable import Symbolic

@Suite struct ExplorerRuleTests {
  typealias W = SymbolicWord

  @Test func codeMustNotActByAGhost() throws {
    let effects: [@Sendable (SymbolicMachine, W) -> Void] = [
      { _ = $1 == 0 }, { $0.write(.phase, 0, $1) }, { $0.scrub(0, $1) },
      { machine, ghost in
        machine.explorer.assume(machine.explorer.specifying { ghost .< machine.capacity(.phase) })
        _ = machine.foreignCellState(ghost)
      },
      { _ = $0.read(.registers, $1 & 1) }, { _ = $0.copyForeign(0, size: $1, into: .cell) },
      { machine, ghost in
        var state = OneWord<W>(0)
        machine.loop(.budget, 4, &state, frame: .none) { _, _ in
          .known(true)
        } body: { _, state in
          state.value = ghost
        }
      },
    ]
    for (number, effect) in effects.enumerated() {
      let explorer = try explored { machine throws(Refusal<W>) in effect(machine, machine.arbitrary(2) &+ 1) }
      #expect(explorer.failsOnly("ghosts"), "effect \(number): \(explorer.failures)")
    }
  }

  @Test func specificationsMaySpeakOfGhosts() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      var none = NoState<W>()
      machine.loop(.budget, machine.capacity(.phase), &none, frame: TableSet(.phase)) { i, _ in
        (machine.arbitrary(2) .< i) ==> (machine.read(.phase, machine.arbitrary(2)) .== 0)
      } body: { i, _ in
        machine.write(.phase, i, 0)
      }
    }
    #expect(explorer.holds, "\(explorer.failures)")
  }

  @Test func witnessesAreForSpecifications() throws {
    let wrong: [@Sendable (SymbolicMachine) -> Void] = [
      { _ = $0.read(.place, 0) }, { _ = $0.read(.nextSource, 0) }, { _ = $0.read(.currentSource, 0) },
      { $0.write(.place, 0, 1) }, { $0.witness(.phase, 0, 1) },
    ]
    for effect in wrong {
      let explorer = try explored { machine throws(Refusal<W>) in effect(machine) }
      #expect(explorer.failsOnly("witness"), "\(explorer.failures)")
    }
    let right = try explored { machine throws(Refusal<W>) in
      machine.witness(.place, 0, 1)
      machine.explorer.prove("noted", machine.explorer.specifying { machine.read(.place, 0) .== 1 })
    }
    #expect(right.holds, "\(right.failures)")
  }

  @Test func theSimulatorSeesThatToo() {
    let machine = Simulator<UInt64>(.init(rows: 4, cells: 4, checks: true))
    _ = machine.read(.place, 0)
    machine.write(.nextSource, 0, 1)
    machine.witness(.phase, 0, 1)
    #expect(machine.violations.count == 3, "\(machine.violations)")
  }

  @Test func specificationsDoNothing() throws {
    let wrong: [@Sendable (SymbolicMachine) -> Void] = [
      { _ = $0.explorer.any("x") == 0 }, { $0.write(.phase, 0, 1) }, { $0.witness(.place, 0, 1) },
      { $0.scrub(0, 1) }, { $0.flip() }, { _ = $0.foreignCellState(0) }, { _ = $0.explorer.fork("fork") },
      { _ = $0.copyForeign(0, size: 1, into: .cell) },
    ]
    for (number, effect) in wrong.enumerated() {
      let explorer = try explored { machine throws(Refusal<W>) in
        machine.explorer.specifying { effect(machine) }
      }
      #expect(explorer.failsOnly("specification"), "effect \(number): \(explorer.failures)")
    }
  }

  /// What a loop told CPUs to do is known behind it.
  @Test func whatCPUsGoOnByIsNotWrittenBehindTheLoopThatTellsThem() throws {
    func told(_ frame: TableSet, behind: @escaping @Sendable (SymbolicMachine) -> Void) throws -> Explorer {
      try explored { machine throws(Refusal<W>) in
        if (.!machine.tryLock()).isTrue { return }
        var none = NoState<W>()
        machine.loop(.orderGo, machine.capacity(.occupant), &none, frame: frame) { _, _ in
          .known(true)
        } body: { i, _ in
          machine.order(i, .go)
        }
        behind(machine)
      }
    }
    let frame = .releasing | TableSet(.stood)
    #expect(try told(frame) { _ in }.holds)
    let late = try told(frame) { $0.write(.launch, 0, 0) }
    #expect(late.failsOnly("peers"), "\(late.failures)")
    let unsaid = try told(TableSet(.stood)) { _ in }
    #expect(unsaid.failsOnly("frame"), "\(unsaid.failures)")
  }

  /// A double fetch shows: two looks at one foreign word, and two copies of one foreign range, are unrelated.
  @Test func foreignMemoryHasNoMemory() throws {
    let looks = try explored { machine throws(Refusal<W>) in
      machine.explorer.prove("same", machine.foreignCellState(0) .== machine.foreignCellState(0))
    }
    #expect(looks.failsOnly("same"), "\(looks.failures)")
    let copies = try explored { machine throws(Refusal<W>) in
      guard let first = machine.privateCopy(0, size: 8, into: .cell) else { return }
      let before = machine.load(.cell, size: first.size, offset: 0, width: 4)
      let again = machine.load(.cell, size: first.size, offset: 0, width: 4)
      machine.explorer.prove("a private copy stays", before .== again)
      guard let second = machine.privateCopy(0, size: 8, into: .cell) else { return }
      let after = machine.load(.cell, size: second.size, offset: 0, width: 4)
      machine.explorer.prove("same", before .== after)
    }
    #expect(copies.failsOnly("same"), "\(copies.failures)")
  }

  @Test func aStaleSizeIsATrap() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      guard let first = machine.privateCopy(0, size: 16, into: .cell) else { return }
      guard machine.privateCopy(0, size: 8, into: .cell) != nil else { return }
      _ = machine.load(.cell, size: first.size, offset: 12, width: 4)
    }
    #expect(explorer.failsOnly("no trap: size of the copy"), "\(explorer.failures)")
  }

  @Test func everyLoadIndexAndArrayIsATrapOrShown() throws {
    let wrong: [(String, @Sendable (SymbolicMachine, W) -> Void)] = [
      ("no trap: index of phase", { _ = $0.read(.phase, $1) }),
      ("no trap: index of phase", { machine, _ in machine.write(.phase, machine.capacity(.phase), 0) }),
      ("no trap: load of 4 bytes", { _ = $0.load(.cell, size: 8, offset: $1, width: 4) }),
      (
        "no trap: load of 8 bytes",
        { machine, _ in _ = machine.load(.cell, size: 8, offset: W(known: .max), width: 8) }
      ),
      ("no trap: an array", { $0.mustLieInside(.cell, size: 8, start: 4, bytes: $1) }),
      ("no trap: + overflows", { _ = $1 + 1 }), ("no trap: - underflows", { _ = $1 - 1 }),
      ("no trap: times overflows", { _ = $1.times(3) }),
    ]
    for (name, effect) in wrong {
      let explorer = try explored { machine throws(Refusal<W>) in effect(machine, machine.explorer.any("x")) }
      #expect(explorer.failsOnly(name), "\(name): \(explorer.failures)")
    }
    let guarded = try explored { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      guard x < machine.capacity(.phase) else { throw Refusal(.badCell) }
      _ = machine.read(.phase, x) &+ (x + 1).times(3)
    }
    #expect(guarded.holds, "\(guarded.failures)")
  }

  /// Whether the arbitrary resource was scrubbed is an unknown of that resource alone; rows have none.
  @Test(arguments: [Ghost.resource, Ghost.firstRow])
  func whatIsKnownOfOneResourceIsNotSaidOfAnother(ghost: Int) throws {
    let explorer = try explored { machine throws(Refusal<SymbolicWord>) in
      var none = NoState<SymbolicWord>()
      machine.loop(.handBack, machine.capacity(.phase), &none, frame: .scrubbing) { _, _ in
        .known(true)
      } body: { i, _ in
        machine.scrub(i, i &+ 1)
      }
      _ = machine.explorer.instances([(machine.arbitrary(ghost), 7)])
    }
    #expect(ghost == Ghost.firstRow ? explorer.holds : explorer.failsOnly("ghosts"), "\(explorer.failures)")
  }

  /// A name stands for one word, so it may mention a ghost only where nothing is said of another word in the ghost's place.
  @Test(arguments: [true, false]) func namesMentionBoundGhostsAlone(isBound: Bool) throws {
    let explorer = try explored { machine throws(Refusal<SymbolicWord>) in
      let ghost = machine.arbitrary(Ghost.cpu)
      if isBound { machine.explorer.bind(ghost) }
      let name = machine.explorer.name("name", ghost &+ 1)
      machine.explorer.prove("it is what it stands for", name .== (ghost &+ 1))
    }
    #expect(isBound ? explorer.holds : explorer.failsOnly("ghosts"), "\(explorer.failures)")
  }

  @Test func whatIsGivenForOneGoalIsForgotten() throws {
    let explorer = try explored { machine throws(Refusal<SymbolicWord>) in
      let x = machine.explorer.any("x")
      machine.explorer.prove("with it", x .< 5, given: [x .== 1])
      machine.explorer.prove("without it", x .== 1)
    }
    #expect(explorer.failsOnly("without it"), "\(explorer.failures)")
  }

  /// What contradicts the path, or what was given to another goal, would show anything.
  @Test(arguments: [5, 1] as [UInt64]) func whatIsGivenMustAgree(value: UInt64) throws {
    let explorer = try explored { machine throws(Refusal<SymbolicWord>) in
      let (x, y) = (machine.explorer.any("x"), machine.explorer.any("y"))
      machine.explorer.assume(x .< 5)
      machine.explorer.prove("one", y .<= 7, given: [x .== W(known: value), y .== 7])
    }
    #expect(
      value == 1 ? explorer.holds : explorer.failsOnly("can happen: what is given for one"),
      "\(explorer.failures)")
  }

  /// A counterexample counts only if it satisfies every hypothesis, however far from the goal.
  @Test func hypothesesFarFromTheGoalAreFound() throws {
    let explorer = try explored { machine throws(Refusal<SymbolicWord>) in
      let words = (0..<40).map { machine.explorer.any("x\($0)") }
      for (a, b) in zip(words, words.dropFirst()) { machine.explorer.assume(a .<= b) }
      machine.explorer.assume(words[39] .<= 7)
      machine.explorer.prove("the first is small", words[0] .<= 7)
      machine.explorer.prove("the first is smaller", words[0] .<= 6)
    }
    #expect(explorer.failsOnly("the first is smaller"), "\(explorer.failures)")
  }
}

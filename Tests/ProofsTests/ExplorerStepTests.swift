// SPDX-License-Identifier: Apache-2.0
// Steps that are taken by their own theorem: each rule, broken.

import Core
import Testing

@testable import Proofs
@testable import Symbolic

@Suite struct ExplorerStepTests {
  typealias W = SymbolicWord

  /// The smaller half of `x`, which must be at least 2.
  static func half(
    _ machine: SymbolicMachine, _ x: W, _ name: ProvedStep = .readCell, frame: TableSet = .none,
    claims: @escaping @Sendable (W) -> SymbolicTruth, body: @escaping @Sendable (W) -> W = { $0 >> 1 }
  ) throws(Refusal<W>) -> W {
    try machine.step(name, given: NoState<W>(), OneWord<W>(0), frame: frame) {
      W(known: 2) .<= x
    } ensures: { result in
      claims(result.value)
    } body: { () throws(Refusal<W>) in
      OneWord<W>(body(x))
    }.value
  }

  @Test func aStepIsProvedAndTaken() throws {
    let own = try explored(openSteps: [.readCell]) { machine throws(Refusal<W>) in
      _ = try Self.half(machine, machine.explorer.any("x")) { (1 .<= $0) .& ($0 .<= W(known: .max >> 1)) }
    }
    #expect(own.holds, "\(own.failures)")
    let use = try explored { machine throws(Refusal<W>) in
      let result = try Self.half(machine, 7) { (1 .<= $0) .& ($0 .<= W(known: .max >> 1)) }
      _ = result + result
      machine.explorer.prove("more than is ensured", result .== 3)
    }
    #expect(use.failsOnly("more than is ensured"), "\(use.failures)")
    #expect(use.reached.isSuperset(of: ["success", "refused refusedByStep", "step readCell is taken"]))
  }

  @Test func aFalsePromiseFails() throws {
    let explorer = try explored(openSteps: [.readCell]) { machine throws(Refusal<W>) in
      _ = try Self.half(machine, machine.explorer.any("x")) { 2 .<= $0 }
    }
    #expect(explorer.failsOnly("what the step ensures"), "\(explorer.failures)")
  }

  @Test func whatAStepRequiresIsShownWhereItIsTaken() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      _ = try Self.half(machine, machine.explorer.any("x")) { _ in .known(true) }
    }
    #expect(explorer.failsOnly("what the step requires"), "\(explorer.failures)")
  }

  @Test func aStepsTheoremAssumesNoMore() throws {
    let explorer = try explored(openSteps: [.readCell]) { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      machine.explorer.assume(x .< 100)
      _ = try Self.half(machine, x) { $0 .< 50 }
    }
    #expect(explorer.failsOnly("the theorem of step readCell assumes"), "\(explorer.failures)")
  }

  @Test func aStepsTheoremBeginsWithIt() throws {
    let preludes: [@Sendable (SymbolicMachine) -> Void] = [
      { $0.write(.phase, 0, 0) }, { $0.flip() }, { $0.scrub(0, 0) },
      { _ = $0.copyForeign(0, size: 0, into: .cell) },
    ]
    for prelude in preludes {
      let explorer = try explored(openSteps: [.readCell]) { machine throws(Refusal<W>) in
        prelude(machine)
        _ = try Self.half(machine, machine.explorer.any("x")) { _ in .known(true) }
      }
      #expect(explorer.failsOnly("steps"), "\(explorer.failures)")
    }
  }

  @Test func aTheoremThatNeverReachesItsStepFails() throws {
    let explorer = try explored(openSteps: [.readCell]) { machine throws(Refusal<W>) in
      machine.explorer.expect("step readCell returns")
    }
    #expect(explorer.failsOnly("can happen: step readCell returns"), "\(explorer.failures)")
  }

  /// A step that nothing ever leaves with success would make all that follows hold.
  @Test func anImpossiblePromiseFails() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      _ = try Self.half(machine, 7) { $0 .< 0 }
    }
    #expect(explorer.failsOnly("can happen: step readCell is taken"), "\(explorer.failures)")
  }

  @Test func aStepStaysInsideItsFrame() throws {
    for frame in [TableSet.none, TableSet(.phase)] {
      let explorer = try explored(openSteps: [.readCell]) { machine throws(Refusal<W>) in
        _ = try Self.half(machine, machine.explorer.any("x"), frame: frame) { _ in
          .known(true)
        } body: { x in
          machine.write(.phase, 0, x)
          return x
        }
      }
      #expect(frame == .none ? explorer.failsOnly("frame") : explorer.holds, "\(explorer.failures)")
    }
  }

  /// What a step may have scrubbed counts as scrubbed.
  @Test func aTakenStepForgetsScrubs() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      _ = try Self.half(machine, 7, frame: .scrubbing) { _ in .known(true) }
      machine.explorer.prove("nothing scrubbed", .!machine.isScrubbed)
    }
    #expect(explorer.failsOnly("nothing scrubbed"), "\(explorer.failures)")
  }

  /// No step rests on itself, in however many rounds: steps rest on steps declared before them.
  @Test(arguments: [ProvedStep.readCell, .readSystem, .admitClaims])
  func noCircle(inner: ProvedStep) throws {
    let explorer = try explored(openSteps: [.readSystem]) { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      _ = try machine.step(.readSystem, given: NoState<W>(), OneWord<W>(0), frame: .none) {
        W(known: 2) .<= x
      } ensures: { _ in
        .known(true)
      } body: { () throws(Refusal<W>) in
        inner == .readSystem ? OneWord(0) : OneWord(try Self.half(machine, x, inner) { _ in .known(true) })
      }
    }
    #expect(inner == .admitClaims ? explorer.failsOnly("steps") : explorer.holds, "\(explorer.failures)")
  }

  /// The result's shape says what is forgotten; what its `map` leaves alone must be what the shape says.
  @Test(arguments: [false, true]) func aResultKeepsItsShape(isOdd: Bool) throws {
    let explorer = try explored(openSteps: [.readCell]) { machine throws(Refusal<W>) in
      let hidden = machine.explorer.any("hidden")
      _ = try machine.step(.readCell, given: NoState<W>(), Leaky<W>(word: 0, hidden: hidden), frame: .none) {
        .known(true)
      } ensures: { _ in
        .known(true)
      } body: { () throws(Refusal<W>) in
        Leaky<W>(word: 3, hidden: hidden, isOdd: isOdd)
      }
    }
    #expect(isOdd ? explorer.failsOnly("state") : explorer.holds, "\(explorer.failures)")
  }

  /// What theorems add to what a step ensures is shown where the step is open, and known elsewhere.
  @Test func addedFactsAreShown() throws {
    let fact = StepFact(.readCell) { _, words in words[0] .< 50 }
    let own = try explored(openSteps: [.readCell], facts: [fact]) { machine throws(Refusal<W>) in
      _ = try Self.half(machine, machine.explorer.any("x")) { _ in .known(true) }
    }
    #expect(own.failsOnly("what the step ensures"), "\(own.failures)")
    let use = try explored(facts: [fact]) { machine throws(Refusal<W>) in
      machine.explorer.prove("known", try Self.half(machine, 7) { _ in .known(true) } .< 50)
    }
    #expect(use.holds, "\(use.failures)")
  }

  /// Every step of the core has one theorem that opens it, and no theorem opens two.
  @Test func everyStepHasItsTheorem() {
    let problems = StepsAreProved.problems(in: Catalogue.core)
    #expect(problems.isEmpty, "\(problems)")
    #expect(Catalogue.all.contains { $0.name == StepsAreProved().name })
  }

  @Test func aStepWithoutTheoremIsNoticed() {
    let one = Steps.all.filter { $0.openSteps != [.keepClaims] }
    #expect(StepsAreProved.problems(in: one).contains { $0.contains("keepClaims") })
    #expect(StepsAreProved.problems(in: Catalogue.core + [Steps.keep]).contains { $0.contains("keepClaims") })
    var two = Steps.keep
    two.openSteps = [.keepClaims, .addCell]
    #expect(StepsAreProved.problems(in: Catalogue.core + [two]).contains { $0.contains("two steps") })
  }
}

// SPDX-License-Identifier: Apache-2.0
// The search for paths: none is missed, none is invented, no answer is no pass.

import Core
import Testing

@testable import Symbolic

@Suite struct ExplorerSearchTests {
  typealias W = SymbolicWord

  @Test func everyFeasiblePathIsSeen() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      let y = machine.explorer.any("y")
      if x < y { machine.explorer.mark("less") } else if x == y { machine.explorer.mark("equal") }
      if y < x { machine.explorer.mark("more") }
      if x < y && y < x { machine.explorer.mark("both") }
    }
    #expect(explorer.holds && explorer.paths == 3)
    #expect(explorer.reached == ["less", "equal", "more", "success"])
  }

  /// A path hidden behind one value in 2^64 is found.
  @Test func aHiddenPathIsFound() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      if (x &+ x &+ 0x1234) == 0xbeee { machine.explorer.prove("never here", .known(false)) }
    }
    #expect(explorer.failsOnly("never here"), "\(explorer.failures)")
  }

  @Test func anUnreachableTrapIsNoTrap() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      if x < 10 { _ = x + 5 }
      if x < 10 && W(known: 20) < x { _ = x.times(.max) }
    }
    #expect(explorer.holds, "\(explorer.failures)")
  }

  @Test func nothingHoldsForWantOfAPath() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      machine.explorer.assume((x .< 5) .& (W(known: 6) .< x))
      machine.explorer.expect("success")
      machine.explorer.prove("nonsense", x .== 77)
    }
    #expect(explorer.failsOnly("can happen: success"), "\(explorer.failures)")
  }

  /// What differs from run to run is an error, whether it is a decision or a thing assumed or shown on the way.
  @Test(arguments: 0..<5) func aRerunThatDivergesFails(kind: Int) throws {
    var run: UInt64 = 0
    let explorer = try explored { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      let number = W(known: run)
      run += 1
      switch kind {
      case 0: _ = x == number
      case 1: machine.explorer.prove("shown", (x &+ number) .== (number &+ x) .| (x .== number))
      case 2: machine.explorer.assume(x .!= number)
      case 3: machine.explorer.prove("shown in the first run alone", .known(run == 1))
      default: if run > 1 { return }
      }
      if x < 100 { return }
      if x < 200 { return }
    }
    #expect(explorer.failures.contains { $0.name == "determinism" } == (kind != 1), "\(explorer.failures)")
  }

  @Test func anUnknownAnswerIsAFailure() throws {
    let explorer = try explored(rlimit: 2000) { machine throws(Refusal<W>) in
      let context = machine.explorer.context
      let x = context.constant("x", context.bits(31)).zeroExtended(to: 62)
      let y = context.constant("y", context.bits(31)).zeroExtended(to: 62)
      machine.explorer.assume(SymbolicTruth((context.known(1, width: 62) .< x) .& (x .< y)))
      let product = (x &* y) .== context.known(2_147_483_647 * 2_147_483_629, width: 62)
      if SymbolicTruth(product).isTrue { machine.explorer.mark("factored") }
      machine.explorer.prove("prime", SymbolicTruth(.!product))
    }
    #expect(explorer.failures.contains { $0.name == "branch" }, "\(explorer.failures)")
    #expect(explorer.failures.allSatisfy { $0.detail.contains("no answer") }, "\(explorer.failures)")
  }

  @Test func tooManyPathsAreAFailure() throws {
    let explorer = try explored(pathLimit: 20) { machine throws(Refusal<W>) in
      for _ in 0..<10 { _ = machine.explorer.fork("coin") }
    }
    #expect(explorer.failsOnly("exploration"), "\(explorer.failures)")
  }

  @Test func aMalformedTermIsAFailure() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      let context = machine.explorer.context
      let broken = context.constant("x", context.bits(8)) .== context.constant("y", context.bits(16))
      machine.explorer.prove("by simplification", SymbolicTruth(broken .| .!broken))
    }
    #expect(explorer.failures.contains { $0.name == "terms" }, "\(explorer.failures)")
  }

  /// After the cut nothing is asked, shown or changed, and no loop runs.
  @Test func aCutPathIsDead() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      machine.explorer.cut()
      _ = machine.explorer.any("x") + 1
      _ = machine.read(.phase, W(known: .max))
      machine.explorer.prove("false", .known(false))
      var state = OneWord<W>(0)
      machine.loop(.budget, 9, &state, frame: .none) { _, _ in
        .known(false)
      } body: { _, _ in
      }
      if machine.explorer.any("y") == 0 || machine.explorer.fork("z") { machine.explorer.mark("here") }
    }
    #expect(explorer.holds && explorer.paths == 1 && explorer.reached.isEmpty)
  }

  /// Whatever rests on a solver's word can be put to another: also that a branch was left out.
  @Test func prunedBranchesAreObserved() throws {
    let context = try #require(Z3Context())
    let explorer = Explorer("toy", prover: Prover(context))
    var names: [String] = []
    explorer.observer = { names.append($0.name) }
    explorer.explore {
      let x = explorer.any("x")
      if x < 5 && W(known: 6) < x { explorer.mark("never") }
    }
    #expect(names == ["toy: no state goes this way"], "\(names)")
  }
}

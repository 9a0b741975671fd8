// SPDX-License-Identifier: Apache-2.0
// What the explorer remembers of earlier paths: it saves questions, and stands for nothing that a path does not know itself.

import Core
import Testing

@testable import Symbolic

@Suite struct ExplorerMemoryTests {
  typealias W = SymbolicWord

  /// How often an obligation of this name went to a solver.
  private func asked(_ name: String, _ toy: Toy) throws -> (explorer: Explorer, questions: Int) {
    let context = try #require(Z3Context())
    let explorer = Explorer("toy", prover: Prover(context))
    var questions = 0
    explorer.prover.observer = { if $0.name.hasPrefix("toy: \(name)") { questions += 1 } }
    explorer.explore {
      let machine = SymbolicMachine(explorer)
      do throws(Refusal<W>) { try toy(machine) } catch { explorer.mark("refused") }
    }
    return (explorer, questions)
  }

  @Test func whatTwoPathsKnowIsAskedOnce() throws {
    let (explorer, questions) = try asked("small") { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      machine.explorer.assume(x .< 5)
      _ = machine.explorer.fork("coin")
      machine.explorer.prove("small", x .< 10)
    }
    #expect(explorer.holds && explorer.paths == 2 && questions == 1)
    // It counts on both.
    #expect(explorer.proved == 2)
  }

  /// The second path knows less: what the first has shown is no proof of it.
  @Test(arguments: [false, true]) func whatAPathDoesNotKnowIsShownAgain(turned: Bool) throws {
    let (explorer, _) = try asked("small") { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      if machine.explorer.fork("coin") != turned { machine.explorer.assume(x .< 5) }
      machine.explorer.prove("small", x .< 10)
    }
    #expect(explorer.failsOnly("small") && explorer.failures.count == 1, "\(explorer.failures)")
  }

  /// What was given for one obligation alone is nothing that another may rest on.
  @Test func whatWasGivenOnceIsNotKnown() throws {
    let (explorer, _) = try asked("small") { machine throws(Refusal<W>) in
      let x = machine.explorer.any("x")
      if machine.explorer.fork("coin") {
        machine.explorer.prove("small", x .< 10, given: [x .< 5])
      } else {
        machine.explorer.prove("small", x .< 10)
      }
    }
    #expect(explorer.failsOnly("small") && explorer.failures.count == 1, "\(explorer.failures)")
  }
}

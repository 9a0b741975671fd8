// SPDX-License-Identifier: Apache-2.0
// Loops carry their invariant: each rule, kept and broken.

import Core
import Testing

@testable import Symbolic

@Suite struct ExplorerLoopTests {
  typealias W = SymbolicWord

  /// The sum after i iterations is at most 7 i: keeps, holds on entry, and rules the overflow out.
  @Test func aRightInvariantIsProved() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      let cells = machine.capacity(.phase)
      let total = try sum(machine, cells, bound: 7) { i, total in
        total.value .<= (i &+ i &+ i &+ i &+ i &+ i &+ i)
      }
      machine.explorer.prove("small", total .<= W(known: 7 << 32))
    }
    #expect(explorer.holds, "\(explorer.failures)")
    let events = ["iterates", "completes an iteration", "ends"].map { "loop budget \($0)" }
    #expect(explorer.reached.isSuperset(of: events + ["success", "refused tooLarge"]))
  }

  @Test func aWrongInvariantIsNotKept() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      _ = try sum(machine, machine.capacity(.phase), bound: 7) { i, total in total.value .<= (i &+ i) }
    }
    #expect(explorer.failsOnly("invariant kept by one iteration"), "\(explorer.failures)")
  }

  @Test func aWeakInvariantLeavesTheTrapReachable() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      _ = try sum(machine, machine.capacity(.phase), bound: 7) { _, _ in .known(true) }
    }
    #expect(explorer.failsOnly("no trap: + overflows"), "\(explorer.failures)")
  }

  @Test func anInvariantMustHoldOnEntry() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      var state = OneWord<W>(0)
      machine.loop(.budget, machine.capacity(.phase), &state, frame: .none) { _, state in
        state.value .== 1
      } body: { _, _ in
      }
    }
    #expect(explorer.failsOnly("invariant on entry"), "\(explorer.failures)")
  }

  @Test(arguments: [Table.phase, .loaded])
  func aStoreOutsideTheFrameFails(table: Table) throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      var none = NoState<W>()
      machine.loop(.budget, machine.capacity(.phase), &none, frame: TableSet(.phase)) { _, _ in
        .known(true)
      } body: { i, _ in
        machine.write(table, i, 0)
      }
    }
    #expect(table == .phase ? explorer.holds : explorer.failsOnly("frame"), "\(explorer.failures)")
  }

  @Test(arguments: [TableSet(.phase), TableSet(.phase) | TableSet(.loaded)])
  func anInnerFrameLiesInsideTheOuter(inner: TableSet) throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      var none = NoState<W>()
      machine.loop(.sortPasses, 4, &none, frame: TableSet(.phase)) { _, _ in
        .known(true)
      } body: { _, _ in
        var none = NoState<W>()
        machine.loop(.sortMerge, 4, &none, frame: inner) { _, _ in
          .known(true)
        } body: { _, _ in
        }
      }
    }
    #expect(inner == TableSet(.phase) ? explorer.holds : explorer.failsOnly("frame"), "\(explorer.failures)")
  }

  @Test func aFrameCoversScrubsCopiesAndTheExchange() throws {
    let bodies: [@Sendable (SymbolicMachine) -> Void] = [
      { $0.scrub(0, 1) }, { _ = $0.copyForeign(0, size: 1, into: .cell) }, { $0.flip() },
    ]
    for body in bodies {
      let explorer = try explored { machine throws(Refusal<W>) in
        var none = NoState<W>()
        machine.loop(.budget, 4, &none, frame: .none) { _, _ in
          .known(true)
        } body: { _, _ in
          body(machine)
        }
      }
      #expect(explorer.failsOnly("frame"), "\(explorer.failures)")
    }
  }

  /// What a loop may change is not known after it.
  @Test func theFrameIsForgotten() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      machine.write(.phase, 0, 5)
      machine.write(.loaded, 0, 6)
      var none = NoState<W>()
      machine.loop(.budget, 1, &none, frame: TableSet(.phase)) { _, _ in
        .known(true)
      } body: { i, _ in
        machine.write(.phase, i, 7)
      }
      machine.explorer.prove("untouched", machine.read(.loaded, 0) .== 6)
      machine.explorer.prove("touched", machine.read(.phase, 0) .== 5)
    }
    #expect(explorer.failsOnly("touched"), "\(explorer.failures)")
  }

  /// Without a way to the end of an iteration anything would be kept by it.
  @Test func aBodyThatNeverCompletesFails() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      var none = NoState<W>()
      try machine.loop(.budget, machine.capacity(.phase), &none, frame: .none) { _, _ in
        .known(true)
      } body: { (i, _) throws(Refusal<W>) in
        throw Refusal(.badCell, i)
      }
    }
    #expect(explorer.failures.map(\.name) == ["can happen: loop budget completes an iteration"])
  }

  @Test func aLoopThatNeverBeginsFails() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      var none = NoState<W>()
      machine.loop(.budget, 0, &none, frame: .none) { _, _ in
        .known(true)
      } body: { _, _ in
      }
    }
    #expect(explorer.failsOnly("can happen: loop budget"), "\(explorer.failures)")
  }

  /// The path that a throw takes out of the arbitrary iteration goes on, with what is known there.
  @Test func aThrowContinues() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      do throws(Refusal<W>) {
        _ = try sum(machine, machine.capacity(.phase), bound: 7) { i, total in
          total.value .<= (i &+ i &+ i &+ i &+ i &+ i &+ i)
        }
      } catch {
        machine.explorer.prove("what was too large", W(known: 8) .<= error.other)
        machine.explorer.prove("false", W(known: 9) .<= error.other)
        throw error
      }
    }
    #expect(explorer.failsOnly("false"), "\(explorer.failures)")
    #expect(explorer.reached.contains("refused tooLarge"))
  }

  /// A state's `map` says what is forgotten; what it leaves alone, the body must leave alone.
  @Test func aPartThatMapLeavesAloneMustNotChange() throws {
    let bodies: [@Sendable (inout Leaky<W>) -> Void] = [
      { $0.word = $0.word &+ 1 }, { $0.hidden = $0.hidden &+ 1 }, { $0.isOdd.toggle() },
    ]
    for (number, body) in bodies.enumerated() {
      let explorer = try explored { machine throws(Refusal<W>) in
        var state = Leaky<W>(word: 0, hidden: machine.explorer.any("hidden"))
        machine.loop(.budget, 4, &state, frame: .none) { _, _ in
          .known(true)
        } body: { _, state in
          body(&state)
        }
      }
      #expect(number == 0 ? explorer.holds : explorer.failsOnly("state"), "\(explorer.failures)")
    }
  }
}

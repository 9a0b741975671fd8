// SPDX-License-Identifier: Apache-2.0
// Steps that only look: what they come to is a function of what they look at. Each rule, broken.

import Core
import Testing

@testable import Symbolic

@Suite struct ExplorerLookTests {
  typealias W = SymbolicWord

  /// The forms in which the toys use their steps, where theorems open them with numbers.
  static let forms: [ProvedStep: Set<StepForm>] = [
    .readCell: [StepForm("w =7 1"), StepForm("w w 1"), StepForm("NoState<SymbolicWord>()")],
    .admitClaims: [StepForm("w =7 1"), StepForm("w =\(UInt64.max) 1")],
  ]

  /// What a toy looks at.
  struct Context: Sendable {
    var bound: W
    var kind: UInt64 = 1
  }
  /// A table's word, at most `bound`; refused where it is more.
  static func bounded(
    _ machine: SymbolicMachine, _ index: W, _ context: Context, _ name: ProvedStep = .readCell,
    reads: TableSet = TableSet(.phase), hidden: W = 0,
    body: (@Sendable (SymbolicMachine, W, Context) throws(Refusal<W>) -> W)? = nil
  ) throws(Refusal<W>) -> W {
    try machine.look(name, index, context, OneWord<W>(0), reads: reads) {
      index .< machine.capacity(.phase)
    } ensures: { result in
      result.value .<= context.bound
    } body: { () throws(Refusal<W>) in
      if let body { return OneWord(try body(machine, index, context)) }
      let word = machine.read(.phase, index)
      guard word <= context.bound else { throw Refusal(.tooLarge, index) }
      return OneWord(word)
    }.value
  }
  static func outcome(
    _ machine: SymbolicMachine, _ index: W, _ context: Context, reads: TableSet = TableSet(.phase)
  ) -> Outcome<OneWord<W>> {
    machine.explorer.specifying {
      machine.outcome(of: .readCell, index, context, OneWord<W>(0), reads: reads) { () throws(Refusal<W>) in
        OneWord(0)
      }
    }
  }

  @Test func aLookIsProvedAndTaken() throws {
    let own = try explored(openSteps: [.readCell]) { machine throws(Refusal<W>) in
      _ = try Self.bounded(machine, machine.explorer.any("i"), Context(bound: machine.explorer.any("bound")))
    }
    #expect(own.holds, "\(own.failures)")
    #expect(own.reached.isSuperset(of: ["success", "refused tooLarge"]))
    let use = try explored { machine throws(Refusal<W>) in
      let (i, context) = (W(known: 0), Context(bound: machine.explorer.any("bound")))
      let first = try Self.bounded(machine, i, context)
      let second = try Self.bounded(machine, i, context)
      let spoken = Self.outcome(machine, i, context)
      machine.explorer.prove("the same again", (first .== second) .& spoken.isReturned)
      machine.explorer.prove("as specified", spoken.value.value .== first)
    }
    #expect(use.holds, "\(use.failures)")
    #expect(use.reached.isSuperset(of: ["success", "refused refusedByStep", "step readCell is taken"]))
  }

  /// Another index, another context, other content of a table, other bytes: nothing is known of that.
  @Test(arguments: ["index", "bound", "kind", "write", "copy"]) func anotherLookIsAnother(
    difference: String
  ) throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      var (i, context) = (W(known: 0), Context(bound: machine.explorer.any("bound")))
      let first = try Self.bounded(machine, i, context)
      switch difference {
      case "index": i = machine.capacity(.phase) &- 1
      case "bound": context.bound = machine.explorer.any("bound")
      case "kind": context.kind = 2
      case "write": machine.write(.phase, 0, 0)
      default: _ = machine.copyForeign(0, size: 0, into: .cell)
      }
      let second = try Self.bounded(machine, i, context)
      machine.explorer.prove("the same again", first .== second)
    }
    #expect(explorer.failsOnly("the same again"), "\(explorer.failures)")
  }

  /// What the index, the context and the tables that may be read do not determine.
  @Test(arguments: ["table", "captured", "decision", "foreign", "fork", "step", "inner"])
  func whatIsNotLookedAtMustNotMatter(dependence: String) throws {
    let explorer = try explored(openSteps: [.admitClaims], forms: Self.forms) { machine throws(Refusal<W>) in
      let i = machine.explorer.any("i")
      let (context, hidden) = (Context(bound: W(known: .max)), machine.explorer.any("hidden"))
      _ = try Self.bounded(machine, i, context, .admitClaims) { machine, index, context throws(Refusal<W>) in
        switch dependence {
        case "table": return machine.read(.loaded, index)
        case "captured": return hidden
        case "decision": return hidden == 0 ? 1 : 2
        case "foreign": return machine.foreignCellState(index)
        case "fork": return machine.explorer.fork("either") ? 1 : 2
        case "step":
          return try machine.step(.readCell, given: NoState<W>(), OneWord<W>(0), frame: .none) {
            .known(true)
          } ensures: { _ in
            .known(true)
          } body: { () throws(Refusal<W>) in
            OneWord(0)
          }.value
        default: return try Self.bounded(machine, index, Context(bound: hidden))
        }
      }
    }
    #expect(explorer.failsOnly("look"), "\(explorer.failures)")
  }

  /// A loop in a step that looks is determined if its count, what it begins with and what it carries on are.
  @Test(arguments: ["fine", "count", "start", "carried", "decision", "after"])
  func aLoopIsLookedThrough(dependence: String) throws {
    let explorer = try explored(openSteps: [.admitClaims], forms: Self.forms) { machine throws(Refusal<W>) in
      let i = machine.explorer.any("i")
      let (context, hidden) = (Context(bound: W(known: .max)), machine.explorer.any("hidden"))
      _ = try Self.bounded(machine, i, context, .admitClaims) { machine, index, _ throws(Refusal<W>) in
        var found = OneWord<W>(dependence == "start" ? hidden : 0)
        let count = dependence == "count" ? hidden : machine.capacity(.phase)
        machine.loop(.rootChip, count, &found, frame: .none) { _, _ in
          .known(true)
        } body: { k, found in
          if dependence == "decision" && hidden == 0 { return }
          if k < machine.capacity(.phase) && machine.read(.phase, k) == index { found.value = k &+ 1 }
          if dependence == "carried" { found.value = found.value | hidden }
        }
        return dependence == "after" ? found.value | hidden : found.value
      }
    }
    #expect(dependence == "fine" ? explorer.holds : explorer.failsOnly("look"), "\(explorer.failures)")
  }

  /// A step that looks may take others, if they look at no more.
  @Test(arguments: [false, true]) func anInnerLookReadsNoMore(readsMore: Bool) throws {
    let explorer = try explored(openSteps: [.admitClaims], forms: Self.forms) { machine throws(Refusal<W>) in
      let i = machine.explorer.any("i")
      _ = try Self.bounded(machine, i, Context(bound: 7), .admitClaims) {
        machine, index, context throws(Refusal<W>) in
        try Self.bounded(
          machine, index, context, reads: readsMore ? TableSet(.phase) | TableSet(.loaded) : TableSet(.phase))
      }
    }
    #expect(readsMore ? explorer.failsOnly("look") : explorer.holds, "\(explorer.failures)")
  }

  @Test func aLookWritesNothing() throws {
    let explorer = try explored(openSteps: [.readCell], forms: Self.forms) { machine throws(Refusal<W>) in
      _ = try Self.bounded(machine, machine.explorer.any("i"), Context(bound: 7)) {
        machine, index, _ throws(Refusal<W>) in
        machine.write(.phase, index, 0)
        return 0
      }
    }
    #expect(explorer.failsOnly("frame"), "\(explorer.failures)")
  }

  @Test func codeMustNotAskForOutcomes() throws {
    let explorer = try explored { machine throws(Refusal<W>) in
      _ = machine.outcome(of: .readCell, 0, Context(bound: 7), OneWord<W>(0), reads: .none) {
        () throws(Refusal<W>) in OneWord(0)
      }
    }
    #expect(explorer.failsOnly("look"), "\(explorer.failures)")
  }

  /// What can change behind a copy's back is nothing to look at.
  @Test func aContextIsAValue() throws {
    final class Box: @unchecked Sendable { var word: UInt64 = 0 }
    let explorer = try explored { machine throws(Refusal<W>) in
      _ = try machine.look(.readCell, 0, Box(), OneWord<W>(0), reads: .none) {
        .known(true)
      } ensures: { _ in
        .known(true)
      } body: { () throws(Refusal<W>) in
        OneWord(0)
      }
    }
    #expect(
      explorer.failures.contains { $0.detail.contains("what can change unseen") }, "\(explorer.failures)")
  }

  /// A step's theorem may rest on what another step that looks comes to at any index, if that step is declared before it,
  /// was asked, and what it looks at is as it was.
  @Test(arguments: ["fine", "later", "unasked", "changed"]) func aTheoremRestsOnAnother(how: String) throws {
    let facts = [
      StepFact(.readCell) { _, use in [("even", (use.words[0] & 1) .== 0)] },
      StepFact(
        .admitClaims,
        restsOn: { machine, _ in [(how == "later" ? .cellItem : .readCell, machine.arbitrary(Ghost.item))] },
        parts: { machine, _ in
          let context = Context(bound: 7)
          let spoken = machine.outcome(
            of: .readCell, machine.arbitrary(Ghost.item), context, OneWord<W>(0), reads: TableSet(.phase)
          ) { () throws(Refusal<W>) in OneWord(0) }
          return [("even there", spoken.isReturned ==> ((spoken.value.value & 1) .== 0))]
        }),
    ]
    let explorer = try explored(openSteps: [.admitClaims], facts: facts) { machine throws(Refusal<W>) in
      _ = try machine.step(.admitClaims, given: NoState<W>(), OneWord<W>(0), frame: TableSet(.phase)) {
        .known(true)
      } ensures: { _ in
        .known(true)
      } body: { () throws(Refusal<W>) in
        if how != "unasked" { _ = try Self.bounded(machine, 0, Context(bound: 7)) }
        if how == "changed" { machine.write(.phase, 0, 0) }
        return OneWord(0)
      }
    }
    #expect(how == "fine" ? explorer.holds : !explorer.holds, "\(explorer.failures)")
  }
}

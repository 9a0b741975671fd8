// SPDX-License-Identifier: Apache-2.0
// Every operation of `Word`: what the symbolic machine builds means what UInt64 does, and traps where UInt64 traps. Asked
// three ways: of Z3's rewriter, of a model, and of the operation on known words.

import Core
import Testing
import TestSupport

@testable import Symbolic

@Suite struct WordTests {
  typealias W = SymbolicWord

  static let edges: [UInt64] = [
    0, 1, 2, 3, 7, 8, 31, 32, 62, 63, 64, 65, 127, 128, 1 << 32, (1 << 32) - 1, 1 << 63, (1 << 63) - 1,
    .max - 1, .max,
  ]

  /// Pairs of edges, and random pairs of every magnitude.
  static func pairs(seed: UInt64) -> [(UInt64, UInt64)] {
    var generator = SplitMix(seed: seed)
    let random = (0..<100).map { _ in
      (generator.next() >> (generator.next() % 64), generator.next() >> (generator.next() % 64))
    }
    return edges.flatMap { a in edges.map { (a, $0) } } + random
  }

  /// An operation on any machine's words, and what it is on numbers: nil where it traps.
  struct Operation {
    let name: String
    let symbolic: (W, W) -> W
    let number: (UInt64, UInt64) -> UInt64?
  }
  /// A question about any machine's words, asked merged and by branching.
  struct Question {
    let name: String
    let merged: (W, W) -> SymbolicTruth
    let branching: ((W, W) -> Bool)?
    let number: (UInt64, UInt64) -> Bool
  }

  /// The operation as the protocol states it, for the symbolic machine and for UInt64 from one text.
  static var operations: [Operation] {
    [
      .init(name: "+", symbolic: { $0 + $1 }) {
        let (sum, overflows) = $0.addingReportingOverflow($1)
        return overflows ? nil : sum
      },
      .init(name: "-", symbolic: { $0 - $1 }) { $0 < $1 ? nil : $0 - $1 },
      .init(name: "&+", symbolic: { $0 &+ $1 }) { $0 &+ $1 },
      .init(name: "&-", symbolic: { $0 &- $1 }) { $0 &- $1 },
      .init(name: "&", symbolic: { $0 & $1 }) { $0 & $1 },
      .init(name: "|", symbolic: { $0 | $1 }) { $0 | $1 },
      .init(name: "<<", symbolic: { $0 << $1 }) { $1 < 64 ? $0 << $1 : 0 },
      .init(name: ">>", symbolic: { $0 >> $1 }) { $1 < 64 ? $0 >> $1 : 0 },
      .init(name: "choose", symbolic: { W.choose($0 .< $1, $0 &+ 1, $1) }) { $0 < $1 ? $0 &+ 1 : $1 },
      .init(name: "lesser", symbolic: { W.lesser($0, $1) }) { min($0, $1) },
    ]
  }
  static var questions: [Question] {
    [
      .init(name: "==", merged: { $0 .== $1 }, branching: { $0 == $1 }) { $0 == $1 },
      .init(name: "!=", merged: { $0 .!= $1 }, branching: { $0 != $1 }) { $0 != $1 },
      .init(name: "<", merged: { $0 .< $1 }, branching: { $0 < $1 }) { $0 < $1 },
      .init(name: "<=", merged: { $0 .<= $1 }, branching: { $0 <= $1 }) { $0 <= $1 },
      .init(name: ">", merged: { $1 .< $0 }, branching: { $0 > $1 }) { $0 > $1 },
      .init(name: ">=", merged: { $1 .<= $0 }, branching: { $0 >= $1 }) { $0 >= $1 },
      .init(name: "not", merged: { .!($0 .< $1) }, branching: nil) { $0 >= $1 },
      .init(name: "and", merged: { ($0 .< 64) .& ($1 .< 64) }, branching: nil) { $0 < 64 && $1 < 64 },
      .init(name: "or", merged: { ($0 .< 64) .| ($1 .< 64) }, branching: nil) { $0 < 64 || $1 < 64 },
      .init(name: "implies", merged: { ($0 .< 64) ==> ($1 .< 64) }, branching: nil) { !($0 < 64) || $1 < 64 },
    ]
  }

  static func seed() -> UInt64 {
    let seed = UInt64.random(in: 0 ... .max)
    print("words: seed \(seed)")
    return seed
  }

  @Test func operationsMeanWhatTheyDoOnNumbers() throws {
    let seed = Self.seed()
    for operation in Self.operations {
      try compare(operation.name, seed, operation.symbolic, operation.number)
    }
    for factor in [0, 1, 3, 32, 56, 1 << 20, .max] as [UInt64] {
      try compare("times \(factor)", seed) { a, _ in
        a.times(factor)
      } _: { a, _ in
        let (product, overflows) = a.multipliedReportingOverflow(by: factor)
        return overflows ? nil : product
      }
    }
    for bits in [0, 1, 0x180, 1 << 63, .max] as [UInt64] {
      try compare("has \(bits)", seed) { a, _ in
        W.choose(a.has(bits), 1, W.choose(a.hasAny(bits), 2, 3))
      } _: { a, _ in
        a & bits == bits ? 1 : a & bits != 0 ? 2 : 3
      }
    }
  }

  @Test func questionsMeanWhatTheyDoOnNumbers() throws {
    let seed = Self.seed()
    for question in Self.questions {
      try compare(question.name, seed) {
        W.choose(question.merged($0, $1), 1, 0)
      } _: {
        question.number($0, $1) ? 1 : 0
      }
      guard let branching = question.branching else { continue }
      for (a, b) in Self.pairs(seed: seed) {
        #expect(branching(W(known: a), W(known: b)) == question.number(a, b), "\(a) \(question.name) \(b)")
      }
      // As a branch: each answer is seen, and where a model of the path says that it is given, it is given.
      let explorer = try explored { machine throws(Refusal<W>) in
        let (x, y) = (machine.explorer.any("x"), machine.explorer.any("y"))
        let answer = branching(x, y)
        machine.explorer.mark("\(answer)")
        guard let model = machine.explorer.pathModel() else { return }
        let context = machine.explorer.context
        guard let a = model.value(of: x.term(in: context)), let b = model.value(of: y.term(in: context))
        else {
          machine.explorer.fail("model", "no values")
          return
        }
        if question.number(a, b) != answer { machine.explorer.fail("model", "\(a) \(question.name) \(b)") }
      }
      #expect(explorer.holds && explorer.reached == ["true", "false", "success"], "\(explorer.failures)")
    }
  }

  /// Compares an operation with its meaning on many pairs, with nothing known, with one side known, and with both.
  private func compare(
    _ name: String, _ seed: UInt64, _ symbolic: (W, W) -> W, _ number: (UInt64, UInt64) -> UInt64?
  ) throws {
    let context = try #require(Z3Context())
    let explorer = Explorer(name, prover: Prover(context))
    let (x, y) = (context.constant("x", context.bits(64)), context.constant("y", context.bits(64)))
    let pairs = Self.pairs(seed: seed)
    explorer.explore {
      for (index, (a, b)) in pairs.enumerated() {
        guard let expected = number(a, b) else { continue }
        let (knownA, knownB) = (context.known(a, width: 64), context.known(b, width: 64))
        for shape in 0..<4 {
          let (left, right) = (shape & 1 == 0 ? W(x) : W(known: a), shape & 2 == 0 ? W(y) : W(known: b))
          let result = explorer.specifying { symbolic(left, right) }.term(in: context)
          let value = result.replacing([(from: x, to: knownA), (from: y, to: knownB)]).constant
          #expect(value == expected, "\(a) \(name) \(b), shape \(shape)")
          // Now and then the value comes from the solver instead of the rewriter.
          guard index % 64 == 5, shape == 0 else { continue }
          switch explorer.prover.satisfiable(Satisfiability(name, [x .== knownA, y .== knownB])) {
          case .yes(let model): #expect(model.value(of: result) == expected, "\(a) \(name) \(b), by a model")
          default: Issue.record("no model")
          }
        }
      }
    }
    // The obligation not to trap fails exactly where numbers trap: with known words, and with words known by assumption.
    for (index, (a, b)) in pairs.enumerated() {
      let known = explorer.failures.count
      explorer.explore { _ = symbolic(W(known: a), W(known: b)) }
      #expect((explorer.failures.count > known) == (number(a, b) == nil), "\(a) \(name) \(b)")
      guard index % 16 == 1 else { continue }
      let assumed = explorer.failures.count
      explorer.explore {
        explorer.assume((W(x) .== W(known: a)) .& (W(y) .== W(known: b)))
        _ = symbolic(W(x), W(y))
      }
      #expect((explorer.failures.count > assumed) == (number(a, b) == nil), "\(a) \(name) \(b), assumed")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// The Z3 wrapper: right verdicts, nothing passes by mistake, text that a second solver accepts.

import Core
import Testing

@testable import Symbolic

@Suite struct Z3Tests {
  let context: Z3Context
  let prover: Prover

  init() throws {
    context = try #require(Z3Context())
    prover = Prover(context)
  }

  @Test func provesAndRefutesBitVectorFacts() throws {
    let x = context.constant("x", context.bits(64))
    let one = context.known(1, width: 64)
    #expect(prover.prove(Obligation("xor", (x ^ x) .== context.known(0, width: 64))).isProved)
    guard case .refuted(let model) = prover.prove(Obligation("no wrap", x .< (x &+ one))) else {
      Issue.record("x < x + 1 must be refuted")
      return
    }
    #expect(model.value(of: x) == UInt64.max)
    #expect(model.truth(of: x .== one) == false)
    #expect(model.assignment["x"] == "#xffffffffffffffff")
    #expect(prover.calls == 2)
  }

  @Test func uninterpretedFunctionsAreCongruent() {
    let cell = context.uninterpreted("Cell")
    let owner = context.function("owner", [cell, cell], context.boolean)
    let (a, b) = (context.constant("a", cell), context.constant("b", cell))
    #expect(prover.prove(Obligation("congruence", assuming: [a .== b], owner(a, b) ==> owner(b, a))).isProved)
    #expect(!prover.prove(Obligation("no symmetry", owner(a, b) ==> owner(b, a))).isProved)
    let someone = Term.forAll([a], owner(a, a))
    #expect(prover.prove(Obligation("instance", assuming: [someone], owner(b, b))).isProved)
  }

  @Test func hypothesesCount() {
    let p = context.constant("p", context.boolean)
    #expect(prover.prove(Obligation("from p", assuming: [p], p)).isProved)
    #expect(prover.satisfiable(Satisfiability("p and not p", [p, .!p])).isNo)
    #expect(prover.satisfiable(Satisfiability("p", [p])).isYes)
  }

  @Test func simplifiesAndIdentifies() {
    let x = context.constant("x", context.bits(8))
    #expect((x .== x).isTrue && (x .!= x).isFalse)
    #expect((context.known(7, width: 8) &+ context.known(250, width: 8)).constant == 1)
    #expect(x == context.constant("x", context.bits(8)))
    #expect(x != context.constant("y", context.bits(8)))
    #expect(x.replacing([(from: x, to: context.known(3, width: 8))]).constant == 3)
    let wide = x.zeroExtended(to: 64)
    #expect(wide.width == 64 && wide.extract(7, 0).simplified == x)
    #expect(x.concat(x).width == 16)
  }

  @Test func aMalformedTermProvesNothing() {
    let x = context.constant("x", context.bits(8))
    let y = context.constant("y", context.bits(16))
    let broken = x .== y
    #expect(!context.errors.isEmpty)
    #expect(!prover.prove(Obligation("broken", assuming: [broken], broken)).isProved)
    #expect(!prover.prove(Obligation("anything", context.known(true))).isProved)
  }

  @Test(arguments: [SolverKind.standard, .simple, .tactic("smt")])
  func anExhaustedBoundIsNoPass(kind: SolverKind) {
    // Factoring the product of two 31-bit primes.
    let (x, y) = (context.constant("x", context.bits(31)), context.constant("y", context.bits(31)))
    let product = x.zeroExtended(to: 62) &* y.zeroExtended(to: 62)
    let number = context.known(2_147_483_647 * 2_147_483_629, width: 62)
    let hard = Obligation("prime", assuming: [x .< y], product .!= number)
    prover.rlimit = 1000
    prover.kind = kind
    guard case .unknown = prover.prove(hard) else {
      Issue.record("1,000 units of effort cannot be enough")
      return
    }
  }

  @Test(arguments: [SolverKind.standard, .simple, .logic("QF_UFBV"), .tactic("qfufbv"), .tactic("smt")])
  func everySolverAgrees(kind: SolverKind) {
    prover.kind = kind
    let x = context.constant("x", context.bits(36))
    let f = context.function("f", [context.bits(36)], context.bits(36))
    let y = context.constant("y", context.bits(36))
    #expect(prover.prove(Obligation("congruence", assuming: [x .== y], f(x) .== f(y))).isProved)
    #expect(!prover.prove(Obligation("injective", assuming: [f(x) .== f(y)], x .== y)).isProved)
  }

  @Test func anUnknownSolverIsNoPass() {
    prover.kind = .tactic("no-such-tactic")
    #expect(!prover.prove(Obligation("true", context.known(true))).isProved)
  }
}

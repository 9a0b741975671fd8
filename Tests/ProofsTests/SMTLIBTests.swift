// SPDX-License-Identifier: Apache-2.0
// The SMT-LIB text of a question is complete: another solver can answer it.

import Core
import Foundation
import Testing

@testable import Symbolic

/// Where Debian installs the second solver.
private let program = "/usr/bin/cvc5"

/// True if the second solver is there; without it these tests are reported as skipped.
let hasSecondSolver = FileManager.default.isExecutableFile(atPath: program)

/// Runs cvc5 over a script: its answer, or its error message.
func cvc5(_ script: String, milliseconds: Int = 20000) throws -> String {
  let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).smt2")
  try script.write(to: file, atomically: true, encoding: .utf8)
  defer { try? FileManager.default.removeItem(at: file) }
  let process = Process()
  process.executableURL = URL(filePath: program)
  process.arguments = ["--tlimit=\(milliseconds)", file.path]
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return text.trimmingCharacters(in: .whitespacesAndNewlines)
}

@Suite struct SMTLIBTests {
  let context: Z3Context

  init() throws { context = try #require(Z3Context()) }

  @Test(.enabled(if: hasSecondSolver)) func aSecondSolverAcceptsEveryOperator() throws {
    let (bits, cell) = (context.bits(16), context.uninterpreted("Cell"))
    let (x, y) = (context.constant("x", bits), context.fresh("y of", bits))
    let f = context.function("owner", [cell, bits], bits)
    let (a, b) = (context.constant("a", cell), context.constant("b", cell))
    let mixed = (x &+ y) &* (x &- y) ^ (x & y) | ~(x << y) & (x >> y)
    let division = x / y &+ x % y
    let terms = [
      mixed .== division, x .< y, x .<= y, x.extract(7, 0) .!= y.extract(15, 8),
      x.concat(y).zeroExtended(to: 64) .!= context.known(5, width: 64),
      .distinct([a, b], in: context), f(a, x) .== f(b, y), .choose(a .== b, x, y) .== y,
      (x .== y) ==> (a .== b),
    ]
    for (index, term) in terms.enumerated() {
      let script = Satisfiability("operator \(index)", [term]).smtlib()
      #expect(try cvc5(script) == "sat", "\(script)")
    }
    let claim = Obligation("congruence", assuming: [a .== b, x .== y], f(a, x) .== f(b, y))
    #expect(try cvc5(claim.smtlib) == "unsat")
    let everyone = Term.forAll([a], f(a, x) .== y)
    #expect(try cvc5(Obligation("instance", assuming: [everyone], f(b, x) .== y).smtlib) == "unsat")
  }

  /// What Z3 would write and nobody could read again is a mistake already when it is named.
  @Test(arguments: ["cell'", "a|b", "back\\slash"]) func aNameMustBeWritable(name: String) throws {
    let context = try #require(Z3Context())
    _ = context.constant(name, context.boolean)
    #expect(!context.errors.isEmpty)
  }
}

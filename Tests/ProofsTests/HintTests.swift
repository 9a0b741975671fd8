// SPDX-License-Identifier: Apache-2.0
// Hints save time and decide nothing: a wrong one, a forged one and none at all lead to the same verdicts.

import Core
import Testing

@testable import Proofs
@testable import Symbolic

@Suite struct HintTests {
  typealias W = SymbolicWord

  /// Two hypotheses of many matter for the goal; one branch is possible and one is not.
  private func explore(_ hints: [Hint], after: Duration? = nil, lie: Bool = false) throws -> Explorer {
    let context = try #require(Z3Context())
    let explorer = Explorer("toy", prover: Prover(context))
    explorer.take(hints)
    explorer.hintsAfter = after
    explorer.explore {
      let machine = SymbolicMachine(explorer)
      let (x, y, z) = (explorer.any("x"), explorer.any("y"), explorer.any("z"))
      explorer.assume((x .< y) .& (y .< z) .& (z .< W(known: lie ? 1000 : 100)))
      if machine.read(.phase, 0) == 5 { explorer.mark("five") }
      explorer.prove("small", x .< 98)
      explorer.expect("beyond")
      if y == 1000 { explorer.mark("beyond") }
    }
    return explorer
  }

  @Test func whatARunFindsOutAnotherIsTold() throws {
    let first = try explore([], after: .zero)
    #expect(!first.hintsForLater.isEmpty && first.fittingHints == (0, 0))
    let lines = first.hintsForLater.map(\.line)
    let second = try explore(lines.compactMap { Hint(line: $0) })
    #expect(second.fittingHints.told == lines.count && second.fittingHints.used == lines.count, "\(lines)")
    #expect(second.hintsForLater.map(\.line) == lines)
    #expect(first.failures == second.failures && second.failsOnly("can happen: beyond"))
    #expect(first.paths == second.paths && first.proved == second.proved && first.reached == second.reached)
  }

  /// The hypotheses that a hint names are the path's own: where the goal is wrong, no hint makes it right.
  @Test func noHintMakesAWrongGoalRight() throws {
    let honest = try explore([], after: .zero)
    for hints in [[], honest.hintsForLater] {
      let explorer = try explore(hints, lie: true)
      #expect(explorer.failures.contains { $0.name == "small" && $0.detail.hasPrefix("counterexample") })
    }
  }

  /// Values for a place that no state reaches, or hypotheses that are none of the path's, change nothing.
  @Test func forgedHintsAreOfNoUse() throws {
    let context = try #require(Z3Context())
    let prints = Fingerprints()
    func print(_ name: String) -> UInt32 { prints.short(context.constant(name, context.bits(64))) }
    let beyond = context.constant("y!0", context.bits(64)) .== context.known(1000, width: 64)
    let small = context.constant("x!0", context.bits(64)) .< context.known(98, width: 64)
    let forged = [
      Hint(key: prints.number(of: beyond), .values([print("y!0"): 1000])),
      Hint(key: Fingerprints.mix("beyond"), .values([print("y!0"): 1000])),
      Hint(key: prints.number(of: small), .hypotheses([1, 2, 3], .standard)),
      Hint(key: prints.number(of: small), .hypotheses([], .ackermann)),
    ]
    let explorer = try explore(forged)
    #expect(explorer.failsOnly("can happen: beyond"), "\(explorer.failures)")
    // The first is not wrong: a branch is asked about with what is near alone, and the path beyond it is seen to be none.
    #expect(explorer.fittingHints == (1, 4) && !explorer.reached.contains("beyond"))
  }

  @Test func fingerprintsAreOfStructureAlone() throws {
    var numbers: [Set<UInt64>] = []
    for order in [false, true] {
      let context = try #require(Z3Context())
      // Other terms first: identities differ, fingerprints must not.
      if order { _ = context.constant("w", context.bits(64)) &+ context.known(3, width: 64) }
      let x = context.constant("x", context.bits(64))
      let y = context.constant("y", context.bits(64))
      let terms = [
        x, y, x .< y, y .< x, x .== y, x &+ y, x &- y, context.known(7, width: 64),
        context.known(8, width: 64),
        context.known(7, width: 32), x.extract(31, 0), x.extract(32, 1),
        x.extract(31, 0).zeroExtended(to: 64), context.known(true), context.known(false),
      ]
      let prints = Fingerprints()
      numbers.append(Set(terms.map(prints.number)))
      #expect(Set(terms.map(prints.short)).count == terms.count)
    }
    #expect(numbers[0] == numbers[1])
  }

  @Test func linesAreReadAsTheyAreWritten() {
    for line in ["1f - 2 3", "1f ~ 2", "ffffffffffffffff - ", "7 + 1 2=ff", "0 +"] {
      #expect(Hint(line: line)?.line.split(separator: " ") == line.split(separator: " "), "\(line)")
    }
    for line in ["", "1f", "x - 1", "1f * 2", "1f - x", "1f + 1=x", "1f + =1", "1f + 1=", "1f - 123456789"] {
      #expect(Hint(line: line) == nil, "\(line)")
    }
  }

  /// The file that comes with the sources says the same after reading and writing.
  @Test func theRecordedHintsSurviveWriting() throws {
    let all = RecordedHints.all
    #expect(!all.isEmpty)
    let names = Set(Catalogue.all.map(\.name))
    #expect(all.keys.allSatisfy(names.contains), "hints for no theorem: make hints")
    let source = RecordedHints.source(all)
    let text = try #require(source.split(separator: "\"\"\"").dropFirst().first)
    #expect(RecordedHints.read(String(text)) == all)
  }
}

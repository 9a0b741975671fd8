// SPDX-License-Identifier: Apache-2.0
// A cache of proofs saves time and does nothing else: whatever happens to it, nothing counts as proved that was not.

import Foundation
import Proofs
import Symbolic
import Testing

@testable import Verification

/// A theorem that says of itself what comes of it.
private struct Stub: Theorem {
  var name = "stub"
  var statement = "A stub holds. It says so itself."
  var properties = ["P21"]
  var outcomes: [Report.Outcome] = [.proved]
  func run(into report: inout Report) {
    for outcome in outcomes {
      report.add(Report.Entry(name: "it holds", outcome: outcome, milliseconds: 1, paths: 2))
    }
  }
}

@Suite final class ProofCacheTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
  var file: String { folder + "/stub.proof" }
  func cache(program: String = "aa", solver: String = "Z3 4.8.12.0") -> ProofCache {
    ProofCache(folder: folder, key: ProofKey(program: program, solver: solver))
  }
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func run(_ stub: Stub, _ cache: ProofCache?) throws -> TheoremResult {
    var run = TheoremRun()
    run.cache = cache
    run.date = "2026-01-01T00:00:00Z"
    return try #require(run.run([stub]).first)
  }

  @Test func aProofIsFoundAgain() throws {
    let first = try run(Stub(), cache())
    #expect(first.isProved && first.provedOn == nil)
    // The theorem would fail now: the answer can only come from the cache, and says so.
    let second = try run(Stub(outcomes: [.failed("now")]), cache())
    #expect(second.isProved && second.provedOn == "2026-01-01T00:00:00Z")
    #expect(second.obligations == 1 && second.paths == 2)
    #expect(try !run(Stub(outcomes: [.failed("now")]), nil).isProved)
  }

  @Test(
    arguments: [[.failed("no")], [.unknown("timeout")], [.proved, .unknown("timeout")], []]
      as [[Report.Outcome]])
  func aFailureIsNeverKept(_ outcomes: [Report.Outcome]) throws {
    #expect(try !run(Stub(outcomes: outcomes), cache()).isProved)
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(cache().proof(of: "stub") == nil)
  }

  @Test func aFailureLeavesNoOlderProofOfThisProgram() throws {
    _ = try run(Stub(), cache(program: "older"))
    #expect(try !run(Stub(outcomes: [.failed("no")]), cache()).isProved)
    #expect(cache().proof(of: "stub") == nil)
  }

  @Test func anotherProgramSolverOrWayOfAskingCountsForNothing() throws {
    _ = try run(Stub(), cache())
    #expect(cache().proof(of: "stub") != nil)
    #expect(cache(program: "ab").proof(of: "stub") == nil)
    #expect(cache(solver: "Z3 4.8.13.0").proof(of: "stub") == nil)
    var options = Report.Options()
    options.rlimit += 1
    let other = ProofKey(program: "aa", solver: "Z3 4.8.12.0", options: options)
    #expect(ProofCache(folder: folder, key: other).proof(of: "stub") == nil)
    // What was kept for one theorem does not count for another.
    try FileManager.default.copyItem(atPath: file, toPath: folder + "/other.proof")
    #expect(cache().proof(of: "other") == nil)
  }

  @Test func everyTruncationCountsForNothing() throws {
    _ = try run(Stub(), cache())
    let whole = try #require(FileManager.default.contents(atPath: file))
    for length in 0..<whole.count {
      try whole.prefix(length).write(to: URL(filePath: file))
      #expect(cache().proof(of: "stub") == nil, "\(length) bytes")
    }
    try (whole + Data("\n".utf8)).write(to: URL(filePath: file))
    #expect(cache().proof(of: "stub") == nil)
  }

  @Test func everyFlippedBitCountsForNothing() throws {
    _ = try run(Stub(), cache())
    let whole = try #require(FileManager.default.contents(atPath: file))
    for index in whole.indices {
      var damaged = whole
      damaged[index] ^= 1 << UInt8(index % 8)
      try damaged.write(to: URL(filePath: file))
      #expect(cache().proof(of: "stub") == nil, "byte \(index)")
    }
    // A damaged proof is made again and replaced.
    #expect(try run(Stub(), cache()).provedOn == nil)
    #expect(cache().proof(of: "stub") != nil)
  }

  @Test func rubbishAndUnusableFoldersAreNoError() throws {
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
    #expect(try run(Stub(), cache()).isProved)  // A folder stands where the proof would be.
    try FileManager.default.removeItem(atPath: file)
    try Data(repeating: 0xff, count: 5000).write(to: URL(filePath: file))
    #expect(cache().proof(of: "stub") == nil)
    #expect(mkfifo(folder + "/pipe.proof", 0o600) == 0)
    #expect(cache().proof(of: "pipe") == nil)  // Does not wait for a writer.
    #expect(cache().proof(of: "../stub") == nil && cache().proof(of: "") == nil)
    let nowhere = ProofCache(folder: "/proc/nowhere", key: ProofKey(program: "aa"))
    #expect(try run(Stub(), nowhere).isProved)
    #expect(try !run(Stub(outcomes: [.failed("no")]), nowhere).isProved)
  }

  @Test func questionsAreWrittenThoughAProofIsKnown() throws {
    _ = try run(Stub(), cache())
    var again = TheoremRun()
    again.cache = cache()
    again.options.directory = folder + "/questions"
    #expect(again.run([Stub(outcomes: [.failed("now")])]).first?.isProved == false)
  }
}

@Suite struct TheoremReportTests {
  private func result(_ outcomes: [Report.Outcome]) -> TheoremResult {
    var report = Report(theorem: "stub")
    Stub(outcomes: outcomes).run(into: &report)
    return TheoremResult(Stub(outcomes: outcomes), report)
  }
  private let circumstances = TheoremText.Circumstances(elapsed: .seconds(1), threads: 2)

  @Test func failuresAreShownWithTheirCounterexamples() {
    let text = TheoremText.render(
      [result([.proved, .failed("counterexample:\na = 1"), .unknown("limit")])], circumstances,
      style: Style(colours: false), detail: .quiet)
    #expect(text.contains("FAILED stub / it holds\n  counterexample:\n  a = 1\n"))
    #expect(text.contains("UNKNOWN stub / it holds\n  limit\n"))
    #expect(text.contains("NOT PROVED: 1 of 1 theorem"))
    let empty = TheoremText.render([result([])], circumstances, style: Style(colours: false))
    #expect(empty.contains("FAILED stub / no obligation was stated"))
    #expect(TheoremText.render([], circumstances, style: Style(colours: false)).contains("NOT PROVED"))
  }

  @Test func theFirstSentenceStandsForTheStatement() {
    #expect(TheoremText.firstSentence("A stub holds. It says so.") == "A stub holds.")
    #expect(TheoremText.firstSentence("See P1. 2 and i.e. so on.") == "See P1. 2 and i.e. so on.")
  }

  @Test func everyTheoremCanBeNamedAndMistypedNamesAreCorrected() {
    let all = TheoremChoice.all
    #expect(Set(all.map(\.name)).count == all.count)
    for theorem in all {
      #expect(TheoremChoice.named([theorem.name]).theorems.map(\.name) == [theorem.name])
      #expect(!theorem.statement.isEmpty && !theorem.properties.isEmpty, "\(theorem.name)")
    }
    let wrong = TheoremChoice.named(["lookin-alike", "destroy"])
    #expect(wrong.complaints == ["there is no theorem lookin-alike; did you mean looking-alike?"])
  }

  @Test func jsonSaysWhetherAllIsProved() throws {
    let text = TheoremJSON.render([result([.proved])], circumstances, program: "aa")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["proved"] as? Bool == true)
    let bad = TheoremJSON.render([result([.proved]), result([.unknown("?")])], circumstances, program: nil)
    #expect(bad.contains("\"proved\": false") && bad.contains("\"outcome\": \"unknown\""))
  }
}

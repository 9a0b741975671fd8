// SPDX-License-Identifier: Apache-2.0
// Whatever a binary file can hold, the text form can say.

import Testing
import TestSupport

@testable import CellConfig

@Suite struct TextRoundTripTests {
  let seed = UInt64.random(in: 0...UInt64.max)

  @Test func compilingTheDecompiledGivesTheSameBytes() throws {
    var generator = SplitMix(seed: seed)
    for round in 0..<400 {
      let configuration = generator.configuration()
      let text = Decompiler.text(configuration)
      let loaded = Loader.load(bytes: Array(text.utf8), path: "x.cell")
      let problems = loaded.problems.flatMap(\.lines).joined(separator: "\n")
      #expect(loaded.problems.isEmpty, "seed \(seed), round \(round)\n\(problems)\n\(text)")
      let binary = BinaryWriter.write(configuration)
      let isSame = loaded.files.first?.binary == binary
      #expect(isSame, "seed \(seed), round \(round)\n\(text)")
    }
  }

  @Test func goldenFilesSurviveBothWays() throws {
    for file in try GoldenTests.files() where file.reads {
      let decoded = try BinaryDecoder.decode(file.bytes, path: file.name, hint: file.hint)
      let text = Decompiler.text(decoded.configuration)
      let loaded = Loader.load(bytes: Array(text.utf8), path: file.name)
      #expect(loaded.problems.isEmpty, "\(file.name)")
      #expect(loaded.files.first?.binary == BinaryWriter.write(decoded.configuration), "\(file.name)")
    }
  }

  @Test(arguments: [
    "", "a", "true", "0x12", "- x", "a: b", "ü…", "\"\\\t\n\u{7f}\u{a0}\u{2028}", "'", "#", "~", "null",
  ])
  func everyNameIsQuotedWhereItMustBe(name: String) throws {
    var cell = CellDescription()
    cell.name = name
    let text = Decompiler.text(.cell(.x86, cell))
    let loaded = Loader.load(bytes: Array(text.utf8), path: "x.cell")
    #expect(loaded.files.first?.configuration.cell.name == name, "\(text)")
  }
}

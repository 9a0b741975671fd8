// SPDX-License-Identifier: Apache-2.0
// docs/cell-format.md: its examples compile, its list of codes is the list of codes.

import Foundation
import TestSupport
import Testing

@testable import CellConfig

@Suite struct DocumentationTests {
  private func document() throws -> String {
    try String(
      contentsOf: SchemaTests.root.appendingPathComponent("docs/cell-format.md"), encoding: .utf8)
  }

  @Test func examplesCompile() throws {
    let blocks = try document().components(separatedBy: "```yaml\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.count == 4)
    let folder = try TemporaryFolder()
    let paths = [
      try folder.write("demo.cell", blocks[0]), try folder.write("vision.cell", blocks[1]),
      try folder.write(
        "function.cell",
        "machine: g\ninterrupt-chips: [{name: pch, at: 0xfec00000, pins: 0-23}]\npci:\n"
          + blocks[2].replacingOccurrences(
            of: "      4: {at", with: "      3: {at: 0x10000, size: 16K}\n      4: {at")),
      try folder.write("hand.cell", blocks[3]),
    ]
    let loaded = Loader.load(paths: paths)
    #expect(loaded.problems.flatMap(\.lines).isEmpty)
    #expect(loaded.files.flatMap(\.warnings).flatMap(\.lines).isEmpty)
    #expect(loaded.files.count == 4)
  }

  @Test func everyCodeIsListed() throws {
    let text = try document()
    for code in TextCode.allCases { #expect(text.contains("\n| \(code.rawValue) | "), "\(code.rawValue)") }
    let listed = text.components(separatedBy: "\n| Y").count - 1
    #expect(listed == TextCode.allCases.count)
  }

  @Test func everyKeyIsListed() throws {
    let text = try document()
    for key in MachineReader.keys + CellCompiler.keys + MachineReader.functionKeys + PCISyntax.entryKeys {
      #expect(text.contains("`\(key)`") || text.contains("`\(key)") || text.contains("\(key):"), "\(key)")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// docs/cell.schema.json says what the reader takes: the same keys, good files pass, wrong ones do not.

import Foundation
import TestSupport
import Testing

@testable import CellConfig

@Suite struct SchemaTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func definitions() throws -> [String: Any] {
    let data = try Data(contentsOf: Self.root.appendingPathComponent("docs/cell.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(schema["$defs"] as? [String: Any])
  }

  @Test func keysAreThoseOfTheReader() throws {
    let definitions = try definitions()
    func keys(_ name: String) throws -> Set<String> {
      var definition = try #require(definitions[name] as? [String: Any])
      if let choices = definition["anyOf"] as? [[String: Any]] {
        definition = try #require(choices.first { $0["properties"] != nil })
      }
      return Set(try #require(definition["properties"] as? [String: Any]).keys)
    }
    #expect(try keys("machine") == Set(MachineReader.keys))
    #expect(try keys("pci-function") == Set(MachineReader.functionKeys))
    #expect(try keys("cell") == Set(CellCompiler.keys))
    #expect(try keys("root") == Set(MachineCompiler.rootKeys))
    #expect(try keys("entry") == Set(PCISyntax.entryKeys))
    #expect(try keys("raw-console") == Set(ConsoleSyntax.keys))
  }

  @Test func everyKeyIsDescribed() throws {
    for (name, value) in try definitions() {
      let definition = try #require(value as? [String: Any])
      for (key, property) in definition["properties"] as? [String: [String: Any]] ?? [:] {
        #expect(property["description"] != nil || property["$ref"] != nil, "\(name).\(key)")
      }
    }
  }

  @Test func wordsAreThoseOfTheReader() throws {
    let text = try String(
      contentsOf: Self.root.appendingPathComponent("docs/cell.schema.json"), encoding: .utf8)
    let lists = [
      Vocabulary.regionFlags, Vocabulary.cellFlags, Vocabulary.systemFlags, Vocabulary.consoleFlags,
      Vocabulary.consoleTypes, Vocabulary.deviceTypes, Vocabulary.iommuTypes, Vocabulary.cacheTypes,
      Vocabulary.cacheFlags, Vocabulary.apicModes, Vocabulary.msiFlags, Vocabulary.protocols,
      Vocabulary.architectures, Vocabulary.capabilities,
    ]
    for term in lists.flatMap({ $0 }) { #expect(text.contains("\"\(term.word)\""), "\(term.word)") }
  }

  /// Runs the checker that stands for an editor: what it printed, or nil where its packages are missing.
  private static func check(_ paths: [String]) -> [String]? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", root.appendingPathComponent("Tests/Schema/check.py").path] + paths
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return nil }
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus > 1 ? nil : output.split(separator: "\n").map(String.init)
  }
  static let hasChecker = check([]) != nil

  @Test(.enabled(if: hasChecker, "needs python3 with jsonschema and PyYAML"))
  func goodFilesPass() throws {
    let folder = try TemporaryFolder()
    var paths = try ConfigsTests.paths()
    for (index, file) in try ConfigsTests.all().enumerated() {
      paths.append(try folder.write("\(index).cell", Decompiler.text(file.configuration)))
    }
    paths.append(try folder.write("m.cell", DiagnosticTests.machine))
    let lines = try #require(Self.check(paths))
    #expect(lines.count == paths.count)
    #expect(lines.filter { !$0.hasSuffix(": ok") }.isEmpty)
  }

  @Test(.enabled(if: hasChecker, "needs python3 with jsonschema and PyYAML"))
  func wrongFilesDoNotPass() throws {
    let folder = try TemporaryFolder()
    let codes: [TextCode] = [.unknownKey, .wrongKind]
    let wrong = (DiagnosticTests.machineFiles + DiagnosticTests.cellFiles).filter { codes.contains($0.code) }
    var paths: [String] = []
    for (index, file) in wrong.enumerated() { paths.append(try folder.write("\(index).cell", file.text)) }
    paths.append(try folder.write("word.cell", "cell: a\nmemory: [{at: 0, size: 4K, rights: excute}]\n"))
    paths.append(try folder.write("size.cell", "cell: a\nram: 4MB\n"))
    paths.append(try folder.write("function.cell", "machine: m\npci: {1f.6: {}}\n"))
    let lines = try #require(Self.check(paths))
    #expect(lines.count == paths.count)
    #expect(lines.filter { $0.hasSuffix(": ok") }.isEmpty)
  }
}

// SPDX-License-Identifier: Apache-2.0
// Grouping of files, alternatives, comparison of two runs.

import CellConfig
import enum Core.Space
import Testing

@testable import Verification

@Suite struct SetTests {
  /// A clean set of the rule files with the cells' regions placed by the test.
  static func files(_ starts: [UInt64]) throws -> [LoadedFile] {
    let clean = try #require(ruleCases.first { $0.name == "clean-near" })
    let loaded = Loader.load(paths: clean.paths).files
    let machine = try #require(loaded.first { $0.isSystem })
    let cell = try #require(loaded.first { $0.configuration.cell.name == "rtos" })
    return try [machine]
      + starts.enumerated().map { index, start in
        guard case .cell(let architecture, var description) = cell.configuration else { throw Missing() }
        description.name = "cell\(index)"
        description.cpuSet = [1 << UInt8(index + 1)]
        description.ports = []
        description.interruptChips = []
        description.regions[0].physicalStart = start
        var file = cell
        file.path = "cell\(index).cell"
        file.configuration = .cell(architecture, description)
        file.binary = BinaryWriter.write(file.configuration)
        file.places = [:]
        return file
      }
  }
  struct Missing: Error {}

  static func alternatives(_ starts: [UInt64]) throws -> [[String]] {
    let files = try files(starts)
    let set = try #require(MachineSet(system: files[0], cells: Array(files.dropFirst())))
    return try #require(Alternatives.split(set)).map { $0.cells.map(\.name) }
  }

  @Test func alternativesAreMaximalAndCompatible() throws {
    #expect(try Self.alternatives([0x5000_0000, 0x5100_0000]) == [["cell0", "cell1"]])
    #expect(
      try Self.alternatives([0x5000_0000, 0x5020_0000, 0x5100_0000]) == [
        ["cell0", "cell2"], ["cell1", "cell2"],
      ])
    // All three meet, though a sweep names only some of the pairs.
    #expect(
      try Self.alternatives([0x5000_0000, 0x5010_0000, 0x5020_0000]) == [["cell0"], ["cell1"], ["cell2"]])
    // A chain: the first and the last can exist together.
    #expect(
      try Self.alternatives([0x5000_0000, 0x5030_0000, 0x5060_0000]) == [["cell0", "cell2"], ["cell1"]])
  }

  @Test func tooManyAlternativesAreRefused() throws {
    // Seven pairs of cells, each pair on the same memory: 128 combinations.
    var files = try Self.files((0..<7).flatMap { [0x4000_0000 + $0 << 24, 0x4000_0000 + $0 << 24] })
    for index in files.indices.dropFirst() {
      guard case .cell(let architecture, var cell) = files[index].configuration else { throw Missing() }
      cell.cpuSet = [UInt8](repeating: 0, count: 8)
      cell.cpuSet[(index - 1) / 8 + 1] = 1 << UInt8((index - 1) % 8)
      files[index].configuration = .cell(architecture, cell)
    }
    guard case .system(let architecture, var system) = files[0].configuration else { throw Missing() }
    system.root.cpuSet = [UInt8](repeating: 0xff, count: 8)
    files[0].configuration = .system(architecture, system)
    let set = try #require(MachineSet(system: files[0], cells: Array(files.dropFirst())))
    #expect(Alternatives.split(set).map(\.count) == nil)
    var options = VerifyOptions()
    options.alternatives = true
    let outcome = verify(files, problems: [], options: options)
    #expect(outcome.problems.map(\.code) == ["S4"])
    #expect(outcome.status(strict: false) == 2)
  }

  @Test func alternativesAreProvedOneByOne() throws {
    let files = try Self.files([0x5000_0000, 0x5020_0000])
    var options = VerifyOptions()
    #expect(verify(files, problems: [], options: options).status(strict: false) == 1)
    options.alternatives = true
    let outcome = verify(files, problems: [], options: options)
    #expect(outcome.sets.count == 2)
    #expect(outcome.sets.map(\.alternative) == ["cell0", "cell1"])
    #expect(outcome.status(strict: false) == 0)
  }

  @Test func aChangeShowsWhatBecameReachable() throws {
    let old = verify(try Self.files([0x5000_0000]), problems: [])
    let new = verify(try Self.files([0x5010_0000]), problems: [])
    let diff = try #require(compare(old, new).first)
    let cell = try #require(diff.cells.first { $0.name == "cell0" })
    #expect(cell.changes.map(\.kind) == [.lost, .gained])
    #expect(cell.changes.map(\.first) == [0x5000_0000, 0x5040_0000])
    #expect(cell.changes.map(\.last) == [0x500f_ffff, 0x504f_ffff])
    let root = try #require(diff.cells.first { $0.name == "bench" })
    #expect(root.changes.map(\.kind) == [.gained, .lost])
    #expect(DiffReport.text([diff], style: Style(colours: false)).contains("the proof still holds"))
    let same = compare(old, old)[0].cells.filter { !$0.changes.isEmpty }
    #expect(same.isEmpty)
  }

  @Test func changedRightsAreNeitherGainNorLoss() {
    func access(_ first: UInt64, _ last: UInt64, _ rights: ClaimMarks) -> Access {
      Access(space: .memory, first: first, last: last, rights: rights, isShared: false, name: nil)
    }
    let result = changes(
      from: [access(0, 99, [.read])], to: [access(0, 49, [.read]), access(50, 99, [.read, .write])])
    #expect(result.map(\.kind) == [.rights])
    #expect(result.map(\.first) == [50] && result.map(\.last) == [99])
    // Overlapping entries give the union of their rights, as the pieces say.
    let union = changes(
      from: [access(0, 99, [.read]), access(20, 29, [.write])], to: [access(0, 99, [.read])])
    #expect(union.map(\.first) == [20] && union.map(\.kind) == [.rights])
  }
}

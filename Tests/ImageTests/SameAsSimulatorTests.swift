// SPDX-License-Identifier: Apache-2.0
// The machine that ships does what the simulator does: on the configurations of configs/, every request gets the same
// answer and leaves the same ledger and the same phases.

import CellConfig
import Core
import Foundation
import Simulator
import Testing

@testable import Image

@Suite struct SameAsSimulatorTests {
  private static func machines() throws -> [[LoadedFile]] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appendingPathComponent("configs").path
    let paths = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".cell") }
    let loaded = Loader.load(paths: paths.sorted().map { "\(folder)/\($0)" })
    #expect(loaded.problems.isEmpty)
    let groups = Dictionary(grouping: loaded.files) { $0.machineName ?? "" }
    return groups.sorted { $0.key < $1.key }.map { _, files in
      files.filter(isSystem) + files.filter { !isSystem($0) }
    }
  }

  private static func isSystem(_ file: LoadedFile) -> Bool {
    if case .system = file.configuration { true } else { false }
  }

  /// The two machines side by side.
  private struct Pair {
    let board = Board()
    let simulator = Simulator<UInt64>(Simulator<UInt64>.Options(rows: 4096, cells: 16))

    func compare(_ what: String, _ silicon: Int64, _ simulated: Int64) {
      #expect(silicon == simulated, "\(what)")
      let expected = simulator.ledger().map { [$0.base, $0.end, $0.owner, $0.marks, $0.guest] }
      #expect(board.ledger == expected, "\(what): the ledgers differ")
      for cell in 0..<UInt64(16) {
        #expect(board.machine.read(.phase, cell) == simulator.phase(of: cell), "\(what): phase of \(cell)")
      }
      for cpu in 0..<UInt64(64) {
        #expect(board.machine.read(.occupant, cpu) == simulator.read(.occupant, cpu), "\(what): CPU \(cpu)")
      }
    }

    func enable(_ bytes: [UInt8]) {
      let size = UInt64(bytes.count)
      board.put(bytes)
      simulator.foreign[Board.physical] = bytes
      compare(
        "enable", Image.enable(board.area, Board.physical, size, 0, 0),
        answer { () throws(Refusal<UInt64>) in
          try simulator.enable(Board.physical, size: size, caller: 0, assumed: 0)
          return 0
        })
    }

    func create(_ cell: UInt64, _ bytes: [UInt8]) {
      let size = UInt64(bytes.count)
      board.put(bytes)
      simulator.foreign[Board.physical] = bytes
      compare(
        "create \(cell)", Image.create(board.area, Board.physical, size, cell, 0),
        answer { () throws(Refusal<UInt64>) in
          try simulator.create(Board.physical, size: size, as: cell, caller: 0)
          return 0
        })
    }

    func live(_ cell: UInt64) {
      compare(
        "set-loadable", Image.setLoadable(board.area, cell, 0),
        answer { () throws(Refusal<UInt64>) in
          try simulator.setLoadable(cell, caller: 0)
          return 0
        })
      compare(
        "load", Image.load(board.area, cell, 0, 0x1000, 0),
        answer { () throws(Refusal<UInt64>) in try simulator.load(cell, target: 0, size: 0x1000, caller: 0) })
      compare(
        "start", Image.start(board.area, cell, 0),
        answer { () throws(Refusal<UInt64>) in
          try simulator.start(cell, caller: 0)
          return 0
        })
      let cpu = (0..<UInt64(64)).first { board.machine.read(.occupant, $0) == cell } ?? 64
      compare(
        "shut-down", Image.shutDown(board.area, cpu),
        answer { () throws(Refusal<UInt64>) in
          try simulator.shutDown(by: cpu)
          return 0
        })
      compare(
        "fail", Image.fail(board.area, cell),
        answer { () throws(Refusal<UInt64>) in
          try simulator.fail(cell)
          return 0
        })
    }

    func destroy(_ cell: UInt64) {
      compare(
        "destroy \(cell)", Image.destroy(board.area, cell, 0),
        answer { () throws(Refusal<UInt64>) in
          try simulator.destroy(cell, caller: 0)
          return 0
        })
    }

    func disable() {
      compare(
        "disable", Image.disable(board.area, 0),
        answer { () throws(Refusal<UInt64>) in
          try simulator.disable(caller: 0)
          return 0
        })
    }
  }

  @Test func everyConfigurationTheSameOnBoth() throws {
    let machines = try Self.machines()
    #expect(machines.count >= 3)
    for files in machines {
      let pair = Pair()
      #expect(pair.board.prepared == 0 && pair.board.told == 0)
      pair.disable()
      pair.enable(files[0].binary)
      #expect(!pair.board.ledger.isEmpty)
      for (cell, file) in files.enumerated().dropFirst() { pair.create(UInt64(cell), file.binary) }
      // Again: refused, and the ledger stays.
      pair.create(1, files[1].binary)
      pair.create(15, files[1].binary)
      pair.enable(files[0].binary)
      for cell in files.indices.dropFirst() { pair.live(UInt64(cell)) }
      pair.disable()
      for cell in files.indices.dropFirst().reversed() { pair.destroy(UInt64(cell)) }
      pair.disable()
      #expect(pair.board.ledger.isEmpty)
    }
  }

  @Test func truncatedConfigurationsAreRefusedAlike() throws {
    let files = try Self.machines()[0]
    let whole = files[0].binary
    for length in stride(from: 0, to: whole.count, by: 61) {
      let pair = Pair()
      pair.enable(Array(whole.prefix(length)))
    }
  }
}

/// What the simulator answers, as an entry point would.
private func answer(_ request: () throws(Refusal<UInt64>) -> UInt64) -> Int64 {
  do throws(Refusal<UInt64>) { return Int64(try request()) } catch { return -Int64(error.reason.errno) }
}

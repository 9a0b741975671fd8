// SPDX-License-Identifier: Apache-2.0
// The testbed's machine (scripts/testbed.sh) on the simulator: the same configurations, the same sizes of tables, root on CPUs 0 and 3, two cells
// running. What the simulator says of a configuration here, the image must say of it in Bochs.

import CellConfig
import Core
import Foundation
import Simulator

/// It could not be built.
public struct BrokenBed: Error, CustomStringConvertible {
  public let description: String
}

/// Sizes of the image's tables under the testbed.
public enum BedSize {
  /// As Kernel/image/x86 lays them out.
  public static let rows = 1024
  public static let cells = 16
  public static let cpus = 4
  /// Pages of the pool: about what the image has left for it. The image's size decides, so nothing may depend on a few more or less (`slack`).
  public static let pages = 470
  public static let slack = 24
}

/// The machine.
public final class Bed {
  /// The cells that run, and the number that is free for another one.
  public static let first: UInt64 = 1
  public static let second: UInt64 = 2
  public static let free: UInt64 = 3
  /// The hypervisor's memory, and the cells' communication pages at its end.
  static let memory: Range<UInt64> = 0x3a00_0000..<0x3a60_0000
  private static let communication = memory.upperBound - UInt64(BedSize.cells) << 12

  public let simulator: Simulator<UInt64>
  public let board: Board

  /// The testbed's configurations, as the hypervisor reads them: the system's, and three cells'.
  public struct Files: Sendable {
    public var system: [UInt8]
    public var first: [UInt8]
    public var second: [UInt8]
    public var attacker: [UInt8]

    /// Compiles Kernel/testbed/cells.
    public init() throws(BrokenBed) {
      let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path + "/Kernel/testbed/cells"
      let names = ["testbed", "first", "second", "attacker"]
      let loaded = Loader.load(paths: names.map { "\(folder)/\($0).cell" })
      guard loaded.problems.isEmpty, loaded.files.count == names.count else {
        throw BrokenBed(description: "Kernel/testbed/cells: \(loaded.problems)")
      }
      (system, first) = (loaded.files[0].binary, loaded.files[1].binary)
      (second, attacker) = (loaded.files[2].binary, loaded.files[3].binary)
      CellBlob.number(&first, Bed.first)
      CellBlob.number(&second, Bed.second)
      CellBlob.number(&attacker, Bed.free)
    }
  }

  /// Builds it, with so many pages.
  public init(_ files: Files, pages: Int = BedSize.pages) throws(BrokenBed) {
    var options = Simulator<UInt64>.Options(rows: BedSize.rows, cells: BedSize.cells, cpus: BedSize.cpus)
    options.pages = pages
    options.firstPage = (Self.memory.lowerBound >> 12) + 0x100
    options.hasPorts = true
    simulator = Simulator(options)
    var draw = Turn()
    board = Board(simulator, kind: .generous, turns: Turns(BedSize.cpus) { draw.below($0) })
    simulator.write(.communication, 0, Self.communication)
    board.cpus[0].learnTables()
    do throws(Refusal<UInt64>) { try begin(files) } catch {
      throw BrokenBed(description: "the testbed's own cells are refused: \(error)")
    }
    board.isForeign = { !Self.memory.contains($0) && $0 < 0x4000_0000 }
    for cpu in [0, 3] {
      board.cpus[cpu].root = board.kind.root(isPlain: false)
      if let refusal = board.cpus[cpu].begin() {
        throw BrokenBed(description: "root cannot be entered: \(refusal)")
      }
    }
  }

  private func begin(_ files: Files) throws(Refusal<UInt64>) {
    func put(_ bytes: [UInt8]) -> UInt64 {
      simulator.foreign = [0x1000: bytes]
      return UInt64(bytes.count)
    }
    try simulator.enable(0x1000, size: put(files.system), caller: 0, assumed: 0)
    board.cpus[0].buildMSRs()
    board.cpus[0].buildPorts(Owner.root)
    for (id, bytes) in [(Self.first, files.first), (Self.second, files.second)] {
      try simulator.create(0x1000, size: put(bytes), as: id, caller: 0)
      try simulator.setLoadable(id, caller: 0)
      try simulator.start(id, caller: 0)
    }
    simulator.clearLog()
  }
}

/// Turns: the same every time.
private struct Turn {
  private var state: UInt64 = 0x9e37_79b9_7f4a_7c15
  mutating func below(_ limit: UInt64) -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return (state >> 11) % limit
  }
}

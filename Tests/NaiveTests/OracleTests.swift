// SPDX-License-Identifier: Apache-2.0
// The fuzzer's oracle, tested: it accepts the classic golden sets, and each rule of it can fail.

import Foundation
import Naive
import Testing

/// Golden files, by name without extension.
private func golden(_ name: String) throws -> [UInt8] {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return Array(try Data(contentsOf: folder.appending(path: "Golden/files/\(name).cell")))
}

@Suite struct OracleTests {
  /// The classic machine with its two cells.
  private func classic() throws -> (NaiveSystem, NaiveCell, NaiveCell) {
    let system = try #require(NaiveSystem(golden("classic-q35-root"), assumed: 0))
    let linux = try #require(NaiveCell(cell: golden("classic-q35-linux")))
    let apic = try #require(NaiveCell(cell: golden("classic-q35-apic")))
    return (system, linux, apic)
  }

  /// What the oracle finds after a change to the two cells.
  private func broken(_ change: (inout NaiveCell, inout NaiveCell) -> Void) throws -> String {
    var (system, linux, apic) = try classic()
    system.hasMasks = true
    system.root.caches = [Extent(start: 0, end: 8, flags: 0)]
    change(&linux, &apic)
    let cells = [Living(id: 1, cell: linux), Living(id: 2, cell: apic)]
    return violations(system, cells, tables: true).joined(separator: "; ")
  }

  @Test func classicSetsKeepTheInvariant() throws {
    #expect(try broken { _, _ in } == "")
    for index in 0..<3 {
      let system = try #require(NaiveSystem(golden("classic-arm\(index)-root"), assumed: 1))
      let cell = try #require(NaiveCell(cell: golden("classic-arm\(index)-linux")))
      #expect(violations(system, [Living(id: 1, cell: cell)]) == [])
    }
  }

  @Test func revisionsDiffer() throws {
    let system = try #require(NaiveSystem(golden("reads-x86-r12-system-every-array"), assumed: 0))
    let same = try #require(NaiveSystem(golden("reads-x86-r14-system-every-array"), assumed: 0))
    #expect(system.protected == same.protected)
    #expect(system.timer == same.timer)
    #expect(system.root.memory == same.root.memory)
  }

  @Test func everyRuleCanFail() throws {
    func at(_ start: UInt64, size: UInt64 = 0x1000, flags: UInt64 = 3, guest: UInt64 = 0x500_0000) -> Extent {
      Extent(start: start, end: start + size, flags: flags, guest: guest)
    }
    let cases: [(String, (inout NaiveCell, inout NaiveCell) -> Void)] = [
      ("F1", { one, _ in one.architecture = 1 }),
      ("F2", { one, _ in one.flags = 8 }),
      ("F3: name", { one, _ in one.nameEnds = false }),
      ("F3: name", { one, _ in one.name = [] }),
      ("F3: same name", { one, other in one.name = other.name }),
      ("root's name", { one, _ in one.name = Array("Q35-root".utf8) }),
      (
        "F4: region",
        { one, _ in one.memory.append(Extent(start: 0x1000, end: 0x2000, flags: 3, wraps: true)) }
      ),
      ("F4: page offsets", { _, other in other.memory.append(at(0x3ef0_0000, guest: 0x500_0010)) }),
      ("F2: region flags", { _, other in other.memory.append(at(0x3e00_0000, flags: 0x203)) }),
      ("M1", { one, _ in one.memory.append(at(0x3ef0_0000)) }),
      ("M2", { one, _ in one.memory.append(at(0x3a00_0000)) }),
      ("M3: region", { one, _ in one.memory.append(at(0xfee0_0000)) }),
      ("M3: region", { one, _ in one.memory.append(at(0xfec0_0000)) }),
      ("M3: region", { one, _ in one.memory.append(at(0xb000_0000)) }),
      ("M3: region", { one, _ in one.memory.append(at(0xfed9_0000)) }),
      ("M3: region", { one, _ in one.memory.append(at(0xfebf_0000)) }),
      ("M3: cell 2 maps", { one, _ in one.tables.append(at(0x3ef0_0000)) }),
      (
        "M4: 2",
        { one, _ in one.memory.append(Extent(start: 0, end: 0x1000, flags: 0x20, guest: 0x600_0000)) }
      ),
      ("M4: communication", { _, other in other.memory[1].flags |= 8 }),
      ("M4: communication", { _, other in other.memory[1].end += 0x1000 }),
      ("M6", { _, other in other.memory.append(at(0x3eee_0000, guest: 0)) }),
      ("C1: a CPU that", { one, _ in one.cpus.insert(8) }),
      ("C1: CPU 0", { one, _ in one.cpus.insert(0) }),
      ("C1: a CPU", { one, _ in one.cpus.insert(3) }),
      (
        "C1: root has no CPU",
        { one, other in
          one.cpus = [1, 2, 4, 5, 6, 7]; other.cpus = [0, 3]
        }
      ),
      ("C3: cache regions", { one, _ in one.caches.append(Extent(start: 0, end: 1, flags: 0)) }),
      ("C3: cache bits that", { one, _ in one.caches = [Extent(start: 30, end: 32, flags: 0)] }),
      ("C3: cache ways", { _, other in other.caches = [Extent(start: 1, end: 3, flags: 0)] }),
      ("I1", { one, _ in one.ports.append(Extent(start: 0xffff, end: 0x1_0001, flags: 0)) }),
      ("I2", { _, other in other.ports.append(Extent(start: 0x2f8, end: 0x2f9, flags: 0)) }),
      ("I3: PCI", { one, _ in one.ports.append(Extent(start: 0xcf9, end: 0xcfa, flags: 0)) }),
      ("I3: PM1", { one, _ in one.ports.append(Extent(start: 0x604, end: 0x605, flags: 0)) }),
      (
        "D1",
        { one, other in
          one.functions = [[0, 8]]; other.functions = [[0, 8]]
        }
      ),
      (
        "D5",
        { one, other in
          one.lines = [[0xfec0_0000, 4]]; other.lines = [[0xfec0_0000, 4]]
        }
      ),
      (
        "D5",
        { one, other in
          one.lines = [[0xfec0_0000, 4]]; other.lines = [[0xfec0_0100, 4]]
        }
      ),
      ("D5: chip", { one, _ in one.chips.append((0xfec0_1000, 0)) }),
      (
        "D6",
        { one, other in
          one.streams = [0x10]; other.streams = [0x10]
        }
      ),
      (
        "D6",
        { one, other in
          one.streams = [0x7_0010]; other.streams = [0x13]
        }
      ),
      (
        "D6",
        { one, other in
          one.streams = [0x8010]; other.streams = [0x10]
        }
      ),
    ]
    for (index, (rule, change)) in cases.enumerated() {
      #expect(try broken(change).contains(rule), "case \(index), \(rule)")
    }
  }

  @Test func channelsAndTheConsoleAreExcused() throws {
    func shared(_ flags: UInt64) throws -> String {
      try broken { one, other in
        one.memory.append(Extent(start: 0x3e80_0000, end: 0x3e80_1000, flags: flags, guest: 0x700_0000))
        other.memory.append(Extent(start: 0x3e80_0000, end: 0x3e80_1000, flags: flags, guest: 0x700_0000))
        one.memory.removeAll { $0.start == 0x3a70_0000 }
      }
    }
    #expect(try shared(0x83) == "")
    #expect(try shared(0x87).contains("M1"))
    #expect(try shared(0x03).contains("M1"))
  }

  @Test func holdersSayWhoHasWhat() throws {
    let (system, linux, apic) = try classic()
    let cells = [Living(id: 1, cell: linux), Living(id: 2, cell: apic)]
    let there = holders(of: Thing(kind: .memory, numbers: [0x3ef0_0123]), system, cells)
    #expect(
      there == [
        Holding(owner: 0, rights: 0xf, guest: 0x3ef0_0123), Holding(owner: 2, rights: 0x7, guest: 0x123),
      ])
    #expect(holders(of: Thing(kind: .cpu, numbers: [4]), system, cells).map(\.owner).sorted() == [0, 1])
    #expect(holders(of: Thing(kind: .port, numbers: [0x2f7]), system, cells).isEmpty)
  }

  @Test func hostileBytesAreNoConfiguration() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let files = try FileManager.default.contentsOfDirectory(
      at: folder.appending(path: "Golden/files"), includingPropertiesForKeys: nil)
    #expect(files.count > 200)
    for file in files
    where file.lastPathComponent.contains("-cut-") || file.lastPathComponent.contains("-count-") {
      let bytes = Array(try Data(contentsOf: file))
      #expect(
        NaiveCell(cell: bytes) == nil && NaiveSystem(bytes, assumed: 0) == nil, "\(file.lastPathComponent)")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// The log's page (docs/log.md), as it is left in memory.

import CellConfig
import TestSupport
import Testing

@testable import Management

@Suite struct LogTests {
  private static let start: UInt64 = 0x1_0000

  /// A page after `count` bytes, of which byte n is the letter of n.
  private func page(count: Int, records: [[UInt64]] = []) -> [UInt8] {
    var page = [UInt8](repeating: 0, count: 4096)
    for i in 0..<4 { page[4 + i] = UInt8(truncatingIfNeeded: count >> (8 * i)) }
    for n in max(0, count - 2048)..<count { page[8 + n % 2048] = letter(n) }
    for (place, words) in records.enumerated() {
      for (i, word) in words.enumerated() {
        for byte in 0..<8 {
          page[2112 + 64 * place + 8 * i + byte] = UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte)))
        }
      }
    }
    return page
  }
  private func letter(_ n: Int) -> UInt8 { UInt8(97 + n % 26) }

  @Test func theLastBytesInTheirOrder() {
    for count in [0, 1, 2047, 2048, 2049, 5000] {
      let log = HypervisorLog(page: page(count: count))
      let expected = (max(0, count - 2048)..<count).map(letter)
      #expect(log?.text == String(decoding: expected, as: UTF8.self), "\(count)")
    }
    #expect(HypervisorLog(page: [0]) == nil)
  }

  @Test func recordsByTheirNumber() {
    let log = HypervisorLog(
      page: page(
        count: 0,
        records: [
          [32, 2 << 32 | 3, 5, 30, 0x3f8_0000, 0, 0x7c00, 99], [0],
          [2, 1 << 32 | 1, 2, 48, 2, 0x3a00_0000, 0x10, 5],
        ]))
    #expect(log?.records.map(\.number) == [2, 32] && log?.records.map(\.violation.cpu) == [1, 3])
    #expect(log?.records[1].violation.cell == 2 && log?.records[1].violation.qualification == 0x3f8_0000)
    let line = log?.records[1].violation.line ?? ""
    let violation = Violation(line: line)
    #expect(violation == log?.records[1].violation, "\(line)")
  }

  @Test func whatIsLeftIsReadThroughTheHeader() throws {
    let folder = try TemporaryFolder()
    var memory = [UInt8](repeating: 0, count: Int(Self.start) + 0x4000)
    for (i, byte) in "JAILHOUS".utf8.enumerated() { memory[Int(Self.start) + i] = byte }
    memory[Int(Self.start) + 33] = 0x30
    memory.replaceSubrange(Int(Self.start) + 0x3000..<Int(Self.start) + 0x4000, with: page(count: 3))
    try folder.write("/dev/mem", memory)
    var machine = SystemDescription()
    machine.hypervisorMemory = MemoryRegion(physicalStart: Self.start, size: 0x4000)
    #expect(try HypervisorLog.left(folder.files, machine).text == "abc")
    #expect(try HypervisorLog.left(folder.files, machine).phases.isEmpty)
    // While it runs, who reads there is stopped: it is not even tried.
    try folder.show(cells: ["root"])
    #expect(EnableTests.refusal { _ = try HypervisorLog.left(folder.files, machine) }?.code == "EBUSY")
    try folder.show(cells: nil)
    machine.hypervisorMemory.physicalStart += 0x1000
    #expect(EnableTests.refusal { _ = try HypervisorLog.left(folder.files, machine) }?.code == "ENOENT")
    machine.hypervisorMemory.physicalStart = 1 << 40
    #expect(EnableTests.refusal { _ = try HypervisorLog.left(folder.files, machine) }?.code == "EACCES")
  }

  /// A start that hung: CPUs in several phases, and a log that may not have begun.
  @Test func howFarEachCPUHasComeIsLeft() throws {
    let folder = try TemporaryFolder()
    var memory = [UInt8](repeating: 0, count: Int(Self.start) + 0x4000)
    func put(_ offset: Int, _ bytes: [UInt8]) {
      memory.replaceSubrange(Int(Self.start) + offset..<Int(Self.start) + offset + bytes.count, with: bytes)
    }
    // The image has 4 KiB, a CPU's block 1 KiB, and there are five.
    put(0, Array("JAILHOUS".utf8) + [0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x04])
    put(48, [5])
    for (cpu, phase) in [2, 2, 0, 4, 99].enumerated() { put(0x1000 + 0x400 * cpu + 0x58, [UInt8(phase)]) }
    try folder.write("/dev/mem", memory)
    var machine = SystemDescription()
    machine.hypervisorMemory = MemoryRegion(physicalStart: Self.start, size: 0x4000)
    let log = try HypervisorLog.left(folder.files, machine)
    #expect(
      log.text.isEmpty && log.records.isEmpty && log.phases == [.mapped, .mapped, .away, .enters, .away])
    #expect(
      log.phaseLines == [
        "CPU 3: entered the root cell as a guest",
        "CPUs 0-1: on the hypervisor's page tables, waiting for other CPUs or for the configuration to be admitted",
        "CPUs 2,4: did not come into the hypervisor",
      ])
    // A header that does not fit its memory says nothing of CPUs.
    put(48, [0xff])
    try folder.write("/dev/mem", memory)
    #expect(try HypervisorLog.left(folder.files, machine).phases.isEmpty)
  }
}

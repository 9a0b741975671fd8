// SPDX-License-Identifier: Apache-2.0
// Stops, explained with the files of the Bochs machine.

import CellConfig
import TestSupport
import Testing

@testable import Management

@Suite struct ExplainTests {
  private let set = ViolationSet(Loader.load(paths: [Configs.bochs, Configs.tick, Configs.linux]).files)

  private func explain(_ line: String) -> Explanation? {
    Violation(line: line).flatMap { set?.explain($0) }
  }
  private func line(cpu: Int, why: Int, _ rest: String) -> String {
    "[   1.5] Ostrog: CPU \(cpu) stopped, why \(why), \(rest)"
  }

  @Test func linesAreFoundAmongOthers() {
    let log = """
      tick: ticks = 5
      Ostrog: CPU 1 stopped, why 2, exit reason 30, qualification 182, guest-physical 3a000000, RIP 7c00
      Ostrog: CPU 1 stopped, why 2, exit reason 30, qualification 182, guest-physical 3a000000, RIP 7c00
      Ostrog: CPU 0 beyond its configuration, in a dry run, why 5, exit reason 1e, qualification 3f90008, guest-physical 0, RIP ffffffff81000000
      Ostrog: CPU 1 stopped
      """
    let all = Violation.all(in: log)
    #expect(all.count == 2)
    #expect(all.first?.address == 0x3a00_0000 && all.first?.rip == 0x7c00 && all.first?.cell == nil)
    #expect(all.last?.isDryRun == true && all.last?.rip == 0xffff_ffff_8100_0000)
  }

  @Test func theHypervisorsMemoryIsNobodys() {
    let text = explain(
      line(cpu: 1, why: 2, "exit reason 30, qualification 182, guest-physical 3a000000, RIP 7c00"))
    #expect(text?.what == "CPU 1 of cell tick was stopped: it wrote guest-physical 0x3a000000")
    #expect(text?.whose.contains("the hypervisor's (its own memory)") == true && text?.allow.isEmpty == true)
    #expect(text?.instruction.contains("0x7c00") == true)
    let apic = explain(
      line(cpu: 0, why: 2, "exit reason 30, qualification 1, guest-physical fec00010, RIP 1"))
    #expect(apic?.whose.contains("an I/O APIC's page") == true && apic?.allow.isEmpty == true)
  }

  @Test func aDeviceIsNamedAndTheLineAllowsIt() throws {
    // ttyS1's line status, a byte, read: port 0x2fd.
    let text = explain(
      line(cpu: 1, why: 5, "exit reason 1e, qualification 2fd0008, guest-physical 0, RIP 103"))
    #expect(text?.what.hasSuffix("it read a byte from port 0x2fd") == true)
    #expect(text?.whose == "the root cell's (ttyS1)" || text?.whose == "cell linux's (ttyS1)")
    #expect(text?.allow.first == "devices: [ttyS1]   in its file")
    // The line does allow it.
    let folder = try TemporaryFolder()
    try folder.write("bochs.cell", try FileBytes.read(Configs.bochs))
    let tick = String(decoding: try FileBytes.read(Configs.tick), as: UTF8.self)
    let path = try folder.write("tick.cell", tick + "devices: [ttyS1]\n")
    let ports = Loader.load(paths: [path]).files.first?.configuration.cell.ports
    #expect(ports?.contains { $0.base <= 0x2fd && 0x2fd < $0.base + $0.length } == true)
  }

  @Test func powerCannotBeAllowed() {
    for port in ["cf9", "92", "b2", "b004"] {
      let text = explain(
        line(cpu: 1, why: 5, "exit reason 1e, qualification \(port)0000, guest-physical 0, RIP 1"))
      #expect(text?.allow.isEmpty == true && text?.whose.hasPrefix("the hypervisor's") == true, "\(port)")
    }
  }

  @Test func memoryOfAnotherCellHasTwoSides() {
    guard
      let linux = Loader.load(paths: [Configs.bochs, Configs.linux]).files.last?.configuration.cell.regions
        .first
    else { return }
    let address = String(linux.physicalStart, radix: 16)
    let text = explain(
      line(cpu: 1, why: 2, "exit reason 30, qualification 1, guest-physical \(address), RIP 1"))
    #expect(text?.whose.contains("cell linux's") == true)
    #expect(text?.allow.last?.contains("taken out of cell linux's file") == true)
  }

  @Test func itsOwnMemoryLacksARight() {
    // The communication page at 0x100000 is passive: read only. (why 2; a write.)
    let text = explain(line(cpu: 1, why: 2, "exit reason 30, qualification 2, guest-physical 100004, RIP 1"))
    #expect(text?.whose.hasPrefix("its own, but not for that") == true)
    #expect(text?.allow.first?.contains("write") == true)
  }

  @Test func everyKindHasWords() {
    for why in 1...9 {
      let text = explain(line(cpu: 0, why: why, "exit reason 9, qualification 0, guest-physical 800, RIP 1"))
      #expect(text?.lines.count ?? 0 >= 5, "\(why)")
      #expect(text?.what.hasPrefix("CPU 0 of the root cell was stopped") == true)
    }
  }
}

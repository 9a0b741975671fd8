// SPDX-License-Identifier: Apache-2.0
// `config create`: what is written of two machines, and that it is worth something.

import CellConfig
import Foundation
import TestSupport
import Testing
import Verification

@testable import Management

@Suite struct MachineTests {
  static let folder = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/Machines"

  /// The file as it is written, beside the one that is kept; where they differ, the new one is left beside that, with `.new`.
  private func compare(_ text: String, _ name: String) throws {
    let kept = try? String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
    if kept != text {
      try text.write(toFile: "\(Self.folder)/\(name).new", atomically: true, encoding: .utf8)
    }
    #expect(kept == text, "\(name) is written in another way: compare it with \(name).new")
  }
  /// What verify says of it.
  private func outcome(_ text: String) -> Outcome {
    let loaded = Loader.load(bytes: Array(text.utf8), path: "machine.cell")
    return verify(loaded.files, problems: loaded.problems)
  }

  @Test func theServerIsWrittenAsItWas() throws {
    let machine = try ServerMachine.make()
    let text = try MachineWriter(MachineFacts(machine.files), MachineWish(name: "server")).text
    try compare(text, "server.cell")
    let outcome = outcome(text)
    #expect(
      outcome.status(strict: false) == 0,
      "\(TextReport.render(outcome, style: Style(colours: false), detail: .quiet))")
  }

  /// What Debian's kernel shows in Bochs, as `ostrog config collect` has copied it there (scripts/tool-test.sh).
  @Test func theBochsMachineIsWrittenAsItWas() throws {
    let facts = try MachineFacts(SystemFiles("\(Self.folder)/bochs"))
    let writer = try MachineWriter(facts, MachineWish(name: "made"))
    try compare(writer.text, "made.cell")
    #expect(writer.advice.isEmpty)
    #expect(outcome(writer.text).status(strict: false) == 0)
    // Its processor has all that the core needs; the loader is not there yet.
    let report = HardwareCheck(SystemFiles("\(Self.folder)/bochs")).report()
    #expect(
      report.results.filter { $0.standing == .missing }.map(\.requirement) == [
        "the loader's module", "the hypervisor's image",
      ])
  }

  @Test func theServersFileSaysWhatTheMachineHas() throws {
    let machine = try ServerMachine.make()
    let text = try MachineWriter(MachineFacts(machine.files), MachineWish(name: "server")).text
    guard
      case .system(_, let system)? = Loader.load(bytes: Array(text.utf8), path: "m.cell").files.first?
        .configuration
    else {
      Issue.record("it is no machine file")
      return
    }
    #expect(system.root.cpus == [0, 1, 2, 3])
    #expect(system.hypervisorMemory.physicalStart == 0x3a00_0000 && system.hypervisorMemory.size == 6 << 20)
    #expect(system.pciMMConfigBase == 0x8000_0000 && system.pciMMConfigEndBus == 255)
    #expect(system.iommuUnits.prefix(2).map(\.base) == [0xfed9_0000, 0xfed9_1000])
    #expect(system.root.interruptChips.map(\.address) == [0xfec0_0000, 0xfec0_1000])
    // The display, which the DMAR names by a path through its bridge, is behind the first unit; the others are behind the second.
    let display = system.root.devices.first { $0.bdf == 0x100 }
    #expect(display?.iommu == 0 && display?.msixVectors == 3 && display?.msixAddress == 0xf000_2000)
    #expect(system.root.devices.first { $0.bdf == 0x19 << 3 }?.iommu == 1)
    func has(_ address: UInt64) -> RegionFlags? {
      system.root.regions.last { address >= $0.physicalStart && address - $0.physicalStart < $0.size }?.flags
    }
    // RAM on both sides, firmware's tables; not the flash, not what is trapped, nor what nobody named.
    #expect(has(0x1_0000_0000)?.contains([.read, .write, .execute, .dma]) == true)
    #expect(has(0x7ac0_0000) == [.read, .write] && has(0xf_0000) == [.read])
    for address in [
      0xff00_0000, 0xfec0_0000, 0xfed9_0000, 0x8000_0000, 0xf000_2000, 0x9000_0000, 0x3a00_0000,
    ] as [UInt64] {
      #expect(has(address) == nil, "\(hexText(address))")
    }
    #expect(has(0x3a60_0000) == [.read, .write])
  }

  @Test func whatIsNotReservedIsProposed() throws {
    let machine = try ServerMachine.make()
    try machine.write("/proc/cmdline", "quiet\n")
    let list = try String(contentsOfFile: machine.path + "/proc/iomem", encoding: .utf8)
    try machine.write(
      "/proc/iomem", list.replacing("3a000000-49ffffff : Reserved", with: "3a000000-49ffffff : System RAM"))
    let writer = try MachineWriter(MachineFacts(machine.files), MachineWish(cells: 64 << 20))
    #expect(writer.place.start == 0x7400_0000 && writer.place.cells == 64 << 20)
    #expect(writer.advice.first == "boot Linux with memmap=70M$0x74000000 before `ostrog enable`")
    #expect(writer.advice.last?.contains("memmap=70M\\\\\\$0x74000000") == true)
    #expect(outcome(writer.text).status(strict: false) == 0)
    try machine.write("/proc/iomem", "00001000-03ffffff : System RAM\n")
    #expect(
      EnableTests.refusal { _ = try MachineWriter(MachineFacts(machine.files), MachineWish()) }?.code
        == "ENOMEM")
  }

  @Test func theHypervisorIsBelowFourGiB() throws {
    let machine = try ServerMachine.make()
    // The larger range begins at 4 GiB; one that ends above is used as far as it lies below.
    try machine.write("/proc/cmdline", "memmap=1G$0x100000000 memmap=64M$0x3a000000\n")
    let low = try MachineWriter(MachineFacts(machine.files), MachineWish(name: "server"))
    #expect(low.place.start == 0x3a00_0000 && low.place.isReserved)
    try machine.write("/proc/cmdline", "memmap=1G$0xf0000000\n")
    let cut = try MachineWriter(MachineFacts(machine.files), MachineWish(name: "server"))
    #expect(cut.place.start == 0xf000_0000 && cut.place.hypervisor + cut.place.cells == 256 << 20)
    // More than there are addresses for.
    let much = MachineWish(name: "server", hypervisor: 226 << 20)
    #expect(
      EnableTests.refusal { _ = try MachineWriter(MachineFacts(machine.files), much) }?.code == "ENOMEM")
  }

  @Test func aWatchdogIsSpokenOf() throws {
    let machine = try ServerMachine.make()
    let ports = try String(contentsOfFile: machine.path + "/proc/ioports", encoding: .utf8)
    #expect(try MachineWriter(MachineFacts(machine.files), MachineWish(name: "server")).advice.isEmpty)
    try machine.write("/proc/ioports", ports + "0460-047f : iTCO_wdt\n")
    let advice = try MachineWriter(MachineFacts(machine.files), MachineWish(name: "server")).advice
    #expect(advice.contains { $0.contains("blacklist iTCO_wdt") })
  }

  @Test func interruptsThatAreNoneAreSurvived() throws {
    let machine = try ServerMachine.make()
    for (port, interrupt) in [("0x3f8", "18446744073709551615"), ("0xffff", "4")] {
      try machine.write("/sys/class/tty/ttyS0/port", port + "\n")
      try machine.write("/sys/class/tty/ttyS0/type", "4\n")
      try machine.write("/sys/class/tty/ttyS0/irq", interrupt + "\n")
      let writer = try MachineWriter(MachineFacts(machine.files), MachineWish(name: "server"))
      let loaded = Loader.load(bytes: Array(writer.text.utf8), path: "machine.cell")
      #expect(loaded.problems.filter(\.isError).isEmpty, "\(loaded.problems.flatMap(\.lines))")
    }
  }

  @Test func whoSeesNoAddressesIsTold() throws {
    let machine = try ServerMachine.make()
    try machine.write("/proc/iomem", "00000000-00000000 : System RAM\n00000000-00000000 : Reserved\n")
    #expect(EnableTests.refusal { _ = try MachineFacts(machine.files) }?.code == "EACCES")
  }

  @Test func whatIsCollectedSaysTheSame() throws {
    let (machine, copy) = (try ServerMachine.make(), try TemporaryFolder())
    let count = try Collecting.collect(machine.files, into: copy.path)
    #expect(count > 50)
    let texts = try [machine, copy].map { try MachineWriter(MachineFacts($0.files), MachineWish()).text }
    #expect(texts[0] == texts[1])
  }

  @Test func tablesThatAreDamagedAreReadAsFarAsTheyGo() throws {
    let machine = try ServerMachine.make()
    var draw = SplitMix(seed: 3)
    for (name, bytes) in [
      ("APIC", ServerMachine.madt), ("DMAR", ServerMachine.dmar), ("MCFG", ServerMachine.mcfg),
    ] {
      for cut in 0..<bytes.count {
        var damaged = Array(bytes[..<cut])
        if cut > 8 {
          // It says that it is as long as it is.
          damaged.replaceSubrange(
            4..<8, with: [UInt8(truncatingIfNeeded: cut), UInt8(truncatingIfNeeded: cut >> 8), 0, 0])
          damaged[Int.random(in: 8..<cut, using: &draw)] ^= 0xff
        }
        try machine.write("/sys/firmware/acpi/tables/\(name)", damaged)
        _ = ACPITables(machine.files)
      }
      try machine.write("/sys/firmware/acpi/tables/\(name)", bytes)
    }
    #expect(
      ACPITables(machine.files).iommus.count == 2 && ACPITables(machine.files).chips.map(\.id) == [8, 9])
  }

  /// Whatever stands in the files: a file is written, or refused by name.
  @Test func filesThatAreDamagedAreSurvived() throws {
    var draw = SplitMix(seed: 11)
    let machine = try ServerMachine.make()
    let paths = Collecting.paths(machine.files)
    var written = 0
    for _ in 0..<300 {
      guard let path = paths.randomElement(using: &draw), let bytes = machine.files.bytes(path),
        !bytes.isEmpty
      else { continue }
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &draw) {
        let place = Int.random(in: 0..<damaged.count, using: &draw)
        // Digits among digits go deeper than any byte.
        damaged[place] = draw.chance(50) ? UInt8(ascii: "f") : UInt8.random(in: 0...255, using: &draw)
      }
      try machine.write(path, damaged)
      do throws(NamedRefusal) {
        let text = try MachineWriter(MachineFacts(machine.files), MachineWish()).text
        _ = Loader.load(bytes: Array(text.utf8), path: "m.cell")
        written += 1
      } catch { #expect(!error.remedies.isEmpty) }
      _ = HardwareCheck(machine.files).report()
      try machine.write(path, bytes)
    }
    #expect(written > 200)
  }

  @Test func namesAreQuotedWhereYAMLWouldReadMore() {
    #expect(MachineWriter.scalar("RAM above 4 GiB") == "RAM above 4 GiB")
    #expect(MachineWriter.scalar("a: {b}") == "\"a: {b}\"" && MachineWriter.scalar("8086:1") == "\"8086:1\"")
    #expect(MachineWriter.scalar("say \"x\"\\") == "\"say \\\"x\\\"\\\\\"")
  }

  @Test func sizesAsTheKernelHasThem() {
    #expect(
      MachineFacts.kernelSize("82M") == 82 << 20 && MachineFacts.kernelSize("0x3a000000") == 0x3a00_0000)
    #expect(sizeInBytes("x") == nil && sizeInBytes("") == nil && sizeInBytes("99999999999G") == nil)
    #expect(MachineWriter.list([8, 0, 1, 2]) == "0-2,8")
  }
}

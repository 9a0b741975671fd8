// SPDX-License-Identifier: Apache-2.0
// `cell linux`: what is loaded where, what the kernel is told, and what is refused before a CPU is taken.

import CellConfig
import Foundation
import TestSupport
import Testing

@testable import Management

@Suite struct LinuxTests {
  /// As much of a kernel as a loader looks at: two sectors of setup code, 4,096 bytes behind them.
  static func kernel(
    version: UInt16 = 0x20f, preferred: UInt64 = 16 << 20, room: UInt64 = 55 << 20, flags: UInt64 = 1
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 3 * 512) + (0..<4096).map { UInt8($0 & 0xff) }
    bytes.set(0x1f1, 2, 1)
    bytes.set(0x1f4, 256, 4)
    bytes.set(0x1fe, 0xaa55, 2)
    bytes.set(0x200, 0x6aeb, 2)
    bytes.set(0x202, 0x5372_6448, 4)
    bytes.set(0x206, UInt64(version), 2)
    bytes.set(0x211, flags, 1)
    bytes.set(0x22c, 0x7fff_ffff, 4)
    bytes.set(0x238, 2047, 4)
    bytes.set(0x258, preferred, 8)
    bytes.set(0x260, room, 4)
    return bytes
  }
  static func files(_ kernel: [UInt8] = kernel(), initial: Int? = nil, append: String = "") -> LinuxFiles {
    LinuxFiles(
      kernel: ("vmlinuz", kernel), initial: initial.map { ("rootfs", [UInt8](repeating: 7, count: $0)) },
      append: append)
  }
  static let cell: CellDescription = {
    let loaded = Loader.load(paths: [Configs.bochs, Configs.linux])
    guard case .cell(_, let cell)? = loaded.files.last?.configuration else { return CellDescription() }
    return cell
  }()
  static func plan(
    _ files: LinuxFiles = files(), _ cell: CellDescription = cell, tscKHz: UInt64? = 50000
  ) throws -> LinuxPlan {
    try LinuxPlan(
      files, in: cell, processors: [2, 3], machines: 0, tscKHz: tscKHz,
      machine: ACPITables(SystemFiles("/nowhere")))
  }
  static func refusal(_ files: LinuxFiles, _ cell: CellDescription = cell) -> LinuxRefusal? {
    do { _ = try plan(files, cell) } catch { return error as? LinuxRefusal }
    return nil
  }
  static func image(_ plan: LinuxPlan, at target: UInt64) -> [UInt8] {
    plan.images.first { $0.target == target }?.bytes ?? []
  }

  @Test func everythingLiesInMemoryOfTheCellsAndApart() throws {
    let plan = try Self.plan(Self.files(initial: 5000, append: "quiet"))
    let memory = GuestMemory(Self.cell)
    #expect(memory.extents == [0..<0x10_0000, 0x20_0000..<0x810_0000])
    var taken: [Range<UInt64>] = []
    for image in plan.images {
      let place = image.target..<(image.target + UInt64(image.bytes.count))
      #expect(memory.holds(place.lowerBound, UInt64(image.bytes.count)), "\(image.name)")
      for other in taken { #expect(!other.overlaps(place), "\(image.name)") }
      taken.append(place)
    }
    // The initial file system as high as may be.
    let initial = plan.images.first { $0.name == "rootfs" }
    #expect(initial?.target == 0x810_0000 - 0x2000)
    #expect(plan.commandLine == "console=ttyS1,115200 tsc_early_khz=50000 tsc=reliable quiet")
    #expect(plan.warnings.isEmpty)
  }

  @Test func theZeroPageSaysWhereAllIs() throws {
    let plan = try Self.plan(Self.files(initial: 5000))
    let zero = Self.image(plan, at: 0x1000)
    #expect(zero.count == 4096)
    #expect(zero.u32(0x202) == 0x5372_6448 && zero.u16(0x206) == 0x20f)
    #expect(zero.u64(0x070) == 0xe_0000 && zero.u32(0x228) == 0x3000 && zero.u32(0x214) == 16 << 20)
    #expect(zero.u32(0x218) == 0x80f_e000 && zero.u32(0x21c) == 5000)
    let map = (0..<Int(zero.u8(0x1e8))).map { i in
      [zero.u64(0x2d0 + 20 * i), zero.u64(0x2d8 + 20 * i), UInt64(zero.u32(0x2e0 + 20 * i))]
    }
    #expect(map == [[0, 0xa_0000, 1], [0xa_0000, 0x6_0000, 2], [0x20_0000, 0x7f0_0000, 1]])
    let first = Self.image(plan, at: 0)
    #expect(first.u32(4) == 16 << 20 && first.u32(8) == 0x1000 && first.u32(12) == 2)
    let setup = Self.image(plan, at: zero.u64(0x250))
    #expect(setup.u32(8) == 6 && Int(setup.u32(12)) == setup.count - 16)
    #expect(
      setup.u16(22) == 2 && setup.u32(32) == 50000 && setup.u8(41) == 2 && setup.u8(42) == 3
        && setup.u32(296) == 2)
  }

  @Test func theFirmwaresTablesHoldTogether() throws {
    let plan = try Self.plan()
    let place: UInt64 = 0xe_0000
    let tables = Self.image(plan, at: place)
    func sum(_ bytes: some Sequence<UInt8>) -> UInt8 { bytes.reduce(0, &+) }
    func table(_ address: UInt64) -> [UInt8] {
      let start = Int(address - place)
      guard start + 36 <= tables.count else { return [] }
      return Array(tables[start..<min(tables.count, start + Int(tables.u32(start + 4)))])
    }
    #expect(
      tables.starts(with: Array("RSD PTR ".utf8)) && sum(tables.prefix(20)) == 0
        && sum(tables.prefix(36)) == 0)
    let root = table(tables.u64(24))
    #expect(root.starts(with: Array("XSDT".utf8)) && sum(root) == 0 && root.count == 36 + 16)
    let fixed = table(root.u64(36))
    #expect(fixed.starts(with: Array("FACP".utf8)) && sum(fixed) == 0 && fixed.count == 276)
    // Hardware-reduced, destinations physical; neither VGA nor a clock in CMOS memory, and no 8042.
    #expect(fixed.u32(112) & 3 << 19 == 3 << 19 && fixed.u16(109) == 0b10_0100)
    let interrupts = table(root.u64(44))
    #expect(interrupts.starts(with: Array("APIC".utf8)) && sum(interrupts) == 0)
    #expect(
      Array(interrupts[44...]) == [
        0, 8, 2, 0, 2, 0, 0, 0, 0, 8, 0, 2, 1, 0, 0, 0, 0, 8, 1, 3, 1, 0, 0, 0,
        1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0,
      ])
    let devices = table(fixed.u64(140))
    #expect(devices.starts(with: Array("DSDT".utf8)) && sum(devices) == 0)
    // As ACPICA's compiler writes: Scope (\_SB) { Device (UAR0) { _HID PNP0501; _UID 0; _CRS: IO 0x2f8, 8; Interrupt (edge, high) 3 } }
    #expect(
      Array(devices[36...]) == [
        0x10, 0x3a, 0x5c, 0x5f, 0x53, 0x42, 0x5f, 0x5b, 0x82, 0x32, 0x55, 0x41, 0x52, 0x30,
        0x08, 0x5f, 0x48, 0x49, 0x44, 0x0c, 0x41, 0xd0, 0x05, 0x01, 0x08, 0x5f, 0x55, 0x49, 0x44, 0x0a, 0x00,
        0x08, 0x5f, 0x43, 0x52, 0x53, 0x11, 0x16, 0x0a, 0x13, 0x47, 0x01, 0xf8, 0x02, 0xf8, 0x02, 0x01, 0x08,
        0x89, 0x06, 0x00, 0x03, 0x01, 0x03, 0x00, 0x00, 0x00, 0x79, 0x00,
      ])
  }

  @Test func theFirstInstructionsAreTheSources() throws {
    let folder = try TemporaryFolder()
    let source = Configs.folder + "/../Kernel/inmates/linux.S"
    func run(_ words: [String]) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = words
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    #expect(
      try run(["clang", "--target=i386-unknown-none", "-c", "-o", "\(folder.path)/linux.o", source]) == 0)
    #expect(
      try run(
        [
          "ld.lld", "-m", "elf_i386", "--image-base=0", "-Ttext=0", "--oformat", "binary", "-o",
          "\(folder.path)/linux.bin",
          "\(folder.path)/linux.o",
        ]) == 0)
    #expect(try FileBytes.read("\(folder.path)/linux.bin") == BootStub.code)
  }

  @Test func whatIsNoKernelIsRefused() throws {
    #expect(Self.refusal(Self.files([]))?.reason.contains("is no Linux kernel") == true)
    #expect(
      Self.refusal(Self.files([UInt8](repeating: 0, count: 5000)))?.reason.contains("is no Linux kernel")
        == true)
    #expect(
      Self.refusal(Self.files(Self.kernel(version: 0x209)))?.reason.contains("before Linux 3.8") == true)
    #expect(Self.refusal(Self.files(Self.kernel(flags: 0)))?.reason.contains("below 1 MiB") == true)
    #expect(
      Self.refusal(Self.files(Array(Self.kernel().dropLast(100))))?.reason.contains("end is missing") == true)
    #expect(
      Self.refusal(Self.files(Self.kernel(preferred: 0xffff_f123)))?.reason.contains("is no Linux kernel")
        == true)
    // Whatever stands in a file: a refusal or a plan, and no trap.
    var random = SplitMix(seed: 4)
    for _ in 0..<2000 {
      var bytes = Self.kernel()
      for _ in 0..<8 {
        bytes[Int(random.next() % 0x270)] = UInt8(truncatingIfNeeded: random.next())
      }
      if random.next() % 4 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
      if let plan = try? Self.plan(Self.files(bytes, initial: 100)) {
        let memory = GuestMemory(Self.cell)
        #expect(plan.images.allSatisfy { memory.holds($0.target, UInt64($0.bytes.count)) })
      }
    }
  }

  @Test func pinsAndPlacesThatAreNoneAreSurvived() throws {
    var cell = Self.cell
    for index in cell.interruptChips.indices { cell.interruptChips[index].pinBase = .max }
    _ = try Self.plan(Self.files(), cell)
    #expect(
      Self.refusal(Self.files(Self.kernel(preferred: 0)))?.reason.contains("where what it is told lies")
        == true)
  }

  @Test func whatFindsNoRoomIsRefused() throws {
    #expect(Self.refusal(Self.files(Self.kernel(room: 200 << 20)))?.remedy.contains("or more") == true)
    // Such kernels cannot be moved, and the communication region is where they want to be.
    #expect(
      Self.refusal(Self.files(Self.kernel(preferred: 0x10_0000, room: 0x6_b000)))?.remedy
        .contains("communication-region: none") == true)
    // A region that ends behind the last address is no trap, be it memory or not.
    for flags: RegionFlags in [[.read, .write, .execute, .loadable], [.read]] {
      var cell = Self.cell
      var beyond = MemoryRegion()
      (beyond.virtualStart, beyond.size, beyond.flags) = (~0xfff, 0x2000, flags)
      cell.regions.append(beyond)
      #expect(Self.refusal(Self.files(Self.kernel(room: 200 << 20)), cell) != nil)
    }
    #expect(Self.refusal(Self.files(initial: 100 << 20))?.reason.contains("rootfs") == true)
    // Above the kernel there is no room; below there is.
    let kernel = Self.kernel(room: 110 << 20)
    let low = try Self.plan(Self.files(kernel, initial: 8 << 20))
    #expect(low.images.first { $0.name == "rootfs" }?.target == 8 << 20)
    let long = String(repeating: "x", count: 2048)
    #expect(Self.refusal(Self.files(append: long))?.reason.contains("command line") == true)
    var cell = Self.cell
    cell.cpuResetAddress = 0xffff_fff0
    #expect(Self.refusal(Self.files(), cell)?.remedy.contains("reset-address") == true)
    cell = Self.cell
    cell.regions.removeAll { $0.virtualStart == 0 }
    #expect(Self.refusal(Self.files(), cell)?.reason.contains("0xfffff") == true)
  }

  @Test func whatAStockKernelLacksIsSaid() throws {
    var cell = Self.cell
    cell.flags = []
    cell.ports = []
    let plan = try Self.plan(Self.files(), cell, tscKHz: nil)
    let said = plan.warnings.joined(separator: "\n")
    for word in ["open-bus: true", "communication-region: passive", "no UART", "tsc_early_khz"] {
      #expect(said.contains(word), "\(word)")
    }
  }

  @Test func theCellIsCreatedLoadedAndStarted() throws {
    let (folder, device, manager) = try EnableTests.machine()
    _ = try manager.enable([Configs.bochs], verifies: false, creates: false)
    device.onCreate = { try? folder.show(cells: ["root", "linux"], apics: "6") }
    let said = try manager.linux(Configs.linux, Self.files(initial: 10), verifies: true)
    #expect(device.asked.map(\.kind) == [.enable, .create, .load, .start])
    #expect(said.first == "created: linux, verified" && said.last == "started: linux")
    guard case .load(1, let images)? = device.asked.dropFirst(2).first else {
      Issue.record("it was not asked to load")
      return
    }
    #expect(images.first { $0.target == 0 }?.bytes.u32(12) == 6)
    // Once more, now that it lives.
    _ = try manager.linux("linux", Self.files(), verifies: true)
    #expect(device.asked.map(\.kind).suffix(2) == [.load, .start])
  }

  @Test func whatFailsLeavesNoCell() throws {
    let (folder, device, manager) = try EnableTests.machine()
    _ = try manager.enable([Configs.bochs], verifies: false, creates: false)
    // A kernel that is none: no cell is created.
    let refusal = EnableTests.refusal {
      _ = try manager.linux(Configs.linux, Self.files([1, 2, 3]), verifies: true)
    }
    #expect(refusal?.reason.contains("is no Linux kernel") == true)
    #expect(device.asked.map(\.kind) == [.enable])
    // The loader refuses the images: the cell goes.
    device.onCreate = {
      try? folder.show(cells: ["root", "linux"], apics: "6")
      device.refusals = [.refused(14, said: [])]
    }
    let second = EnableTests.refusal { _ = try manager.linux(Configs.linux, Self.files(), verifies: true) }
    #expect(second?.code == "EFAULT")
    #expect(device.asked.map(\.kind) == [.enable, .create, .load, .destroy])
    #expect(!folder.files.exists("/run/ostrog/cell-linux.cell"))
  }
}

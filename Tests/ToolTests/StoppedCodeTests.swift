// SPDX-License-Identifier: Apache-2.0
// By which instruction a CPU was stopped: from files that were loaded, from the kernel that runs; and what is not known is not made up.

import CellConfig
import TestSupport
import Testing

@testable import Management

@Suite struct StoppedCodeTests {
  /// A byte read from port 0x2fd, by CPU 1 (cell tick's).
  private func input(rip: UInt64) -> Violation {
    Violation(
      cpu: 1, stop: 5, reason: 0x1e, qualification: 0x2fd_0008, address: 0, rip: rip, cell: nil,
      isDryRun: false)
  }
  /// Memory that was written by CPU `cpu`.
  private func write(rip: UInt64, cpu: UInt64 = 1) -> Violation {
    Violation(
      cpu: cpu, stop: 2, reason: 0x30, qualification: 0x182, address: 0x3a00_0000, rip: rip, cell: nil,
      isDryRun: false)
  }
  /// mov dx, 0x2fd; in al, dx; hlt: 32- and 64-bit code.
  private let code: [UInt8] = [0x66, 0xba, 0xfd, 0x02, 0xec, 0xf4]

  private func words(_ bytes: [UInt8], at target: UInt64, _ violation: Violation) throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.write("program.bin", bytes)
    let known = StoppedCode(["tick": [LoadedImage(path: path, target: target)]])
    return known.words(violation, of: "tick").replacing(path, with: "program.bin")
  }

  @Test func theInstructionIsShownWithItsPlace() throws {
    #expect(
      try words(code, at: 0xf0000, input(rip: 0xf0004))
        == "at 0xf0004 (RIP of the guest): in al, dx   (program.bin, offset 0x4)")
  }

  @Test func whatCannotHaveDoneItIsNotShown() throws {
    // At offset 0 there is a move between registers' constants; at 5 HLT; a word's width is not a byte's.
    for offset: UInt64 in [0, 5] {
      #expect(try words(code, at: 0, input(rip: offset)).contains("does not do that"), "\(offset)")
    }
    #expect(try words([0xe5, 0x10], at: 0, input(rip: 0)).contains("does not do that"))
    #expect(try words([0xee], at: 0, input(rip: 0)).contains("does not do that"))
    // LEA takes an address and touches nothing.
    #expect(try words([0x8d, 0x00], at: 0, write(rip: 0)).contains("does not do that"))
    // Not code at all.
    #expect(try words([0x0f, 0xff], at: 0, write(rip: 0)).contains("does not do that"))
  }

  @Test func widthsThatDifferAreAllSaid() throws {
    let text = try words([0x89, 0x18], at: 0, write(rip: 0))
    #expect(text.contains("mov word ptr [bx + si], bx (if 16-bit code)"))
    #expect(text.contains("mov dword ptr [eax], ebx (if 32-bit code)"))
    #expect(text.contains("mov dword ptr [rax], ebx (if 64-bit code)"))
    // Above 64 KiB it is no 16-bit code, above 4 GiB no 32-bit code.
    #expect(!(try words([0x89, 0x18], at: 0x10000, write(rip: 0x10000)).contains("16-bit")))
    let high = try words([0x89, 0x18], at: 1 << 32, write(rip: 1 << 32))
    #expect(high.contains(": mov dword ptr [rax], ebx   ("))
  }

  @Test func aPortIsTheInstructionsOwn() throws {
    func stopped(_ qualification: UInt64, stop: UInt64 = 5) -> Violation {
      Violation(
        cpu: 1, stop: stop, reason: 0x1e, qualification: qualification, address: 0, rip: 0, cell: nil,
        isDryRun: false)
    }
    // in al, 0x60: the port stands in it, and the exit says so.
    #expect(try words([0xe4, 0x60], at: 0, stopped(0x60_0048)).contains(": in al, 0x60"))
    for other: UInt64 in [0x2fd_0008, 0x61_0048, 0x60_0008, 0x60_0058, 0x60_0040, 0x60_0049] {
      #expect(try words([0xe4, 0x60], at: 0, stopped(other)).contains("does not do that"), "\(other)")
    }
    // INSB is a string's; whatever the stop was for, the exit is a port's.
    #expect(try words([0x6c], at: 0, stopped(0x60_0018)).contains(": insb"))
    #expect(try words([0x6c], at: 0, stopped(0x60_0008)).contains("does not do that"))
    for stop: UInt64 in [8, 9] {
      #expect(try words([0xf4], at: 0, stopped(0x2fd_0008, stop: stop)).contains("does not do that"))
      #expect(try words([0xec], at: 0, stopped(0x2fd_0008, stop: stop)).contains(": in al, dx"))
    }
  }

  @Test func whereNoInstructionCanBeToldNoneIs() throws {
    // A fetch; a walk of the guest's own page tables; a triple fault.
    for (reason, qualification) in [(0x30, 0x184), (0x30, 0x81), (2, 0)] as [(UInt64, UInt64)] {
      let violation = Violation(
        cpu: 1, stop: 2, reason: reason, qualification: qualification, address: 0, rip: 0, cell: nil,
        isDryRun: false)
      for code in [[0xf4], [0x89, 0x18]] as [[UInt8]] {
        #expect(try words(code, at: 0, violation) == "at 0x0 (RIP of the guest)")
      }
    }
  }

  @Test func memoryIsTouchedWithoutAnOperandToo() throws {
    // mov ds, ax; jmp far 8:0x10; push rax; mov cr3, rax.
    for code in [[0x8e, 0xd8], [0xea, 0x10, 0, 0, 0, 8, 0], [0x50], [0x0f, 0x22, 0xd8]] as [[UInt8]] {
      #expect(!(try words(code, at: 0, write(rip: 0)).contains("does not do that")), "\(code)")
    }
  }

  @Test func otherExitsAreKnownByTheirReason() throws {
    func stopped(_ reason: UInt64, _ qualification: UInt64 = 0) -> Violation {
      Violation(
        cpu: 1, stop: 1, reason: reason, qualification: qualification, address: 0, rip: 0, cell: nil,
        isDryRun: false)
    }
    #expect(try words([0x0f, 0x30], at: 0, stopped(32)).contains(": wrmsr "))
    #expect(try words([0x0f, 0x30], at: 0, stopped(31)).contains("does not do that"))
    #expect(try words([0xf4], at: 0, stopped(12)).contains(": hlt"))
    #expect(try words([0x90], at: 0, stopped(12)).contains("does not do that"))
    // mov cr4, rax; mov rax, cr3: register and direction are the exit's.
    #expect(try words([0x0f, 0x22, 0xe0], at: 0, stopped(28, 4)).contains("mov cr4, "))
    #expect(try words([0x0f, 0x20, 0xd8], at: 0, stopped(28, 0x13)).contains(", cr3"))
    #expect(try words([0x0f, 0x20, 0xd8], at: 0, stopped(28, 4)).contains("does not do that"))
  }

  @Test func aFileThatIsNotWhatItWasIsNotRead() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("program.bin", code)
    let violation = input(rip: 4)
    func say(_ was: (size: Int, digest: String)?, _ path: String) -> String {
      StoppedCode(["tick": [LoadedImage(path: path, target: 0, was: was)]]).words(violation, of: "tick")
    }
    #expect(say((code.count, String(repeating: "0", count: 64)), path).contains("is not what it was then"))
    #expect(say(nil, path + ".gone").contains("cannot be read any more"))
    // Behind its end there was nothing of it.
    #expect(say((4, "-"), path) == "at 0x4 (RIP of the guest)")
  }

  @Test func whatWasLoadedLaterLiesOnTop() throws {
    let folder = try TemporaryFolder()
    let (old, new) = (
      try folder.write("old", [UInt8](repeating: 0x90, count: 16)), try folder.write("new", code)
    )
    let known = StoppedCode([
      "tick": [LoadedImage(path: old, target: 0), LoadedImage(path: new, target: 0)]
    ])
    #expect(known.words(input(rip: 4), of: "tick").contains("in al, dx"))
    #expect(known.words(input(rip: 8), of: "tick").contains("does not do that"))
    // Nothing is known of other cells, but what is named for all.
    #expect(known.words(input(rip: 4), of: "sensor") == "at 0x4 (RIP of the guest)")
    #expect(
      known.adding(["": [LoadedImage(path: new, target: 0)]]).words(input(rip: 4), of: "sensor")
        .contains("in al, dx"))
  }

  @Test func whatIsLoadedIsRememberedUntilTheCellGoes() throws {
    let (folder, _, manager) = try EnableTests.machine()
    _ = try manager.enable([Configs.bochs, Configs.tick], verifies: false, creates: true)
    try folder.show(cells: ["root", "tick"])
    let path = try folder.write("a program.bin", code)
    _ = try manager.load("tick", [ImageName("\(path)@0xf0000")].compactMap { $0 })
    let text = manager.code.words(input(rip: 0xf0004), of: "tick")
    #expect(text.contains("in al, dx") && text.contains("a program.bin, offset 0x4"))
    try folder.write("a program.bin", code + [0x90])
    #expect(manager.code.words(input(rip: 0xf0004), of: "tick").contains("is not what it was then"))
    _ = try manager.destroy("tick")
    #expect(manager.code.words(input(rip: 0xf0004), of: "tick") == "at 0xf0004 (RIP of the guest)")
    #expect(!folder.files.names("/run/ostrog").contains { $0.hasSuffix(".images") })
  }

  @Test func rootsCodeIsTheKernels() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "/proc/kallsyms",
      "ffffffff81000000 T _stext\nffffffff81000400 T poke\nffffffff81000900 d data\nffffffff81001000 t other\nffffffffc0000000 t init\t[ahci]\n"
    )
    // One program header: file offset 0x1000, virtual 0xffffffff81000000, 0x1000 bytes.
    var core = [UInt8](repeating: 0, count: 0x2000)
    func put(_ value: UInt64, _ at: Int, _ count: Int) {
      for byte in 0..<count { core[at + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
    }
    core.replaceSubrange(0..<6, with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
    put(64, 32, 8)
    put(56, 54, 2)
    put(1, 56, 2)
    put(1, 64, 4)
    put(0x1000, 72, 8)
    put(0xffff_ffff_8100_0000, 80, 8)
    put(0x1000, 96, 8)
    core.replaceSubrange(0x1410..<0x1412, with: [0x89, 0x18])
    try folder.write("/proc/kcore", core)
    let known = StoppedCode(folder.files, [:])
    #expect(
      known.words(write(rip: 0xffff_ffff_8100_0410, cpu: 0), of: nil)
        == "at 0xffffffff81000410 (RIP of the guest): mov dword ptr [rax], ebx   (poke+0x10)")
    // What does not fit is not shown; the symbol is.
    #expect(
      known.words(input(rip: 0xffff_ffff_8100_0410), of: nil)
        == "at 0xffffffff81000410 (RIP of the guest), in poke+0x10")
    #expect(known.words(write(rip: 0xffff_ffff_c000_0004, cpu: 0), of: nil).hasSuffix(", in init+0x4 [ahci]"))
    // A process, or a kernel that shows nothing, or nonsense.
    #expect(known.words(write(rip: 0x40_0000, cpu: 0), of: nil) == "at 0x400000 (RIP of the guest)")
    try folder.write("/proc/kallsyms", "0000000000000000 T _stext\n\nnonsense\n")
    for length in [0, 10, 63, 64, 100, 119] {
      try folder.write("/proc/kcore", Array(core[..<length]))
      #expect(
        known.words(write(rip: 0xffff_ffff_8100_0410, cpu: 0), of: nil)
          == "at 0xffffffff81000410 (RIP of the guest)")
    }
  }

  @Test func anImageIsNamedWithItsCell() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("program.bin", code)
    let log = try folder.write(
      "log",
      "Ostrog: CPU 1 stopped, why 5, exit reason 1e, qualification 2fd0008, guest-physical 0, RIP f0004\n")
    func explain(_ image: String) throws -> Program.Outcome {
      try Program.run("ostrog", ["explain", "--log", log, "--image", image, Configs.bochs, Configs.tick])
    }
    for image in ["tick=\(path)@0xf0000", "\(path)@983040"] {
      let said = try explain(image).output
      #expect(said.contains("instruction: at 0xf0004 (RIP of the guest): in al, dx   ("), "\(said)")
    }
    let other = try explain("sensor=\(path)@0xf0000")
    #expect(other.status == 0 && !other.output.contains("in al, dx"))
    let wrong = try explain("tick=x@y")
    #expect(wrong.status == 2 && wrong.errors.contains("CELL=FILE@ADDRESS"), "\(wrong)")
  }
}

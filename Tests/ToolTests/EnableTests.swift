// SPDX-License-Identifier: Apache-2.0
// Enable and disable: verified first, asked then, remembered after.

import CellConfig
import TestSupport
import Testing

@testable import Management

@Suite struct EnableTests {
  /// A machine without a hypervisor, with the module loaded.
  static func machine(cells: [String]? = nil) throws -> (
    folder: TemporaryFolder, device: FakeDevice, manager: Manager
  ) {
    let folder = try TemporaryFolder()
    try folder.show(cells: cells)
    let device = FakeDevice(folder)
    return (folder, device, Manager(folder.files, device))
  }
  static func refusal(_ body: () throws -> Void) -> NamedRefusal? {
    do { try body() } catch { return error as? NamedRefusal }
    return nil
  }

  @Test func enableHandsOverTheCompiledBytesAndKeepsACopy() throws {
    let (folder, device, manager) = try Self.machine()
    let said = try manager.enable([Configs.bochs, Configs.tick], verifies: true, creates: false)
    #expect(said == ["enabled: \(Configs.bochs), verified"])
    #expect(device.asked.count == 1)
    guard case .enable(let bytes)? = device.asked.first else {
      Issue.record("it was not asked to enable")
      return
    }
    #expect(bytes == Configs.binary(Configs.bochs))
    #expect(try FileBytes.read(folder.path + "/run/ostrog/system.cell") == FileBytes.read(Configs.bochs))
  }

  @Test func withCreateTheCellsFollowInTheirOrder() throws {
    let (_, device, manager) = try Self.machine()
    _ = try manager.enable([Configs.bochs, Configs.sensor, Configs.tick], verifies: true, creates: true)
    #expect(device.asked.map(\.kind) == [.enable, .create, .create])
    guard case .create(let first)? = device.asked.dropFirst().first else { return }
    #expect(first == Configs.binary(Configs.sensor))
  }

  @Test func aSetThatIsNotIsolatedIsRefusedWithVerifysMessage() throws {
    let (folder, device, manager) = try Self.machine()
    let thief = try folder.write("thief.cell", Configs.thief)
    let refusal = Self.refusal {
      _ = try manager.enable([Configs.bochs, Configs.tick, thief], verifies: true, creates: true)
    }
    #expect(device.asked.isEmpty && refusal?.code == "VERIFY")
    #expect(refusal?.report.contains("error[M1]") == true && refusal?.report.contains("not isolated") == true)
    #expect(refusal?.lines.contains { $0.contains("--no-verify") } == true)
    // For those who must.
    _ = try manager.enable([Configs.bochs, Configs.tick, thief], verifies: false, creates: true)
    #expect(device.asked.map(\.kind) == [.enable, .create, .create])
  }

  @Test func whatWasDoneBeforeAFailureIsSaid() throws {
    let (folder, device, manager) = try Self.machine()
    // The machine and the first cell are done, the second cell is refused.
    device.refusals = [.done, .done, .refused(16, said: [])]
    let refusal = Self.refusal {
      _ = try manager.enable([Configs.bochs, Configs.sensor, Configs.tick], verifies: true, creates: true)
    }
    #expect(
      refusal?.code == "EBUSY" && refusal?.reason.contains("created: sensor") == true,
      "\(refusal?.reason ?? "")")
    #expect(refusal?.reason.contains("the hypervisor runs") == true)
    #expect(folder.kept == ["cell-sensor.cell", "system.cell"])
  }

  @Test func whatTheLoaderCannotTakeIsNotAskedFor() throws {
    let (folder, device, manager) = try Self.machine()
    let functions = (0..<1300).map { "  0000:\(hex($0 / 256 + 1)):\(hex($0 / 8 % 32)).\($0 % 8): {}\n" }
      .joined()
    let machine = try folder.write(
      "many.cell",
      "machine: many\ncpus: 0-3\nhypervisor:\n  memory: {at: 0x3a000000, size: 6M}\npci:\n" + functions)
    let refusal = Self.refusal { _ = try manager.enable([machine], verifies: false, creates: false) }
    #expect(refusal?.code == "E2BIG" && device.asked.isEmpty, "\(refusal?.lines ?? [])")
  }
  private func hex(_ number: Int) -> String { (number < 16 ? "0" : "") + String(number, radix: 16) }

  @Test func whatIsNoMachineFileIsRefused() throws {
    let (folder, device, manager) = try Self.machine()
    #expect(
      Self.refusal { _ = try manager.enable([Configs.tick], verifies: true, creates: false) }?.code == "USAGE"
    )
    let broken = try folder.write("broken.cell", "machine: x\nnonsense: 3\n")
    for verifies in [true, false] {
      let refusal = Self.refusal { _ = try manager.enable([broken], verifies: verifies, creates: false) }
      #expect(refusal?.code == "VERIFY" && refusal?.report.contains("nonsense") == true)
    }
    #expect(device.asked.isEmpty)
  }

  @Test func whatRunsAlreadyIsNotAskedAgain() throws {
    let (_, device, manager) = try Self.machine(cells: ["root"])
    let refusal = Self.refusal { _ = try manager.enable([Configs.bochs], verifies: true, creates: false) }
    #expect(refusal?.code == "EBUSY" && device.asked.isEmpty)
  }

  @Test func theLoadersOwnWordsStandInsteadOfGuesses() throws {
    let (_, device, manager) = try Self.machine()
    device.refusals = [
      .refused(22, said: ["memory 0x3a000000 is Linux' own; boot with memmap=6M$0x3a000000"])
    ]
    let refusal = Self.refusal { _ = try manager.enable([Configs.bochs], verifies: false, creates: false) }
    #expect(refusal?.code == "EINVAL" && refusal?.causes.isEmpty == true)
    #expect(refusal?.lines.contains { $0.contains("boot with memmap=6M$0x3a000000") } == true)
    device.refusals = [.noDevice(2)]
    let gone = Self.refusal { _ = try manager.enable([Configs.bochs], verifies: false, creates: false) }
    #expect(gone?.remedies.contains { $0.contains("insmod") } == true)
  }

  @Test func disableForgetsAllThatWasKept() throws {
    let (folder, _, manager) = try Self.machine()
    _ = try manager.enable([Configs.bochs, Configs.tick], verifies: false, creates: true)
    #expect(folder.kept == ["cell-tick.cell", "system.cell"])
    try folder.show(cells: ["root", "tick"])
    #expect(try manager.disable() == ["disabled; ended: tick"])
    #expect(folder.kept.isEmpty)
  }

  /// Errors of the loader and the core, request by request (jailhouse-interfaces, section d; `Reason.errno`; Kernel/loader).
  static let errors: [(Request.Kind, [Int32])] = [
    (.enable, [1, 2, 4, 7, 12, 14, 16, 19, 22, 34]), (.disable, [1, 4, 16, 22]),
    (.create, [1, 4, 5, 7, 12, 14, 16, 17, 22, 34]), (.load, [1, 2, 4, 14, 16, 22]),
    (.shutdown, [1, 2, 4, 22]),
    (.start, [1, 2, 4, 5, 14, 22]), (.destroy, [1, 2, 4, 5, 14, 22]),
  ]
  @Test func everyErrorHasAMeaning() {
    for (kind, numbers) in Self.errors {
      for number in numbers {
        let refusal = NamedRefusal("x", kind, .refused(number, said: []))
        #expect(refusal?.reason.contains("has no use for") == false, "\(kind), \(number)")
        #expect(refusal?.code.hasPrefix("E") == true)
      }
      #expect(NamedRefusal("x", kind, .refused(99, said: []))?.reason.contains("errno 99") == true)
      #expect(NamedRefusal("x", kind, .done) == nil)
    }
  }
}

/// What the machine was when its file was made, and what it is.
@Suite struct FingerprintOfMachineTests {
  @Test func theMachineIsKnownAgain() throws {
    let machine = try ServerMachine.make()
    let facts = Fingerprint(machine.files).facts.map(\.text)
    #expect(facts.first == "processor GenuineIntel family 6 model 85 stepping 7, 4 CPUs")
    #expect(facts.contains("firmware 1.2, 01/02/2026"))
    #expect(
      facts.filter { $0.hasPrefix("memory") } == [
        "memory 0x0-0x9ffff System RAM", "memory 0x100000-0x3fffffff System RAM",
        "memory 0x40000000-0x4fffffff Reserved",
      ])
    #expect(
      facts.filter { $0.hasPrefix("table") }.count == 4
        && facts.contains { $0.hasPrefix("function 00:1f.2 ") })
    // What `config create` writes is what is read again.
    let text = try MachineWriter(MachineFacts(machine.files), MachineWish(name: "server")).text
    let loaded = Loader.load(bytes: Array(text.utf8), path: "server.cell")
    guard case .system(_, let system)? = loaded.files.first?.configuration else {
      Issue.record("\(loaded.problems.map(\.message))")
      return
    }
    #expect(system.fingerprint == Fingerprint(machine.files))
    // And what was collected is the same machine.
    let copy = try TemporaryFolder()
    _ = try Collecting.collect(machine.files, into: copy.path)
    #expect(Fingerprint(copy.files) == system.fingerprint)
  }

  @Test func enableSaysWhatHasChanged() throws {
    let (folder, _, manager) = try EnableTests.machine()
    try folder.write("/sys/class/dmi/id/bios_version", "2.0\n")
    let path = try folder.write(
      "printed.cell",
      Configs.text(Configs.bochs) + "\nfingerprint: [firmware 1.0, function 00:01.0 8086:7000]\n")
    let said = try manager.enable([path], verifies: true, creates: false)
    #expect(
      said == ["enabled: \(path), verified", "changed since the file was made: firmware: was 1.0, is 2.0"])
  }
}

// SPDX-License-Identifier: Apache-2.0
// The life of a cell, as the tool asks for it; what would break isolation is not asked for.

import CellConfig
import TestSupport
import Testing

@testable import Management

@Suite struct CellTests {
  /// A machine that this tool has enabled, with `living` cells that it has created.
  private func enabled(_ living: [String] = []) throws -> (
    folder: TemporaryFolder, device: FakeDevice, manager: Manager
  ) {
    let machine = try EnableTests.machine()
    _ = try machine.manager.enable([Configs.bochs] + living, verifies: false, creates: true)
    let names = living.map { Loader.load(paths: [Configs.bochs, $0]).files[1].configuration.cell.name }
    try machine.folder.show(cells: ["root"] + names)
    return machine
  }

  @Test func aCellIsVerifiedWithThoseThatLive() throws {
    let (folder, device, manager) = try enabled([Configs.tick])
    // What verify warns of is printed, too: the other end of a link is not there.
    let said = try manager.create(Configs.sensor, verifies: true)
    #expect(
      said.count == 2 && said.first == "created: sensor, verified"
        && said.last?.contains("warning[D7]") == true)
    guard case .create(let bytes)? = device.asked.last else {
      Issue.record("it was not asked to create")
      return
    }
    #expect(bytes == Configs.binary(Configs.sensor))
    #expect(folder.files.exists("/run/ostrog/cell-sensor.cell"))
    let count = device.asked.count
    let thief = try folder.write("thief.cell", Configs.thief)
    let refusal = EnableTests.refusal { _ = try manager.create(thief, verifies: true) }
    #expect(refusal?.code == "VERIFY" && refusal?.report.contains("error[M1]") == true)
    #expect(device.asked.count == count)
    #expect(try manager.create(thief, verifies: false) == ["created: thief, NOT verified"])
  }

  @Test func whatIsNotKnownIsNotVerified() throws {
    let (folder, device, manager) = try enabled()
    try folder.show(cells: ["root", "stranger"])
    let refusal = EnableTests.refusal { _ = try manager.create(Configs.tick, verifies: true) }
    #expect(refusal?.code == "VERIFY" && refusal?.reason.contains("cell stranger") == true)
    #expect(device.asked.map(\.kind) == [.enable])
    _ = try manager.create(Configs.tick, verifies: false)
    #expect(device.asked.map(\.kind) == [.enable, .create])
  }

  @Test func aTextFileIsHeldAgainstTheBinaryThatIsInForce() throws {
    let (folder, _, manager) = try EnableTests.machine()
    let binary = try folder.write("system.bin", Configs.binary(Configs.bochs))
    _ = try manager.enable([binary], verifies: false, creates: false)
    // Beside the cell file lies the machine file that was enabled, then another one.
    let text = String(decoding: try FileBytes.read(Configs.bochs), as: UTF8.self)
    try folder.write("same/bochs.cell", text)
    let same = try folder.write("same/tick.cell", try FileBytes.read(Configs.tick))
    #expect(try manager.create(same, verifies: true) == ["created: tick, verified"])
    try folder.write(
      "other/bochs.cell", text.replacing("{at: 0x3a600000, size: 76M}", with: "{at: 0x3a800000, size: 74M}")
    )
    let other = try folder.write("other/tick.cell", try FileBytes.read(Configs.tick))
    let refusal = EnableTests.refusal { _ = try manager.create(other, verifies: true) }
    #expect(refusal?.reason.contains("is not what was enabled") == true)
  }

  @Test func withoutAHypervisorNothingIsAsked() throws {
    let (_, device, manager) = try EnableTests.machine()
    #expect(EnableTests.refusal { _ = try manager.create(Configs.tick, verifies: true) }?.code == "EINVAL")
    #expect(EnableTests.refusal { _ = try manager.start("tick") }?.code == "ENODEV")
    #expect(device.asked.isEmpty)
  }

  @Test func imagesAreHeldAgainstTheRegions() throws {
    let (folder, device, manager) = try enabled([Configs.tick])
    let image = try folder.write("image.bin", [UInt8](repeating: 7, count: 5000))
    func load(_ word: String) -> NamedRefusal? {
      EnableTests.refusal { _ = try manager.load("tick", [ImageName(word)].compactMap { $0 }) }
    }
    #expect(load(image) == nil)
    #expect(load("\(image)@0xfec78") == nil)
    // One byte too far; nowhere; not loadable.
    #expect(load("\(image)@0xfec79")?.reason.contains("longer than what is left of region 0") == true)
    #expect(load("\(image)@0x40000000")?.reason.contains("lies in no region") == true)
    #expect(load("\(image)@0x100000")?.reason.contains("may not be loaded") == true)
    #expect(load("\(folder.path)/nothing")?.code == "ENOENT")
    #expect(device.asked.map(\.kind) == [.enable, .create, .load, .load])
    guard case .load(let cell, let images)? = device.asked.last else { return }
    #expect(cell == 1 && images.first?.target == 0xfec78 && images.first?.bytes.count == 5000)
  }

  @Test func textsEndWithAZero() throws {
    let (_, device, manager) = try enabled([Configs.tick])
    _ = try manager.load("1", [], strings: [ImageName("a=1@0x1000")].compactMap { $0 })
    guard case .load(1, let images)? = device.asked.last else {
      Issue.record("it was not asked to load")
      return
    }
    #expect(images.map(\.bytes) == [Array("a=1".utf8) + [0]] && images.map(\.target) == [0x1000])
    #expect(ImageName("x@nonsense") == nil && ImageName("x")?.target == 0)
  }

  @Test func cellsAreFoundByNameAndNumber() throws {
    let (folder, device, manager) = try enabled([Configs.tick, Configs.sensor])
    #expect(try manager.start("sensor") == ["started: sensor"])
    #expect(try manager.shutdown("1") == ["shut down: tick"])
    guard case .load(1, let images)? = device.asked.last else {
      Issue.record("it was not asked to shut down")
      return
    }
    #expect(images.isEmpty)
    let unknown = EnableTests.refusal { _ = try manager.destroy("nobody") }
    #expect(unknown?.code == "ENOENT" && unknown?.remedies == ["there are: root, tick, sensor"])
    #expect(EnableTests.refusal { _ = try manager.destroy("root") }?.reason == "`root` is the root cell")
    #expect(try manager.destroy("2") == ["destroyed: sensor; CPUs 2 are root's again"])
    #expect(folder.kept == ["cell-tick.cell", "system.cell"])
  }

  @Test func whatIsRefusedIsNotForgotten() throws {
    let (folder, device, manager) = try enabled([Configs.tick])
    device.refusals = [.refused(1, said: [])]
    #expect(EnableTests.refusal { _ = try manager.destroy("tick") }?.code == "EPERM")
    #expect(folder.files.exists("/run/ostrog/cell-tick.cell"))
  }

  @Test func namesOfAnyKindAreFileNames() {
    #expect(Kept.fileName("tick-1.a_B") == "tick-1.a_B")
    #expect(Kept.fileName("../x y") == "..%2fx%20y" && Kept.fileName("é") == "%c3%a9")
  }

  @Test func listsAndCounters() throws {
    let (folder, _, _) = try enabled([Configs.tick])
    let running = RunningSystem(folder.files)
    #expect(
      CellListing.text(running.cells) == [
        "ID  NAME  STATE      CPUS  FAILED", " 0  root  running    0     -", " 1  tick  shut down  1     -",
      ])
    #expect(CellListing.json(running).contains("\"name\": \"tick\""))
    let now = running.counters(running.cells[1])
    #expect(now.map(\.title) == ["tick", "CPU 1"] && now[0].counts.map(\.name) == ["total", "pio", "cpuid"])
    try folder.write("/sys/devices/jailhouse/cells/1/statistics/vmexits_total", "150\n")
    let later = running.counters(running.cells[1])
    let lines = CellListing.text(later, before: now, seconds: 2)
    #expect(lines[0] == "EXITS  TICK  /S  CPU 1  /S" && lines[1] == "total   150  25    100   0")
    #expect(cpuList("0,2-3") == [0, 2, 3] && cpuList("\n").isEmpty && cpuList("3-1").isEmpty)
  }
}

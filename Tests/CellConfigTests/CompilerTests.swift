// SPDX-License-Identifier: Apache-2.0
// What the compiler derives from names: each rule of "What the compiler does" in docs/cell-format.md.

import TestSupport
import Testing

@testable import CellConfig

@Suite struct CompilerTests {
  /// Compiles a machine and one cell.
  private func compile(_ machine: String, _ cell: String = "") throws -> (
    root: SystemDescription, cell: CellDescription
  ) {
    let folder = try TemporaryFolder()
    var paths = [try folder.write("m.cell", "machine: m\n" + machine)]
    if !cell.isEmpty { paths.append(try folder.write("c.cell", "cell: c\nmachine: m\n" + cell)) }
    let loaded = Loader.load(paths: paths)
    try #require(loaded.problems.isEmpty, "\(loaded.problems.flatMap(\.lines).joined(separator: "\n"))")
    guard case .system(_, let system)? = loaded.files.first?.configuration else {
      Issue.record("no machine")
      return (SystemDescription(), CellDescription())
    }
    return (system, loaded.files.last?.configuration.cell ?? CellDescription())
  }

  private func spans(_ regions: [MemoryRegion]) -> [String] {
    regions.map { "0x\(hex($0.physicalStart))+0x\(hex($0.size)) \(Listing.rights($0.flags))" }
  }

  @Test func rangesOfRootAreCut() throws {
    let result = try compile(
      """
      hypervisor: {memory: {at: 2M, size: 1M}}
      memory: [{at: 0, size: 16M, kind: ram}, {at: 0xfec00000, size: 0x300000, kind: device}]
      cell-memory: {at: 8M, size: 4M}
      cells: {c: 1M}
      links: [{between: [c, d], size: 64K}]
      interrupt-chips: [{at: 0xfec00000, pins: 0-23}]
      iommus: [{at: 0xfed90000, covers: others}]
      """)
    #expect(
      spans(result.root.root.regions) == [
        "0x0+0x200000 rwx dma", "0x300000+0x500000 rwx dma", "0xc00000+0x400000 rwx dma",
        "0xfec01000+0x18f000 rw-", "0xfed91000+0x6f000 rw-", "0xfee01000+0xff000 rw-",
        "0x800000+0x100000 rw-", "0x910000+0x2f0000 rw-",
      ])
  }

  @Test func kindsDecideRights() throws {
    let kinds = ["ram", "firmware", "rom", "device", "hidden"].enumerated()
      .map { "{at: \($0.offset)M, size: 4K, kind: \($0.element)}" }.joined(separator: ", ")
    let result = try compile("memory: [\(kinds), {at: 9M, size: 4K, kind: hidden, rights: rx}]")
    #expect(
      result.root.root.regions.map { Listing.rights($0.flags) } == ["rwx dma", "rw-", "r--", "rw-", "r-x"])
  }

  @Test func ramComesInTwoPiecesOnX86() throws {
    let machine = "cell-memory: {at: 0x3a600000, size: 64M}\ncells: {small: 1M, c: 5M}"
    let result = try compile(machine, "ram: 5M\n").cell
    #expect(result.regions.map(\.virtualStart) == [0, 0x20_0000, 0x10_0000])
    #expect(result.regions.map(\.size) == [1 << 20, 4 << 20, 4096])
    #expect(result.regions[1].physicalStart % (2 << 20) == 0, "its pages can be large")
    #expect(result.regions[1].physicalStart == result.regions[0].physicalStart + (1 << 20))
    #expect(result.messageReplyTimeout == CellCompiler.defaultTimeout)
    let exact = try compile("cell-memory: {at: 0, size: 64M}\ncells: {c: 1M}", "ram: 1M\n").cell
    #expect(exact.regions.map(\.size) == [1 << 20, 4096])
  }

  @Test func ramCanBePlacedByHandAndMoved() throws {
    let result = try compile(
      "cpus: 0-3",
      "ram: {size: 4M, at: 0x3b000000, guest: 0x40000000}\ncommunication-region: none\nreset-address: 4K\n"
    ).cell
    #expect(spans(result.regions) == ["0x3b000000+0x400000 rwx loadable"])
    #expect(result.regions[0].virtualStart == 0x4000_0000 && result.cpuResetAddress == 4096)
    // It cannot answer: root never waits.
    #expect(result.messageReplyTimeout == 0 && result.flags == [.passiveCommunication])
  }

  @Test func passiveCellsOnlyReadTheirPage() throws {
    let result = try compile(
      "cell-memory: {at: 0, size: 64M}\ncells: {c: 1M}",
      "ram: 1M\ncommunication-region: {at: 0x200000, mode: passive}\n"
    ).cell
    #expect(result.flags == [.passiveCommunication])
    #expect(
      result.regions[1].flags == [.read, .communication] && result.regions[1].virtualStart == 0x20_0000)
    #expect(result.messageReplyTimeout == 0)
  }

  static let pci = """
    cell-memory: {at: 0, size: 64M}
    cells: {c: 1M}
    iommus:
      - {name: one, at: 0x1000000000, covers: [00:01.0]}
      - {name: two, at: 0x1000001000, covers: others}
    interrupt-chips: [{at: 0xfec00000, pins: 0-23, requester: f0:1f.7, iommu: two}]
    devices: {uart: {ports: 0x2f8-0x2ff, interrupts: [3, 5]}, tiny: {memory: {at: 0xf0003000, size: 256}}}
    pci:
      00:01.0: {buses: 1-2}
      01:00.0: {buses: 2}
      02:00.0:
        name: card
        bars: {0: {at: 0xf0000000, size: 8K}, 2: {at: 0xf0004000, size: 256}, 3: {at: 0xf0003100, size: 256}, 4: {ports: 0xe000-0xe01f}, 5: {at: 0xf0005000, size: 4K}}
        msi-x: {vectors: 3, bar: 0, offset: 4K}
        interrupts: 16
        capabilities: [{id: pci-express, at: 0x40, size: 20}, {id: msi-x, at: 0x60, size: 12}]
      03:00.0: {name: other, msi: {vectors: 1}}
    """

  @Test func aFunctionBringsItsParts() throws {
    let result = try compile(Self.pci, "ram: 1M\ndevices: [card]\n").cell
    #expect(
      spans(result.regions) == [
        "0x0+0x100000 rwx dma loadable", "0x0+0x1000 rw- communication",
        "0xf0000000+0x1000 rw-",  // without the page of the MSI-X table
        "0xf0004000+0x1000 rw-",  // alone in its page
        "0xf0003100+0x100 rw- io-8 io-16 io-32",  // its page is shared with `tiny`
        "0xf0005000+0x1000 rw-",
      ])
    #expect(result.ports == [PortRange(base: 0xe000, length: 32)])
    #expect(result.interruptChips.isEmpty, "legacy lines are never given")
    let device = result.devices[0]
    #expect(device.iommu == 0, "the bridge above is covered by the first unit")
    #expect(device.msixAddress == 0xf000_1000 && device.msixRegionSize == 4096 && device.msixVectors == 3)
    #expect(device.barMasks == [0xffff_e000, 0, 0xffff_ff00, 0xffff_ff00, 0xffff_ffe0, 0xffff_f000])
    #expect(result.capabilities.map(\.flags) == [0, 1])
    #expect(try compile(Self.pci, "devices: [other]\n").cell.devices[0].iommu == 1)
  }

  @Test func aDeviceBringsItsParts() throws {
    let result = try compile(Self.pci, "console: {device: uart, baud: 9600}\n").cell
    #expect(result.ports == [PortRange(base: 0x2f8, length: 8)])
    #expect(result.interruptChips.map(\.pins) == [[0x28, 0, 0, 0]])
    #expect(result.interruptChips.map(\.id) == [0x1f0ff])
    #expect(result.console.type == 2 && result.console.address == 0x2f8 && result.console.divider == 12)
    let quiet = try compile(Self.pci, "devices: [{device: uart, interrupts: false}]\n").cell
    #expect(quiet.interruptChips.isEmpty && quiet.ports.count == 1)
  }

  @Test func rootGetsTheInventory() throws {
    let root = try compile(Self.pci).root.root
    #expect(root.devices.count == 4)
    #expect(root.devices.map(\.iommu) == [0, 0, 0, 1])
    #expect(root.interruptChips.map(\.pins) == [[0xff_ffff, 0, 0, 0]])
    #expect(root.capabilities.count == 2)
  }

  @Test func theHypervisorsConsoleIsItsOwn() throws {
    let devices = "\ndevices: {a: {ports: 1}, b: {ports: 2}}"
    let own = try compile("hypervisor: {memory: {at: 0, size: 4K}, console: a}" + devices)
    #expect(own.root.root.ports == [PortRange(base: 2, length: 1)])
    let shared = try compile(
      "hypervisor: {memory: {at: 0, size: 4K}, console: {device: a, shared-with-root: true}}" + devices)
    #expect(shared.root.root.ports.count == 2)
    #expect(shared.root.debugConsole.address == 1)
  }

  @Test func pinnedMemoryKeepsItsPlace() throws {
    let result = try compile(
      """
      cell-memory: [{at: 16M, size: 8M}, {at: 64M, size: 64M}]
      cells: {a: 6M, c: {ram: 1M, at: 16M}, b: 1M}
      links: [{between: [c, b], size: 64K, at: 0x1700000}]
      """, "ram: 1M\nlink: b\n"
    ).cell
    #expect(result.regions[0].physicalStart == 16 << 20)
    #expect(result.regions.contains { $0.physicalStart == 0x170_0000 })
  }

  @Test func plainLinksAndLinksWithRoot() throws {
    let machine = """
      cell-memory: {at: 16M, size: 8M}
      links:
        - {between: [c, b], size: 64K, as: plain, writer: b}
        - {between: [root, c], size: 64K, common: 8K, vectors: 0}
      """
    let result = try compile(machine, "links: [{with: b, guest: 0x5000}, root]\n")
    #expect(
      result.cell.regions[0].flags == [.read, .rootShared] && result.cell.regions[0].virtualStart == 0x5000)
    let own = result.cell.devices[0]
    let root = result.root.root.devices[0]
    #expect(own.bdf == root.bdf && own.shmemDeviceID == 1 && root.shmemDeviceID == 0)
    #expect(own.barMasks[1] == 0 && own.msixVectors == 0)
    #expect(own.shmemRegionsStart == 1)
    let first = Int(root.shmemRegionsStart)
    let sections = result.root.root.regions[first..<first + 4]
    #expect(sections.map(\.size) == [4096, 8192, 24576, 24576])
    #expect(sections.map { $0.flags.contains(.write) } == [false, true, true, false])
  }

  @Test func armHasItsOwnShapes() throws {
    let result = try compile(
      """
      architecture: arm64
      gic: {version: 3, maintenance-interrupt: 25, distributor: 0x8000000, redistributor: 0x80a0000}
      cell-memory: {at: 0x70000000, size: 64M}
      cells: {c: 16M}
      interrupt-chips: [{at: 0x8000000, pins: 32-300}]
      devices:
        uart: {memory: {at: 0x9000000, size: 4K}, interrupts: [33, 200], uart: {type: pl011, flags: [mmio, distance-4]}}
      """, "ram: 16M\nconsole: uart\n"
    ).cell
    #expect(result.regions[0].physicalStart == 0x7000_0000 && result.regions[0].size == 16 << 20)
    #expect(result.regions[1].virtualStart == 0x8000_0000)
    #expect(result.regions[2].flags == [.read, .write, .io])
    #expect(result.interruptChips.map(\.pinBase) == [32, 192])
    #expect(result.interruptChips.map { InterruptSyntax.pins(of: $0) } == [[33], [200]])
    #expect(result.console.type == 3 && result.console.address == 0x900_0000 && result.console.size == 4096)
  }

  @Test func inventoryNamesEverything() throws {
    let folder = try TemporaryFolder()
    let loaded = Loader.load(paths: [
      try folder.write(
        "m.cell",
        "machine: m\ncpus: {present: 0-3, siblings: [[0, 1], [2, 3]], leaks-between-threads: true}\npower-ports: [0xcf9]\n"
          + Self.pci)
    ])
    let inventory = try #require(loaded.files.first).inventory
    #expect(
      inventory.machine == "m" && inventory.leaksBetweenThreads
        && inventory.coreSiblings == [[0, 1], [2, 3]])
    #expect(inventory.devices.map(\.name) == ["uart", "tiny", "00:01.0", "01:00.0", "card", "other"])
    #expect(inventory.devices[4].function == 0x200 && inventory.devices[4].pins == [.init(chip: 0, pin: 16)])
    #expect(inventory.behindBridge == [0x8: [0x100], 0x100: [0x200]])
    #expect(inventory.powerPorts == [PortRange(base: 0xcf9, length: 1)])
    #expect(inventory.ranges.contains(.init(name: "memory of cell c", start: 0, size: 1 << 20)))
  }
}

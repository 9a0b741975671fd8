// SPDX-License-Identifier: Apache-2.0
// The files in configs/: they load without a word, agree with one another, and give nothing twice.

import Foundation
import Testing

@testable import CellConfig

@Suite struct ConfigsTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("configs").path

  static func paths() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".cell") }.sorted()
      .map { "\(folder)/\($0)" }
  }

  static func all() throws -> [LoadedFile] {
    let loaded = Loader.load(paths: try paths())
    #expect(loaded.problems.isEmpty, "\(loaded.problems.flatMap(\.lines))")
    return loaded.files
  }

  @Test func threeMachinesWithThreeCellsEach() throws {
    let files = try Self.all()
    let machines = Dictionary(grouping: files, by: \.machineName)
    #expect(machines.count == 3)
    for (name, members) in machines {
      #expect(name != nil)
      #expect(members.count >= 4, "\(name ?? "")")
      let linked = members.filter { file in file.configuration.cell.devices.contains { $0.type == 3 } }
      #expect(linked.count >= 2, "\(name ?? "")")
    }
    #expect(files.flatMap(\.warnings).isEmpty)
  }

  @Test func everyItemHasAPlaceOnItsLine() throws {
    for file in try Self.all() {
      let cell = file.configuration.cell
      var items: [Item] = [.file, .header, .name, .cpus]
      items += cell.regions.indices.map { .region($0) } + cell.ports.indices.map { .port($0) }
      items += cell.devices.indices.map { .device($0) } + cell.capabilities.indices.map { .capability($0) }
      items += cell.interruptChips.indices.map { .interruptChip($0) } + cell.caches.indices.map { .cache($0) }
      if case .system(_, let system) = file.configuration {
        items += [.hypervisorMemory, .debugConsole, .platform] + system.iommuUnits.indices.map { .iommu($0) }
      } else {
        items += [.resetAddress]
      }
      for item in items {
        let place = file.places[item]
        #expect(place?.line != nil && place?.excerpt != nil, "\(file.path): \(item)")
        if case .region = item { #expect(file.names[item] != nil, "\(file.path): \(item)") }
        if case .port = item { #expect(file.names[item] != nil, "\(file.path): \(item)") }
        if case .device = item { #expect(file.names[item] != nil, "\(file.path): \(item)") }
      }
    }
  }

  @Test func aCellCompiledAloneIsTheSame() throws {
    let together = try Self.all()
    for file in together {
      let alone = Loader.load(paths: [file.path])
      #expect(alone.problems.isEmpty, "\(file.path)")
      #expect(alone.files.first?.binary == file.binary, "\(file.path)")
    }
    let reversed = Loader.load(paths: try Self.paths().reversed())
    #expect(Set(reversed.files.map(\.binary)) == Set(together.map(\.binary)))
  }

  @Test func nothingIsGivenTwice() throws {
    for (machine, files) in Dictionary(grouping: try Self.all(), by: \.machineName) {
      let cells = files.filter { if case .cell = $0.configuration { true } else { false } }
      for (index, a) in cells.enumerated() {
        for b in cells[(index + 1)...] {
          let (one, two) = (a.configuration.cell, b.configuration.cell)
          #expect(
            Set(one.cpus).isDisjoint(with: two.cpus), "\(machine ?? ""): CPUs of \(one.name), \(two.name)")
          for x in one.regions where !x.flags.contains(.communication) && x.size > 0 {
            for y in two.regions where !y.flags.contains(.communication) && y.size > 0 {
              let meet =
                x.physicalStart < y.physicalStart + y.size && y.physicalStart < x.physicalStart + x.size
              let shared = x.flags.contains(.rootShared) && y.flags.contains(.rootShared)
              #expect(!meet || shared, "\(machine ?? ""): \(one.name), \(two.name) at \(x.physicalStart)")
              // A section that both reach is written by one of them, or is the common one.
              if meet { #expect(x.physicalStart == y.physicalStart && x.size == y.size) }
            }
          }
          #expect(one.ports.allSatisfy { x in two.ports.allSatisfy { $0.base != x.base } })
          let functions = Set(one.devices.filter { $0.type != 3 }.map(\.bdf))
          #expect(functions.isDisjoint(with: two.devices.filter { $0.type != 3 }.map(\.bdf)))
        }
      }
    }
  }

  @Test func bothEndsOfALinkFit() throws {
    var pairs = 0
    for (_, files) in Dictionary(grouping: try Self.all(), by: \.machineName) {
      let cells = files.map(\.configuration.cell)
      for (index, one) in cells.enumerated() {
        for two in cells[(index + 1)...] {
          for a in one.devices where a.type == 3 {
            for b in two.devices where b.type == 3 && b.bdf == a.bdf {
              pairs += 1
              #expect(a.shmemDeviceID != b.shmemDeviceID)
              #expect(a.shmemPeers == b.shmemPeers && a.shmemProtocol == b.shmemProtocol)
              for section in 0..<2 + Int(a.shmemPeers) {
                let x = one.regions[Int(a.shmemRegionsStart) + section]
                let y = two.regions[Int(b.shmemRegionsStart) + section]
                #expect(x.physicalStart == y.physicalStart && x.size == y.size)
                let writers = [x, y].filter { $0.flags.contains(.write) }.count
                #expect(writers == (section == 0 ? 0 : section == 1 ? 2 : 1))
              }
            }
          }
        }
      }
    }
    #expect(pairs == 4)
  }

  /// Nothing of a machine is reachable that must be trapped.
  @Test func forbiddenPagesAreMappedNowhere() throws {
    for (_, files) in Dictionary(grouping: try Self.all(), by: \.machineName) {
      guard
        case .system(_, let system)? = files.map(\.configuration).first(where: {
          if case .system = $0 { true } else { false }
        })
      else {
        Issue.record("a machine without its file")
        continue
      }
      var forbidden: [(UInt64, UInt64)] = [(0xfee0_0000, 4096)]
      forbidden.append((system.hypervisorMemory.physicalStart, system.hypervisorMemory.size))
      forbidden += system.iommuUnits.map { ($0.base, UInt64($0.size)) }
      forbidden += system.root.interruptChips.map { ($0.address, 4096) }
      forbidden += system.root.devices.map { ($0.msixAddress, UInt64($0.msixRegionSize)) }
      if system.pciMMConfigBase != 0 {
        forbidden.append((system.pciMMConfigBase, (UInt64(system.pciMMConfigEndBus) + 1) << 20))
      }
      for region in files.flatMap(\.configuration.cell.regions) where !region.flags.contains(.communication) {
        for (start, size) in forbidden where size > 0 && region.size > 0 {
          #expect(region.physicalStart >= start + size || start >= region.physicalStart + region.size)
        }
      }
    }
  }
}

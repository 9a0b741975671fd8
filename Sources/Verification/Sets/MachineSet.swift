// SPDX-License-Identifier: Apache-2.0
// The files of one machine that are meant to exist together, and the facts that rules share.

import CellConfig

/// A system file and the cells that exist on it at the same time.
public struct MachineSet: Sendable {
  /// The machine's name: from the inventory, else the root cell's.
  public var name: String
  /// The root cell and then the cells, in the order of the command line.
  public var members: [Member]
  /// What the system file says.
  public var system: SystemDescription
  /// Processor architecture of the system file.
  public var architecture: Architecture
  /// What the machine file knows beyond the binary form.
  public var inventory: Inventory

  /// Every region of every member except placeholders, in file order.
  let regions: [RegionFact]
  /// What no cell may reach.
  let neverMap: [NeverMapRange]
  /// Union of the root cell's regions, host-physical.
  let rootCoverage: Coverage
  let naming: Naming
  /// Indices of the regions that are sections of a virtual link, by member.
  let linkSections: [Int: Coverage]

  /// Groups a system file with cells; nil where `system` is no system file.
  public init?(system file: LoadedFile, cells: [LoadedFile]) {
    guard case .system(let architecture, let system) = file.configuration else { return nil }
    self.system = system
    self.architecture = architecture
    inventory = file.inventory
    members = ([file] + cells).enumerated().map { Member(index: $0.offset, file: $0.element) }
    name = file.inventory.machine ?? file.machineName ?? members[0].name
    regions = members.flatMap { member in
      member.cell.regions.enumerated().filter { $0.element.size > 0 }.map {
        RegionFact(member: member.index, index: $0.offset, region: $0.element)
      }
    }
    neverMap = neverMapRanges(architecture, system, members)
    rootCoverage = Coverage(
      regions.filter { $0.member == 0 && !$0.isCommunication }.map { ($0.first, $0.last) })
    naming = Naming(file.inventory, members)
    linkSections = Dictionary(
      uniqueKeysWithValues: members.map { member in
        let sections = member.cell.devices.filter(\.isLink).map { device in
          let start = UInt64(device.shmemRegionsStart)
          return (first: start, last: start + 1 + UInt64(device.shmemPeers))
        }
        return (member.index, Coverage(sections))
      })
  }

  /// The root cell.
  public var root: Member { members[0] }
  /// The cells besides root.
  public var cells: ArraySlice<Member> { members.dropFirst() }
  /// Regions of non-root cells that name host-physical memory.
  var cellRegions: [RegionFact] { regions.filter { $0.member != 0 && !$0.isCommunication } }
  /// The same set with only the cells at these member indices.
  func keeping(_ indices: Set<Int>) -> MachineSet {
    let kept = cells.filter { indices.contains($0.index) }.map(\.file)
    return MachineSet(system: root.file, cells: kept) ?? self
  }
  /// The hypervisor's own memory; nil where none is configured.
  var hypervisor: (first: UInt64, last: UInt64)? {
    let memory = system.hypervisorMemory
    return memory.size == 0 ? nil : (memory.physicalStart, lastByte(memory.physicalStart, memory.size))
  }
}

// SPDX-License-Identifier: Apache-2.0
// Whose an address or a port is, by the files of a set.

import CellConfig

/// Who has something, and what it is called.
struct Ownership: Equatable {
  /// `the hypervisor`, `cell linux`, `the root cell`; nil: nobody's.
  var owner: String?
  /// The device or range.
  var name: String?
  /// Nobody can be given it.
  var isProtected: Bool
  /// It is a device that a cell's file can name.
  var isDevice: Bool
}

/// The set of files that a violation is looked up in.
public struct ViolationSet {
  let system: SystemDescription
  let inventory: Inventory
  /// Root, then the other cells, with the files.
  let cells: [(name: String, cell: CellDescription)]

  /// The machine file among `files`, and cells; nil where there is none.
  public init?(_ files: [LoadedFile]) {
    var system: SystemDescription?
    var inventory = Inventory()
    var others: [(name: String, cell: CellDescription)] = []
    for file in files {
      switch file.configuration {
      case .system(_, let found):
        if system == nil { (system, inventory) = (found, file.inventory) }
      case .cell(_, let cell): others.append((cell.name, cell))
      }
    }
    guard let system else { return nil }
    (self.system, self.inventory) = (system, inventory)
    cells = [("root", system.root)] + others
  }

  /// The cell of a CPU: the one that names it, or root.
  func cell(of violation: Violation) -> Int {
    cells.indices.dropFirst().first { cells[$0].cell.cpus.contains(Int(truncatingIfNeeded: violation.cpu)) }
      ?? 0
  }
  func title(_ index: Int) -> String { index == 0 ? "the root cell" : "cell \(cells[index].name)" }

  /// Pages that the hypervisor answers for.
  private func protected(_ address: UInt64) -> String? {
    let page = address & ~0xfff
    if page == 0xfee0_0000 { return "the local APIC's page" }
    if cells.flatMap(\.cell.interruptChips).contains(where: { $0.address & ~0xfff == page }) {
      return "an I/O APIC's page"
    }
    if system.iommuUnits.contains(where: {
      $0.base != 0 && address >= $0.base && address - $0.base < UInt64($0.size)
    }) {
      return "an IOMMU's registers"
    }
    let base = system.pciMMConfigBase
    if base != 0, address >= base, address - base < (UInt64(system.pciMMConfigEndBus) + 1) << 20 {
      return "PCI configuration space"
    }
    for device in cells.flatMap(\.cell.devices) where device.msixAddress != 0 {
      let start = device.msixAddress & ~0xfff
      if address >= start, address - start < max(UInt64(device.msixRegionSize), 4096) {
        return "the MSI-X table of \(PCIFunction(domain: device.domain, bdf: device.bdf))"
      }
    }
    return nil
  }

  /// Whose host-physical memory is.
  func owner(ofMemory address: UInt64) -> Ownership {
    let memory = system.hypervisorMemory
    if address >= memory.physicalStart, address - memory.physicalStart < memory.size {
      return Ownership(owner: "the hypervisor", name: "its own memory", isProtected: true, isDevice: false)
    }
    if let page = protected(address) {
      return Ownership(owner: "the hypervisor", name: page, isProtected: true, isDevice: false)
    }
    let device = inventory.devices.first { device in
      device.memory.contains { address >= $0.physicalStart && address - $0.physicalStart < $0.size }
    }
    let range = inventory.ranges.filter { address >= $0.start && address - $0.start < $0.size }
      .min { $0.size < $1.size }
    let holder = cells.indices.reversed().first { index in
      cells[index].cell.regions.contains {
        !$0.flags.contains(.communication) && address >= $0.physicalStart
          && address - $0.physicalStart < $0.size
      }
    }
    return Ownership(
      owner: holder.map { title($0) }, name: device?.name ?? range?.name, isProtected: false,
      isDevice: device != nil)
  }

  /// Whose a port is.
  func owner(ofPort port: UInt64) -> Ownership {
    func has(_ range: PortRange) -> Bool {
      port >= UInt64(range.base) && port < UInt64(range.base) + UInt64(range.length)
    }
    // Reset, SMI, PCI configuration: the core claims them (Ledger/Protected.swift).
    var isProtected = (0xcf8...0xcff).contains(port) || port == 0x92 || (0xb2...0xb3).contains(port)
    if case .x86(let timer, _, _, _, _) = system.platform, timer >= 4 {
      isProtected = isProtected || (UInt64(timer) - 4..<UInt64(timer)).contains(port)
    }
    let device = inventory.devices.first { $0.ports.contains(where: has) }
    let holder = cells.indices.reversed().first { cells[$0].cell.ports.contains(where: has) }
    return Ownership(
      owner: isProtected ? "the hypervisor" : holder.map { title($0) }, name: device?.name,
      isProtected: isProtected, isDevice: device != nil)
  }
}

// SPDX-License-Identifier: Apache-2.0
// The pages that no cell may reach: whoever writes there rules the machine's interrupts, buses or DMA.

import CellConfig

/// A host-physical range that must be mapped to no cell, and where the configuration says so.
struct NeverMapRange: Sendable, Hashable {
  /// What stands there.
  enum Kind: Sendable, Hashable {
    case localAPIC
    case interruptController
    case mmconfig
    case iommu
    /// The MSI-X table of the function (domain << 16 | bdf).
    case msixTable(UInt32)
  }
  var kind: Kind
  var first: UInt64
  var last: UInt64
  /// `the IOAPIC at 0xfec00000`.
  var name: String
  /// The member and item that declare it.
  var member: Int
  var item: Item
}

/// The x86 local APIC page; the same address in every cell's guest-physical space.
let localAPICPage: UInt64 = 0xfee0_0000

/// All never-map ranges that the files of a set declare, and the local APIC on x86.
func neverMapRanges(
  _ architecture: Architecture, _ system: SystemDescription, _ members: [Member]
) -> [NeverMapRange] {
  var ranges: [NeverMapRange] = []
  func add(
    _ kind: NeverMapRange.Kind, _ start: UInt64, _ size: UInt64, _ name: String, _ member: Int, _ item: Item
  ) {
    // Tables are page-granular: whoever gets a part of the page gets the page.
    let first = start & ~0xfff
    ranges.append(
      NeverMapRange(
        kind: kind, first: first, last: lastByte(start, max(size, 1)) | 0xfff, name: name, member: member,
        item: item))
  }
  if architecture == .x86 {
    add(.localAPIC, localAPICPage, 0x1000, "the local APIC at \(hex(localAPICPage))", 0, .platform)
  }
  if case .arm(_, let version, let gicd, let gicc, let gich, let gicv, let gicr) = system.platform,
    architecture != .x86
  {
    let frames: [(UInt64, UInt64, String)] = [
      (gicd, version == 3 ? 0x10000 : 0x1000, "GIC distributor"), (gicc, 0x2000, "GIC CPU interface"),
      (gich, 0x2000, "GIC hypervisor interface"), (gicv, 0x2000, "GIC virtual CPU interface"),
      // A frame for each CPU number up to the highest: the set may have gaps, the frames have none.
      (gicr, 0x20000 * (UInt64(system.root.cpus.max() ?? 0) + 1), "GIC redistributors"),
    ]
    for (base, size, name) in frames where base != 0 {
      add(.interruptController, base, size, "the \(name) at \(hex(base))", 0, .platform)
    }
  }
  if system.pciMMConfigBase != 0, system.pciIsVirtual == 0 {
    let size = (UInt64(system.pciMMConfigEndBus) + 1) << 20
    add(
      .mmconfig, system.pciMMConfigBase, size,
      "the PCI configuration window at \(hex(system.pciMMConfigBase))",
      0, .mmconfig)
  }
  for (index, unit) in system.iommuUnits.enumerated() where unit.base != 0 {
    add(
      .iommu, unit.base, UInt64(unit.size), "the registers of IOMMU unit \(index) at \(hex(unit.base))", 0,
      .iommu(index))
  }
  var chips: Set<UInt64> = []
  var tables: Set<UInt64> = []
  for member in members {
    if architecture == .x86 {
      for (index, chip) in member.cell.interruptChips.enumerated()
      where chip.address != 0 && chips.insert(chip.address).inserted {
        add(
          .interruptController, chip.address, 0x1000, "the IOAPIC at \(hex(chip.address))", member.index,
          .interruptChip(index))
      }
    }
    for (index, device) in member.cell.devices.enumerated()
    where !device.isLink && device.msixAddress != 0 && tables.insert(device.msixAddress).inserted {
      let size = max(UInt64(device.msixRegionSize), UInt64(device.msixVectors) * 16)
      let name = member.file.names[.device(index)].map { "\($0) (\(functionText(device.function)))" }
      add(
        .msixTable(device.function), device.msixAddress, size,
        "the MSI-X table of \(name ?? functionText(device.function)) at \(hex(device.msixAddress))",
        member.index, .device(index))
    }
  }
  return ranges.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
}

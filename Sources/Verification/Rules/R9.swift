// SPDX-License-Identifier: Apache-2.0
// R9: must-trap pages that the configuration does not mention.

import CellConfig

extension Rule {
  /// Interrupt controllers and IOMMUs of the platform, and emulated BARs, are mapped to no cell.
  static let r9 = Rule(
    "R9", .practice, .error,
    "No cell maps an interrupt controller or IOMMU that the platform has at its usual address or the machine file names, nor "
      + "the window of an emulated PCI bus.",
    why: """
      M3 knows the pages that the configuration declares. What it forgets to declare is still there: on x86 an IOAPIC at \
      0xfec00000 and VT-d at 0xfed90000 on practically every board, and what the inventory names. The registers of a virtual \
      PCI bus work by trapping: memory mapped over them silently replaces the device, and the link never comes up.
      """,
    example:
      "A cell maps the bus window 0xfe000000-0xfeffffff on a board whose configuration lists no IOAPIC.",
    remedy: "Cut the page out of the region; list the chip in the machine file."
  ) { set in
    let declared = Coverage(set.neverMap.map { ($0.first, $0.last) })
    let hidden = OverlapIndex(set.platformPages.filter { declared.missing($0.first, $0.last) != nil }) {
      ($0.first, $0.last)
    }
    return set.regions.filter { !$0.isCommunication && !($0.member == 0 && $0.isSubPage) }.flatMap { region in
      hidden.meeting(region.first, region.last).filter { range in
        // A virtual bus concerns those cells that have a device on it.
        range.kind != .mmconfig || set.members[region.member].cell.devices.contains(where: \.isLink)
      }.map { range in
        var finding = set.neverMapFinding("R9", region, range)
        if region.member == 0 {
          finding.consequence =
            "Ostrog carves out of root's map only the pages that the configuration declares."
        }
        if range.kind == .mmconfig {
          finding.severity = region.member == 0 ? .warning : .error
          finding.consequence =
            "Accesses reach memory instead of the emulated device: the link is silently dead."
        }
        return finding
      }
    }
  }
}

extension MachineSet {
  /// Must-trap pages from the platform's habits, the inventory and the virtual PCI bus, declared or not.
  var platformPages: [NeverMapRange] {
    var pages: [NeverMapRange] = []
    func add(_ kind: NeverMapRange.Kind, _ start: UInt64, _ size: UInt64, _ name: String, _ item: Item) {
      pages.append(
        NeverMapRange(
          kind: kind, first: start & ~0xfff, last: lastByte(start, max(size, 1)) | 0xfff, name: name,
          member: 0,
          item: item))
    }
    if architecture == .x86 {
      add(.interruptController, 0xfec0_0000, 0x1000, "the IOAPIC at its usual address 0xfec00000", .platform)
      if !system.iommuUnits.isEmpty {
        add(.iommu, 0xfed9_0000, 0x1000, "VT-d at its usual address 0xfed90000", .platform)
      }
    }
    let kinds: [(String, NeverMapRange.Kind)] = [
      ("ioapic", .interruptController), ("gic", .interruptController), ("lapic", .interruptController),
      ("iommu", .iommu), ("vtd", .iommu), ("dmar", .iommu), ("smmu", .iommu),
      ("mmconfig", .mmconfig), ("ecam", .mmconfig),
    ]
    let named =
      inventory.ranges.map { ($0.name, $0.start, $0.size) }
      + inventory.devices.flatMap { device in device.memory.map { (device.name, $0.physicalStart, $0.size) } }
    for (name, start, size) in named where size > 0 {
      let words = Set(nameWords(name))
      guard let kind = kinds.first(where: { words.contains($0.0) })?.1 else { continue }
      add(kind == .mmconfig ? .iommu : kind, start, size, "\(name) at \(hex(start))", .file)
    }
    if system.pciIsVirtual != 0, system.pciMMConfigBase != 0 {
      let most = members.map { $0.cell.devices.count(where: \.isLink) }.max() ?? 0
      let size = (UInt64(system.pciMMConfigEndBus) + 1) << 20 + UInt64(most) * 0x2000
      add(
        .mmconfig, system.pciMMConfigBase, size, "the virtual PCI bus at \(hex(system.pciMMConfigBase))",
        .mmconfig)
    }
    return pages.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
  }
}

// SPDX-License-Identifier: Apache-2.0
// M3: a region maps a page that must be mapped to no cell.

extension Rule {
  /// Interrupt controllers, PCI configuration space, IOMMU registers and MSI-X tables are mapped to no cell.
  static let m3 = Rule(
    "M3", .memory, .error,
    "No region maps the local APIC, an interrupt controller, the PCI configuration window, an IOMMU's registers or an "
      + "MSI-X table.",
    why: """
      These pages steer interrupts, buses and DMA for the whole machine. The hypervisor must see every access to them; \
      a mapping bypasses it. A page counts as soon as one byte of it does, because page tables cannot map less. An MSI-X \
      table that the function's own cell maps is reported as D2. In the root cell it is a warning: shipping configurations \
      contain it, and Ostrog carves these pages out of root's map. The redistributors of a GICv3 have 128 KiB for each CPU \
      number from 0 to the highest of the machine. On x86 a write to any address from 0xfee00000 to 0xfeefffff can be an \
      interrupt message: no cell but root may have one of them.
      """,
    example: "A cell's device region 0xfec00000-0xfec0ffff contains the IOAPIC at 0xfec00000.",
    remedy: "Cut the page out of the region; the hypervisor provides these registers by trapping accesses."
  ) { set in
    let ranges = OverlapIndex(set.neverMap) { ($0.first, $0.last) }
    return set.regions.filter { !$0.isCommunication }.flatMap { region in
      // A region that is trapped access by access still reaches the register itself.
      ranges.meeting(region.first, region.last).compactMap { range -> Finding? in
        if case .msixTable(let function) = range.kind,
          set.members[region.member].cell.devices.contains(where: { $0.function == function && !$0.isLink })
        {
          return nil
        }
        return set.neverMapFinding("M3", region, range)
      } + set.messageWindowFinding(region)
    }
  }
}

extension MachineSet {
  /// The finding that a cell's region reaches the x86 interrupt messages behind the local APIC's page. Root keeps them: the
  /// page of the local APIC is what the core carves out of its map.
  fileprivate func messageWindowFinding(_ region: RegionFact) -> [Finding] {
    let window = (first: localAPICPage + 0x1000, last: localAPICPage + 0xf_ffff)
    guard architecture == .x86, region.member != 0, region.first <= window.last,
      region.last >= window.first
    else { return [] }
    let owner = members[region.member]
    let (first, last) = (max(region.first, window.first), min(region.last, window.last))
    return [
      Finding(
        "M3", .error, "\(owner.title)'s \(regionName(region)) maps the interrupt message window",
        at: side(region),
        witness: Witness(
          .hostPhysical, first, last: last,
          "host-physical \(hex(first)) is reachable by \(owner.title) and must be reachable by no cell"),
        consequence: "A write or the DMA of a device there can be an interrupt on a CPU of another cell.",
        remedy: "Cut \(hexSpan(localAPICPage, window.last)) out of the region.")
    ]
  }

  /// The finding that a region reaches a never-map page.
  func neverMapFinding(_ code: String, _ region: RegionFact, _ range: NeverMapRange) -> Finding {
    let owner = members[region.member]
    let first = max(region.first, range.first)
    let consequence =
      switch range.kind {
      case .localAPIC: "A CPU of that cell could send interrupts, INIT and NMI to CPUs of other cells."
      case .interruptController: "The cell could redirect, mask or forge the interrupts of every other cell."
      case .mmconfig:
        "The cell could reprogram any PCI function, move its BARs over other cells' memory and start its DMA."
      case .iommu: "The cell could switch DMA protection off and then reach all memory through any device."
      case .msixTable: "The cell could make the device raise any interrupt vector on any CPU."
      }
    let kept = owner.isRoot
    return Finding(
      code, kept ? .warning : .error, "\(owner.title)'s \(regionName(region)) maps \(range.name)",
      at: side(region),
      against: side(range),
      witness: Witness(
        .hostPhysical, first, last: min(region.last, range.last),
        "host-physical \(hex(first)) is reachable by \(owner.title) and must be reachable by no cell"),
      consequence: kept
        ? "Ostrog carves the page out of root's map; under a hypervisor that does not, root could use it directly."
        : consequence,
      remedy:
        "Cut \(hexSpan(range.first, range.last)) out of the region: split it into the part before and the part "
        + "after, or drop it if it was only meant to cover the whole bus window.")
  }
}

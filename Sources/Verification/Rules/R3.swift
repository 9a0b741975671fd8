// SPDX-License-Identifier: Apache-2.0
// R3: what the memory map of real machines adds: firmware ranges, loading, conflicting rights.

import CellConfig

extension Rule {
  /// The memory map holds against what firmware and loading demand.
  static let r3 = Rule(
    "R3", .practice, .error,
    "No cell has memory that firmware reserved, every loadable region can be loaded by root, and regions that name the same "
      + "memory twice agree on the rights.",
    why: """
      The three memory-map mistakes that the other rules do not see. Firmware and integrated graphics keep writing to \
      ranges that the operating system must not use; the machine file names them. Root loads an image by writing to the \
      region, so it must be root's. Where two regions of a cell name the same page with different rights, the later one wins, \
      which is rarely what was meant.
      """,
    example: "A loadable region at 0x3f000000 that no region of the root cell contains: loading hangs Linux.",
    remedy:
      "Move the region out of the reserved range and into the root cell's memory; merge doubled regions."
  ) { set in
    var found: [Finding] = []
    // A device's own windows are not reserved, whatever the device is called.
    let windows = Set(set.inventory.devices.flatMap(\.memory).map(\.physicalStart))
    let reserved = set.inventory.ranges.filter {
      $0.size > 0 && isReserved($0.name) && !windows.contains($0.start)
    }
    for region in set.cellRegions {
      let owner = set.members[region.member]
      for range in reserved
      where range.start <= region.last && lastByte(range.start, range.size) >= region.first
        && region.region.flags.contains(.write)
      {
        let first = max(range.start, region.first)
        found.append(
          Finding(
            "R3", .error,
            "\(owner.title)'s region \(region.index) lies in \(range.name), which firmware reserved",
            at: set.side(region), against: Side(place: set.root.place(named: range.name), label: range.name),
            witness: Witness(
              .hostPhysical, first, last: min(region.last, lastByte(range.start, range.size)),
              "host-physical \(hex(first)) belongs to \(range.name)"),
            consequence:
              "Firmware or an integrated device reads and writes the memory under the cell, at any time.",
            remedy: "Move the region out of \(hexSpan(range.start, lastByte(range.start, range.size)))."))
      }
      if region.region.flags.contains(.loadable),
        let gap = set.rootCoverage.missing(region.first, region.last)
      {
        found.append(
          Finding(
            "R3", .error,
            "\(owner.title)'s \(set.regionName(region)) is loadable, but root cannot reach all of it",
            at: set.side(region), against: set.side(0, .name),
            witness: Witness(
              .hostPhysical, gap.first, last: gap.last,
              "host-physical \(hex(gap.first)) is in no region of the root cell"),
            consequence: "Loading an image stops the root cell at its first write there.",
            remedy: "Add \(hexSpan(gap.first, gap.last)) to the root cell's regions."))
      }
    }
    return found + set.members.flatMap { set.doubledRegions($0.index) }
  }
}

/// Ranges that a machine file names as reserved. The name says so; named RAM and devices are not.
private func isReserved(_ name: String) -> Bool {
  let reserved: Set = ["reserved", "firmware", "acpi", "nvs", "smm", "tseg", "stolen", "secure", "bios"]
  return !reserved.isDisjoint(with: nameWords(name))
}

extension MachineSet {
  /// Regions of one cell that map the same guest-physical pages to the same memory with different rights.
  fileprivate func doubledRegions(_ member: Int) -> [Finding] {
    let facts = regions.filter { $0.member == member && !$0.isCommunication }
    let ranges = facts.enumerated().map { index, region in
      OwnedRange(
        first: region.guestFirst, last: region.guestLast,
        owner: Int(region.region.flags.intersection([.read, .write, .execute, .dma]).rawValue),
        tolerant: false,
        tag: index)
    }
    return clashes(ranges).compactMap { clash in
      let (a, b) = (facts[clash.earlier], facts[clash.later])
      // Different targets are rule M6's.
      guard
        a.region.physicalStart &- a.region.virtualStart == b.region.physicalStart &- b.region.virtualStart
      else { return nil }
      let (early, late) = a.index < b.index ? (a, b) : (b, a)
      let owner = members[member]
      return Finding(
        "R3", .warning,
        "\(owner.title)'s \(regionName(early)) and \(regionName(late)) name the same memory with different rights",
        at: side(late), against: side(early),
        witness: Witness(
          .guestPhysical, clash.first, last: clash.last,
          "guest-physical \(hex(clash.first)) is \(early.region.flags.words) and \(late.region.flags.words)"),
        consequence: "The later entry wins; a reordering of the file changes the cell's rights.",
        remedy: "Split or merge the regions so that each page is named once.")
    }
  }
}

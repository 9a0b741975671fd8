// SPDX-License-Identifier: Apache-2.0
// M2: a region overlaps the hypervisor's memory.

extension Rule {
  /// No cell's region overlaps the hypervisor's memory; in the root cell it is carved out.
  static let m2 = Rule(
    "M2", .memory, .error, "No region overlaps the hypervisor's own memory.",
    why: """
      The hypervisor's memory holds its code, its page tables and every cell's state: who writes there owns the machine. \
      In the root cell the overlap is a warning, because shipping configurations contain it and the hypervisor carves \
      its own memory out of root's map.
      """,
    example: "The hypervisor has 0x3a000000-0x3a5fffff, a cell's RAM starts at 0x3a500000.",
    remedy: "Place the region outside the hypervisor's memory, or move the hypervisor's reservation."
  ) { set in
    guard let hypervisor = set.hypervisor else { return [] }
    return set.regions.filter { !$0.isCommunication }.compactMap { region in
      guard region.first <= hypervisor.last, region.last >= hypervisor.first else { return nil }
      let first = max(region.first, hypervisor.first)
      let last = min(region.last, hypervisor.last)
      let owner = set.members[region.member]
      let kept = owner.isRoot
      return Finding(
        "M2", kept ? .warning : .error,
        "\(owner.title)'s \(set.regionName(region)) overlaps the hypervisor's memory",
        at: set.side(region), against: set.side(0, .hypervisorMemory),
        witness: Witness(
          .hostPhysical, first, last: last,
          "host-physical \(hex(first)) belongs to the hypervisor and is in \(owner.title)'s map"),
        consequence: kept
          ? "Ostrog carves its memory out of root's map, so isolation holds; another hypervisor may let root rewrite it."
          : "The cell can rewrite page tables and so reach every byte of the machine.",
        remedy: kept
          ? "Cut \(hexSpan(first, last)) out of the root cell's region."
          : "Move the region: the hypervisor occupies \(hexSpan(hypervisor.first, hypervisor.last)).")
    }
  }
}

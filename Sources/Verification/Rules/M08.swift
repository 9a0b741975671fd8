// SPDX-License-Identifier: Apache-2.0
// M8: root's devices keep DMA access to memory that a cell got.

extension Rule {
  /// When memory goes to a cell, root's devices lose it too.
  static let m8 = Rule(
    "M8", .memory, .error, "The root cell's devices keep no DMA access to memory that was given to a cell.",
    why: """
      The hypervisor compiles DMA tables from the ledger, so whole pages leave root's tables with the cell's creation \
      (confirmed for the tables' source by the proof's DMA property). What it cannot split is a page: where a cell gets a \
      part of a page of root's DMA memory, the IOMMU still lets root's devices write the whole page. Jailhouse has the \
      wider bug: it keeps root's DMA mapping wherever the cell's region lacks the DMA flag.
      """,
    example: "Root has RAM with DMA at 0-0x3fffffff; a cell gets 0x3b000100-0x3b0001ff out of it.",
    remedy: "Give the cell whole pages, or drop DMA from the root region that contains the page."
  ) { set in
    guard !set.system.iommuUnits.isEmpty else { return [] }
    let dma = OverlapIndex(set.regions.filter { $0.member == 0 && $0.region.flags.contains(.dma) }) {
      ($0.first, $0.last)
    }
    return set.cellRegions.compactMap { region in
      guard region.isSubPage, !region.isShared else { return nil }
      guard let source = dma.meeting(region.first, region.last).first else { return nil }
      let owner = set.members[region.member]
      let first = max(source.first, region.first)
      return Finding(
        "M8", .error, "root's devices keep DMA to \(owner.title)'s \(set.regionName(region))",
        at: set.side(region), against: set.side(source),
        witness: Witness(
          .hostPhysical, first, last: min(source.last, region.last),
          "host-physical \(hex(first)) belongs to \(owner.title), and the IOMMU can grant or deny only the page "
            + "\(hexSpan(first & ~0xfff, first | 0xfff)) of root's DMA memory"),
        consequence: "A device that root programs can read and overwrite what the cell keeps there.",
        remedy: "Give \(owner.title) the whole page, or drop the DMA flag from the root region.")
    }
  }
}

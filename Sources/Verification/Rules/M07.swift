// SPDX-License-Identifier: Apache-2.0
// M7: a cell's memory that root never had.

extension Rule {
  /// What a cell gets was root's before, so that it can go back.
  static let m7 = Rule(
    "M7", .memory, .warning, "The memory of a cell lies inside the root cell's regions.",
    why: """
      A cell may have memory that root never had (RAM hidden by mem=, a UART that Linux does not drive): it is accepted. But \
      when the cell is destroyed it can go back to nobody, and no check compares it with what the machine really has there.
      """,
    example: "Cell rtos has RAM at 0x3f000000, and the root cell's RAM ends at 0x3dffffff.",
    remedy: "Add the range to the root cell's regions, or leave it if it is meant to stay hidden from Linux."
  ) { set in
    set.cellRegions.compactMap { region in
      guard let gap = set.rootCoverage.missing(region.first, region.last) else { return nil }
      // Loading would fail: rule R3 says more about that.
      if region.region.flags.contains(.loadable) { return nil }
      // Sections of a link change no owner: they need not go back.
      if set.isLinkSection(region) { return nil }
      let owner = set.members[region.member]
      return Finding(
        "M7", .warning, "\(owner.title)'s \(set.regionName(region)) is not part of the root cell",
        at: set.side(region), against: set.side(0, .name),
        witness: Witness(
          .hostPhysical, gap.first, last: gap.last,
          "host-physical \(hex(gap.first)) is in no region of the root cell"),
        consequence:
          "After the cell is destroyed nobody owns \(hexSpan(gap.first, gap.last)) until the hypervisor "
          + "is disabled; a typing error in the address would go unnoticed.",
        remedy:
          "Add \(hexSpan(gap.first, gap.last)) to the root cell's regions, or keep it so if Linux must never see it."
      )
    }
  }
}

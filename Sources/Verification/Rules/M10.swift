// SPDX-License-Identifier: Apache-2.0
// M10: a cell gets part of a page that root maps whole.

extension Rule {
  /// Where a page is divided between root and a cell, the reader is told who keeps what.
  static let m10 = Rule(
    "M10", .memory, .warning, "A cell's sub-page region does not lie inside a whole-page region of root.",
    why: """
      Page tables cannot divide a page. Ostrog takes the page out of root's tables and traps root's accesses to the rest of \
      it; Jailhouse leaves the whole page to root, so root keeps access to what the cell was given. Either way \
      root's accesses to the rest change: they become slow, or they stop.
      """,
    example: "A cell gets the 32 bytes of a UART at 0xfe030020; root maps 0xfe030000-0xfe030fff.",
    remedy:
      "Give the cell the whole page where nothing else lives in it, or write root's remaining part as its own region."
  ) { set in
    let whole = OverlapIndex(
      set.regions.filter { $0.member == 0 && !$0.isSubPage && !$0.isCommunication }
    ) { ($0.first, $0.last) }
    return set.cellRegions.compactMap { region in
      guard region.isSubPage, !region.isShared,
        let around = whole.meeting(region.first, region.last).first
      else { return nil }
      let owner = set.members[region.member]
      return Finding(
        "M10", .warning,
        "\(owner.title)'s \(set.regionName(region)) is a part of a page that the root cell maps whole",
        at: set.side(region), against: set.side(around),
        witness: Witness(
          .hostPhysical, region.first, last: region.last,
          "\(owner.title) gets \(hexSpan(region.first, region.last)); root keeps the rest of "
            + hexSpan(region.first & ~0xfff, region.last | 0xfff)),
        consequence:
          "Root's accesses to the rest of the page are trapped one by one, and under a hypervisor that does "
          + "not split pages root keeps the cell's registers too.",
        remedy:
          "Give the cell the whole page, or cut the page out of root's region and list root's remaining registers "
          + "as a sub-page region.")
    }
  }
}

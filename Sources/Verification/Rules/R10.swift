// SPDX-License-Identifier: Apache-2.0
// R10: alignment that silently costs speed.

import CellConfig

extension Rule {
  /// Regions are whole pages unless they are registers, and large ones can use large pages.
  static let r10 = Rule(
    "R10", .practice, .warning,
    "A region larger than a page is a multiple of 4 KiB, and a large region has the same offset modulo 2 MiB on both sides.",
    why: """
      A start or size that is not page-aligned silently turns a whole mapping into trap-and-decode, a thousand times slower \
      and with its own failures. A large region whose host- and guest-physical start differ modulo 2 MiB cannot use large \
      pages: more page tables, more translation misses. Sub-page registers of less than a page are what the feature is for.
      """,
    example: "A region of 0x100200 bytes: the last 0x200 make all 257 pages trap.",
    remedy: "Round to whole pages; choose a guest-physical address that is equal modulo 2 MiB."
  ) { set in
    set.regions.filter { !$0.isCommunication }.flatMap { region -> [Finding] in
      let owner = set.members[region.member]
      var found: [Finding] = []
      if region.isSubPage, region.region.size > 0x1000 {
        found.append(
          Finding(
            "R10", .warning,
            "\(owner.title)'s \(set.regionName(region)) is not whole pages, so every access to it is trapped",
            at: set.side(region),
            witness: Witness(
              .guestPhysical, region.guestFirst,
              "guest-physical \(hex(region.guestFirst)) is not mapped, because start or size \(hex(region.region.size)) "
                + "is no multiple of 0x1000"),
            consequence:
              "Each access costs an exit, and instructions that the decoder does not know stop the cell.",
            remedy: "Use start \(hex(region.first & ~0xfff)) and size "
              + "\(hex((region.last | 0xfff) &- (region.first & ~0xfff) &+ 1)), or split off the odd part."))
      }
      let large: UInt64 = 2 << 20
      if region.region.size >= 2 * large, !region.isSubPage, !region.region.flags.contains(.noHugePages),
        (region.first ^ region.guestFirst) & (large - 1) != 0, (region.first ^ region.guestFirst) & 0xfff == 0
      {
        let tables = region.region.size / large
        found.append(
          Finding(
            "R10", .warning, "\(owner.title)'s \(set.regionName(region)) cannot use 2 MiB pages",
            at: set.side(region),
            witness: Witness(
              .hostPhysical, region.first,
              "host-physical \(hex(region.first)) and guest-physical \(hex(region.guestFirst)) differ modulo 2 MiB"
            ),
            consequence:
              "About \(counted(tables, "additional page table")) and more translation misses, which a "
              + "real-time cell sees as jitter.",
            remedy:
              "Choose a guest-physical start with the same lowest 21 bits (\(hex(region.first & (large - 1)))), "
              + "or set NO_HUGEPAGES if that is meant."))
      }
      return found
    }
  }
}

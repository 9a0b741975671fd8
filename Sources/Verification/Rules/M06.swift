// SPDX-License-Identifier: Apache-2.0
// M6: two regions of one cell claim the same guest-physical address.

extension Rule {
  /// A guest-physical address of a cell leads to one place.
  static let m6 = Rule(
    "M6", .memory, .error,
    "Two regions of one cell that overlap in guest-physical space lead to the same host-physical memory.",
    why: """
      Where two regions claim one guest-physical address with different targets, the order of the entries decides what \
      the cell sees. In the root cell the later entry wins, as shipping configurations rely on: a warning. A communication \
      region has a target of its own.
      """,
    example: "RAM at guest-physical 0-0x3fffff and the communication region at 0x100000.",
    remedy: "Cut the overlapping part out of one of the regions, or move one in guest-physical space."
  ) { set in
    set.members.flatMap { member in
      let regions = set.regions.filter { $0.member == member.index }
      // Ranges with the same displacement lead to the same memory: they are one owner, and may meet.
      let ranges = regions.enumerated().map { index, region in
        OwnedRange(
          first: region.guestFirst, last: region.guestLast,
          owner: region.isCommunication
            ? Int.min : Int(truncatingIfNeeded: region.region.physicalStart &- region.region.virtualStart),
          tolerant: false, tag: index)
      }
      return clashes(ranges).map { clash in
        let (a, b) = (regions[clash.earlier], regions[clash.later])
        let late = a.index > b.index ? a : b
        let early = a.index > b.index ? b : a
        return Finding(
          "M6", member.isRoot ? .warning : .error,
          "\(member.title)'s \(set.regionName(early)) and \(set.regionName(late)) claim the same guest-physical "
            + "addresses for different memory",
          at: set.side(late), against: set.side(early),
          witness: Witness(
            .guestPhysical, clash.first, last: clash.last,
            "guest-physical \(hex(clash.first)) leads to \(target(early, clash.first)) and to "
              + target(late, clash.first)),
          consequence: member.isRoot
            ? "The later entry wins; a reordering of the file changes what root can reach."
            : "What the cell reads and writes there depends on the order of the entries.",
          remedy: "Cut \(hexSpan(clash.first, clash.last)) out of one of the two regions.")
      }
    }
  }
}

/// Where a region leads at a guest-physical address.
private func target(_ region: RegionFact, _ address: UInt64) -> String {
  if region.isCommunication { return "the communication page" }
  return "host-physical \(hex(region.region.physicalStart &+ (address &- region.region.virtualStart)))"
}

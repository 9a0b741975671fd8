// SPDX-License-Identifier: Apache-2.0
// F4: regions that cannot be mapped.

import CellConfig

/// Addresses lie below this: no processor has more than 52 physical address bits.
private let physicalLimit: UInt64 = 1 << 52

extension Rule {
  /// A region ends where addresses end, and starts at the same offset in its page on both sides.
  static let f4 = Rule(
    "F4", .form, .error,
    "A region's end does not wrap and lies below 2^52, and its host- and guest-physical start have the same page offset.",
    why: """
      A region whose end wraps covers the start of memory for one reader and nothing for another. Page tables map page to page: \
      with different offsets the mapping that was meant does not exist. A communication region's physical start is ignored.
      """,
    example: "Physical start 0xfffffffffffff000 with size 0x2000.", remedy: "Correct start or size."
  ) { set in
    set.regions.flatMap { region -> [Finding] in
      let owner = set.members[region.member]
      var found: [Finding] = []
      let starts: [(Witness.Space, UInt64)] =
        region.isCommunication
        ? [(.guestPhysical, region.guestFirst)]
        : [(.hostPhysical, region.first), (.guestPhysical, region.guestFirst)]
      for (space, start) in starts {
        let (end, wraps) = start.addingReportingOverflow(region.region.size)
        guard wraps && end > 0 || !wraps && end > physicalLimit || wraps else { continue }
        found.append(
          Finding(
            "F4", .error,
            "\(owner.title)'s \(set.regionName(region)) "
              + (wraps ? "wraps around the end of \(space.rawValue) space" : "lies beyond 2^52"),
            at: set.side(region),
            witness: Witness(
              space, start,
              "\(space.rawValue) \(hex(start)) plus \(hex(region.region.size)) is "
                + (wraps ? "\(hex(end)) after the wrap" : hex(end))),
            consequence: "A hypervisor that adds without a check maps low memory, or nothing, instead.",
            remedy: "Correct the start address or the size."))
        break
      }
      let offsets = (region.first & 0xfff, region.guestFirst & 0xfff)
      if !region.isCommunication, offsets.0 != offsets.1 {
        found.append(
          Finding(
            "F4", .error,
            "\(owner.title)'s \(set.regionName(region)) starts at different offsets in its pages",
            at: set.side(region),
            witness: Witness(
              .hostPhysical, region.first,
              "host-physical offset \(hex(offsets.0)), guest-physical offset \(hex(offsets.1))"),
            consequence:
              "Page tables cannot express the mapping: the cell would see other bytes than configured.",
            remedy: "Make the lowest 12 bits of both start addresses equal."))
      }
      return found
    }
  }
}

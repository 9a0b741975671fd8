// SPDX-License-Identifier: Apache-2.0
// M4: the communication region's shape.

extension Rule {
  /// A communication region is exactly one page, at most one per cell, and never open to DMA.
  static let m4 = Rule(
    "M4", .memory, .error,
    "A communication region is exactly one page of 4096 bytes, at most one per cell, and not open to DMA.",
    why: """
      The hypervisor provides the page from its own memory. A larger region would map what lies behind it (with Jailhouse: \
      the cell's own page tables), a second one would map the same page twice, and a device that writes there could forge \
      the cell's answers to management requests.
      """,
    example: "A region with COMM_REGION and size 0x2000.",
    remedy: "Give the region size 0x1000, remove the second one, drop the DMA flag."
  ) { set in
    var seen: [Int: RegionFact] = [:]
    var found: [Finding] = []
    for region in set.regions where region.isCommunication {
      let owner = set.members[region.member]
      func report(
        _ title: String, _ witness: Witness, _ consequence: String, _ remedy: String, _ other: Side?
      ) {
        found.append(
          Finding(
            "M4", .error, title, at: set.side(region), against: other, witness: witness,
            consequence: consequence, remedy: remedy))
      }
      if region.region.size != 0x1000 {
        report(
          "\(owner.title)'s communication region has \(sizeText(region.region.size)) instead of one page of 4 KiB",
          Witness(
            .guestPhysical, region.guestFirst &+ 0x1000,
            "guest-physical \(hex(region.guestFirst &+ 0x1000)) would show what lies behind the page, "
              + "or only a part of it is mapped"),
          "A larger window exposes hypervisor memory behind the page to the cell.",
          "Set the size to 4096 bytes (0x1000).", nil)
      }
      if region.region.flags.contains(.dma) {
        report(
          "\(owner.title)'s communication region is open to DMA",
          Witness(
            .guestPhysical, region.guestFirst,
            "guest-physical \(hex(region.guestFirst)) is writable by \(owner.title)'s devices"),
          "A device could forge the cell's state and its answers to shutdown requests.",
          "Drop the DMA flag from the communication region.", nil)
      }
      if let first = seen[region.member] {
        report(
          "\(owner.title) has more than one communication region",
          Witness(
            .guestPhysical, region.guestFirst,
            "guest-physical \(hex(first.guestFirst)) and \(hex(region.guestFirst)) show the same page"),
          "Two names for one page make every check of the second one meaningless.",
          "Remove one of the two regions.", set.side(first))
      } else {
        seen[region.member] = region
      }
    }
    return found
  }
}

// SPDX-License-Identifier: Apache-2.0
// M12: a cell's map covers the local APIC's guest-physical page.

import CellConfig

extension Rule {
  /// Guest-physical 0xfee00000 is left to the local APIC.
  static let m12 = Rule(
    "M12", .memory, .warning, "No region of a non-root cell covers guest-physical 0xfee00000 (x86).",
    why: """
      Every x86 CPU expects its local APIC at that address. Memory that a configuration puts there is not what the cell \
      will see: the hypervisor keeps the page to emulate or withhold the APIC.
      """,
    example: "A cell's RAM is mapped at guest-physical 0xf0000000-0xffffffff.",
    remedy: "End the region below 0xfee00000, or map it elsewhere."
  ) { set in
    guard set.architecture == .x86 else { return [] }
    return set.regions.filter {
      $0.member != 0 && $0.guestFirst <= localAPICPage | 0xfff && $0.guestLast >= localAPICPage
        // A region that names the host's APIC page itself is an error of M3 already.
        && ($0.isCommunication || !($0.first <= localAPICPage | 0xfff && $0.last >= localAPICPage))
    }.map { region in
      let owner = set.members[region.member]
      return Finding(
        "M12", .warning, "\(owner.title)'s \(set.regionName(region)) covers the local APIC's page",
        at: set.side(region),
        witness: Witness(
          .guestPhysical, localAPICPage,
          "guest-physical \(hex(localAPICPage)) is both the local APIC and host-physical "
            + hex(region.region.physicalStart &+ (localAPICPage &- region.region.virtualStart))),
        consequence: "The cell cannot use that page as memory; a program that does will program an interrupt "
          + "controller instead.",
        remedy: "Split the region around 0xfee00000-0xfee00fff, or map it below.")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// F5: regions that do nothing.

import CellConfig

extension Rule {
  /// A region can be used.
  static let f5 = Rule(
    "F5", .form, .warning, "A sub-page region permits some access width, and a writable region is readable.",
    why: """
      A region that is not whole pages is served access by access, and only in the widths that it names: with none every access \
      is refused, and the cell stops at the first one. Processors have no write-only mapping. Regions of size 0 are legal \
      placeholders and are accepted silently.
      """,
    example: "A UART's 32 bytes at 0xfe030020 with READ and WRITE but no IO_8 … IO_64.",
    remedy: "Add the widths that the device uses; add READ."
  ) { set in
    set.regions.filter { !$0.isCommunication }.flatMap { region -> [Finding] in
      let owner = set.members[region.member]
      var found: [Finding] = []
      if region.isSubPage, region.region.flags.isDisjoint(with: .widths) {
        found.append(
          Finding(
            "F5", .warning,
            "\(owner.title)'s \(set.regionName(region)) is less than whole pages and permits no access",
            at: set.side(region),
            witness: Witness(
              .guestPhysical, region.guestFirst,
              "an access to guest-physical \(hex(region.guestFirst)) is refused in every width"),
            consequence: "The cell is stopped at its first access.",
            remedy: "Add IO_8, IO_16, IO_32 or IO_64 as the device needs, or widen the region to whole pages "
              + "(\(hexSpan(region.first & ~0xfff, region.last | 0xfff)))."))
      }
      if region.region.flags.contains(.write), !region.region.flags.contains(.read) {
        found.append(
          Finding(
            "F5", .warning, "\(owner.title)'s \(set.regionName(region)) is writable but not readable",
            at: set.side(region),
            witness: Witness(
              .guestPhysical, region.guestFirst,
              "guest-physical \(hex(region.guestFirst)) has WRITE without READ"),
            consequence:
              "x86 page tables cannot express it: the access is refused or the mapping is readable after all.",
            remedy: "Add READ or drop WRITE."))
      }
      return found
    }
  }
}

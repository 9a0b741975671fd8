// SPDX-License-Identifier: Apache-2.0
// L2: a passive cell that could lock reconfiguration.

import CellConfig

extension Rule {
  /// A passive cell cannot write its communication region.
  static let l2 = Rule(
    "L2", .liveness, .warning, "A passive cell's communication region is read-only.",
    why: """
      The cell's state is a word in its communication page; the value "running/locked" stops root from creating and \
      destroying other cells. A passive cell is never asked, so nothing else needs it to write there. Nearly all shipping \
      files have it writable: Ostrog ignores the lock of passive cells, other hypervisors do not.
      """,
    example: "PASSIVE_COMMREG with a communication region that has WRITE.",
    remedy: "Drop WRITE from the communication region."
  ) { set in
    set.regions.filter {
      $0.member != 0 && $0.isCommunication && $0.region.flags.contains(.write)
        && set.members[$0.member].cell.flags.contains(.passiveCommunication)
    }.map { region in
      let owner = set.members[region.member]
      return Finding(
        "L2", .warning, "\(owner.title) is passive but may write its communication region",
        at: set.side(region),
        against: set.side(region.member, .flags),
        witness: Witness(
          .guestPhysical, region.guestFirst &+ 8,
          "guest-physical \(hex(region.guestFirst &+ 8)) is the cell's state, and 1 means running/locked"),
        consequence:
          "A hypervisor that honours the lock lets this cell block all reconfiguration; Ostrog does not.",
        remedy: "Drop WRITE from the region unless the cell reports its state there.")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// M1: memory of two cells overlaps.

extension Rule {
  /// Host-physical memory belongs to one non-root cell, unless both sides declare it shared and not executable.
  static let m1 = Rule(
    "M1", .memory, .error,
    "No host-physical byte belongs to two non-root cells, unless both declare it ROOTSHARED and neither may execute it.",
    why: """
      Memory that two cells can reach is a way around the wall between them: each can read the other's data and, where \
      it may write, take over the other's code. Device registers count as memory here. A channel is declared by the \
      ROOTSHARED flag on both sides; executable memory is never a channel.
      """,
    example:
      "Cell rtos has 0x3a000000-0x3affffff, cell vision has 0x3aff0000-0x3bffffff: 64 KiB belong to both.",
    remedy: "Move or shrink one of the two regions, or declare the shared part as a link in both cells."
  ) { set in
    let regions = set.cellRegions
    let ranges = regions.enumerated().map { index, region in
      OwnedRange(
        first: region.first, last: region.last, owner: region.member, tolerant: region.mayBeShared, tag: index
      )
    }
    return clashes(ranges).map { clash in
      let (a, b) = (regions[clash.earlier], regions[clash.later])
      let (one, two) = (set.members[a.member].name, set.members[b.member].name)
      let device = set.naming.memory(clash.first)
      let what = device.map { "\($0) (host-physical \(hexSpan(clash.first, clash.last)))" }
      let both = a.region.flags.intersection(b.region.flags)
      let verb = both.contains(.write) ? "writable" : both.contains(.read) ? "readable" : "reachable"
      let executable = a.isShared && b.isShared
      return Finding(
        "M1", .error,
        "\(what ?? "host-physical \(hexSpan(clash.first, clash.last))") is given to cells \(one) and \(two)"
          + (executable ? ", shared but executable" : ""),
        at: set.side(b), against: set.side(a),
        witness: Witness(
          .hostPhysical, clash.first, last: clash.last,
          "host-physical \(hex(clash.first)) is \(verb) by cells \(one) and \(two)"),
        consequence: executable
          ? "Whoever of the two may write there can put code into the other cell."
          : "Either cell can read, corrupt or take over what the other keeps there.",
        remedy: executable
          ? "Drop EXECUTE from the shared region on both sides."
          : "Move or shrink one of the regions; if the overlap is meant as a channel, declare exactly that part "
            + "ROOTSHARED and not executable in both cells.")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// M11: a cell that cannot be loaded or cannot start.

import CellConfig

extension Rule {
  /// An image can be loaded where the cell starts.
  static let m11 = Rule(
    "M11", .memory, .warning,
    "A LOADABLE region is writable, and the reset address lies in an executable, loadable region.",
    why: """
      Loading an image copies it into a region that is LOADABLE and writable; the cell's CPUs then start at the reset \
      address. If either is missing, load fails with EINVAL, or the cell's first instruction fetch stops it. A cell whose \
      code is there already (in flash, say) may ignore the second half.
      """,
    example: "The reset address is 0, and the only loadable region is mapped at guest-physical 0x40000000.",
    remedy: "Add WRITE to the region; set the reset address to where the image starts."
  ) { set in
    set.cells.flatMap { member -> [Finding] in
      var found: [Finding] = []
      let regions = set.regions.filter { $0.member == member.index }
      for region in regions
      where region.region.flags.contains(.loadable) && !region.region.flags.contains(.write) {
        found.append(
          Finding(
            "M11", .warning, "\(member.title)'s \(set.regionName(region)) is loadable but not writable",
            at: set.side(region),
            witness: Witness(
              .guestPhysical, region.guestFirst,
              "guest-physical \(hex(region.guestFirst)) may be loaded, and the load request needs WRITE"),
            consequence: "Loading an image there fails with EINVAL.",
            remedy: "Add WRITE, or drop LOADABLE."))
      }
      let reset = member.cell.cpuResetAddress
      let covering = regions.filter { $0.guestFirst <= reset && reset <= $0.guestLast }
      if !covering.contains(where: { $0.region.flags.isSuperset(of: [.execute, .loadable]) }) {
        let state =
          covering.isEmpty
          ? "is in no region" : "is in a region that is \(covering[0].region.flags.words)"
        found.append(
          Finding(
            "M11", .warning, "\(member.title) starts at \(hex(reset)), where no image can be loaded and run",
            at: set.side(member.index, .resetAddress), against: covering.first.map { set.side($0) },
            witness: Witness(.guestPhysical, reset, "guest-physical \(hex(reset)) \(state)"),
            consequence: "The cell's CPUs stop at their first instruction.",
            remedy: "Set the reset address to the start of the image, in a region with EXECUTE and LOADABLE.")
        )
      }
      return found
    }
  }
}

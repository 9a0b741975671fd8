// SPDX-License-Identifier: Apache-2.0
// M5: memory shared with root for no visible reason, or with more rights than a channel needs.

extension Rule {
  /// ROOTSHARED is for channels: not executable, not open to DMA, and with someone at the other end.
  static let m5 = Rule(
    "M5", .memory, .warning,
    "A ROOTSHARED region is neither executable nor open to DMA, and is a channel that another cell declares too.",
    why: """
      ROOTSHARED leaves the region in the root cell's map while the cell runs. That is right for channels; on private memory \
      it quietly gives root the keys. Users set it to make an error go away, and nobody takes it back.
      """,
    example: "A cell's heap has ROOTSHARED, and no other cell has a region there.",
    remedy: "Drop ROOTSHARED, or drop EXECUTE and DMA from the channel."
  ) { set in
    let shared = set.cellRegions.filter(\.isShared)
    let channels = set.channels(shared)
    return shared.flatMap { region -> [Finding] in
      let owner = set.members[region.member]
      let name = set.regionName(region)
      var found: [Finding] = []
      func report(_ title: String, _ text: String, _ consequence: String, _ remedy: String) {
        found.append(
          Finding(
            "M5", .warning, title, at: set.side(region),
            witness: Witness(.hostPhysical, region.first, last: region.last, text), consequence: consequence,
            remedy: remedy))
      }
      if region.region.flags.contains(.execute) {
        report(
          "\(owner.title)'s \(name) is shared with root and executable",
          "host-physical \(hex(region.first)) is writable by root and executed by \(owner.title)",
          "A compromised root kernel can change the cell's code while it runs.",
          "Drop EXECUTE, or drop ROOTSHARED and use LOADABLE to load code.")
      }
      if region.region.flags.contains(.dma) {
        report(
          "\(owner.title)'s \(name) is shared with root and open to DMA",
          "host-physical \(hex(region.first)) is reachable by devices of \(owner.title) and by root",
          "Root sees and can change what the cell's devices transfer there.",
          "Drop DMA if no device uses the channel, else copy between a private buffer and the channel.")
      }
      if !channels.contains(region) {
        report(
          "\(owner.title)'s \(name) is shared with root, and no other cell uses it as a channel",
          "host-physical \(hex(region.first)) stays in root's map while \(owner.title) runs",
          "A compromised root kernel keeps whatever access root has to memory or a device that the cell relies on.",
          "Drop ROOTSHARED if the region is private; if it is a channel to root, declare it as a link on both sides."
        )
      }
      return found
    }
  }
}

extension MachineSet {
  /// Those shared regions that are a section of a link, or that a shared region of another cell meets.
  func channels(_ shared: [RegionFact]) -> Set<RegionFact> {
    let ranges = shared.enumerated().map { index, region in
      OwnedRange(first: region.first, last: region.last, owner: region.member, tolerant: true, tag: index)
    }
    let sections = shared.filter { isLinkSection($0) }
    return Set(meetingOthers(ranges).map { shared[$0] } + sections)
  }

  /// True where one of the cell's virtual links names the region as one of its sections.
  func isLinkSection(_ region: RegionFact) -> Bool {
    linkSections[region.member]?.missing(UInt64(region.index), UInt64(region.index)) == nil
      && linkSections[region.member] != nil
  }
}

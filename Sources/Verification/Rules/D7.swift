// SPDX-License-Identifier: Apache-2.0
// D7: shared-memory links (ivshmem): both ends agree on layout, peers and who may write what.

import CellConfig

/// One end of a link: a virtual PCI function of some member.
struct LinkEnd: Sendable {
  var member: Int
  var index: Int
  var device: PCIDevice
  /// The 2 + peers sections, where the indices are in range: state table, common section, one output per peer.
  var sections: [MemoryRegion]?
}

extension MachineSet {
  /// All ends of every link, by the function's number. Peers are linked by equal bus/device/function; the domain is ignored.
  var links: [(bdf: UInt16, ends: [LinkEnd])] {
    var byNumber: [UInt16: [LinkEnd]] = [:]
    for member in members {
      for (index, device) in member.cell.devices.enumerated() where device.isLink {
        let start = UInt64(device.shmemRegionsStart)
        let end = start + 2 + UInt64(device.shmemPeers)
        let fits = end <= UInt64(member.cell.regions.count)
        byNumber[device.bdf, default: []].append(
          LinkEnd(
            member: member.index, index: index, device: device,
            sections: fits ? Array(member.cell.regions[Int(start)..<Int(end)]) : nil))
      }
    }
    return byNumber.sorted { $0.key < $1.key }.map { (bdf: $0.key, ends: $0.value) }
  }
}

extension Rule {
  /// Links: indices in range, sections consecutive and alike, one writer per output section.
  static let d7 = Rule(
    "D7", .devices, .error,
    "The ends of a shared-memory link name sections that exist, follow each other and have the same size on all sides; each "
      + "end has its own id, and only the owner of an output section may write it.",
    why: """
      A link is a virtual PCI function with the same number in all its cells and with 2 + peers memory regions: state \
      table, common section, one output section per peer. The one-writer rule is what lets a receiver trust where a message \
      came from. An id beyond the peers or a different number of peers ships in existing files: a warning.
      """,
    example: "Both ends have shmem_dev_id 0, so both write output section 0.",
    remedy: "Write the link once in the text form (link: {with: …, size: …}), which derives both ends."
  ) { set in
    set.links.flatMap { link in
      link.ends.flatMap { set.endFindings($0, link.bdf) } + set.pairFindings(link.ends, link.bdf)
    }
  }
}

extension MachineSet {
  fileprivate func linkFinding(
    _ severity: Severity, _ title: String, _ end: LinkEnd, _ other: Side?, _ witness: Witness,
    _ consequence: String, _ remedy: String
  ) -> Finding {
    Finding(
      "D7", severity, title, at: side(end.member, .device(end.index)), against: other, witness: witness,
      consequence: consequence, remedy: remedy)
  }

  /// What is wrong with one end alone.
  fileprivate func endFindings(_ end: LinkEnd, _ bdf: UInt16) -> [Finding] {
    let owner = members[end.member]
    let link = "link \(naming.functionTitle(end.device.function))"
    let start = end.device.shmemRegionsStart
    guard end.device.shmemPeers <= 12, let sections = end.sections else {
      let last = UInt64(start) + 1 + UInt64(end.device.shmemPeers)
      let many = end.device.shmemPeers > 12
      return [
        linkFinding(
          .error,
          many
            ? "\(owner.title)'s \(link) has \(end.device.shmemPeers) peers, at most 12 are possible"
            : "\(owner.title)'s \(link) names regions \(start)-\(last), the cell has \(owner.cell.regions.count)",
          end, nil,
          Witness(
            .number, many ? UInt64(end.device.shmemPeers) : last,
            many ? "\(end.device.shmemPeers) peers" : "region \(last) does not exist"),
          "The hypervisor would take other memory for the link's sections.",
          many
            ? "Use at most 12 peers." : "Correct the index of the first region or add the missing sections.")
      ]
    }
    var found: [Finding] = []
    let present = sections.enumerated().filter { $0.element.size > 0 }
    for (a, b) in zip(present, present.dropFirst()) {
      let expected = a.element.virtualStart &+ a.element.size
      guard b.element.virtualStart != expected else { continue }
      found.append(
        linkFinding(
          .error, "\(owner.title)'s \(link): section \(b.offset) does not follow section \(a.offset)", end,
          side(end.member, .region(Int(start) + b.offset)),
          Witness(
            .guestPhysical, expected,
            "guest-physical \(hex(expected)) is where section \(b.offset) is expected, it is at "
              + hex(b.element.virtualStart)),
          "The driver finds its peer's section at another address: it reads or writes unrelated memory.",
          "Map the sections one behind the other in guest-physical space."))
    }
    for (peer, section) in sections.dropFirst(2).enumerated()
    where peer != Int(end.device.shmemDeviceID) && section.size > 0 && section.flags.contains(.write) {
      found.append(
        linkFinding(
          .error, "\(owner.title)'s \(link): the output section of peer \(peer) is writable by another peer",
          end,
          side(end.member, .region(Int(start) + 2 + peer)),
          Witness(
            .hostPhysical, section.physicalStart,
            "host-physical \(hex(section.physicalStart)) is peer \(peer)'s and writable by "
              + "\(owner.title) (id \(end.device.shmemDeviceID))"),
          "\(owner.title) can forge messages of peer \(peer).",
          "Drop WRITE from that region in \(owner.title), or correct shmem_dev_id."))
    }
    if let table = sections.first, table.flags.contains(.write) {
      found.append(
        linkFinding(
          .warning, "\(owner.title)'s \(link): the state table is writable", end,
          side(end.member, .region(Int(start))),
          Witness(
            .hostPhysical, table.physicalStart, "host-physical \(hex(table.physicalStart)) is the state table"
          ),
          "The cell can forge the state of its peers; the hypervisor writes the table on its behalf.",
          "Drop WRITE from region \(start)."))
    }
    if end.device.shmemDeviceID >= max(end.device.shmemPeers, 1) {
      found.append(
        linkFinding(
          .warning,
          "\(owner.title)'s \(link): id \(end.device.shmemDeviceID) is not below the number of peers, "
            + "\(end.device.shmemPeers)", end, nil,
          Witness(.number, UInt64(end.device.shmemDeviceID), "id \(end.device.shmemDeviceID)"),
          "The cell has no output section of its own and can only receive.",
          "Use an id of 0-\(max(Int(end.device.shmemPeers), 1) - 1)."))
    }
    return found
  }

  /// What is wrong between the ends of one link: each is compared with the first, so the work is linear.
  fileprivate func pairFindings(_ ends: [LinkEnd], _ bdf: UInt16) -> [Finding] {
    guard let first = ends.first else { return [] }
    let link = "link \(naming.functionTitle(first.device.function))"
    let firstName = members[first.member].title
    let firstSide = side(first.member, .device(first.index))
    var found: [Finding] = []
    var ids: [UInt8: LinkEnd] = [:]
    for end in ends {
      let name = members[end.member].title
      if let other = ids[end.device.shmemDeviceID], other.member != end.member {
        found.append(
          linkFinding(
            .error,
            "\(link): \(members[other.member].title) and \(name) have the same id "
              + "\(end.device.shmemDeviceID)", end, side(other.member, .device(other.index)),
            Witness(
              .number, UInt64(end.device.shmemDeviceID), "id \(end.device.shmemDeviceID) is used twice"),
            "Both write one output section and overwrite each other's messages; the second one is refused (EBUSY).",
            "Give every end of the link its own shmem_dev_id."))
      }
      ids[end.device.shmemDeviceID] = ids[end.device.shmemDeviceID] ?? end
      guard end.member != first.member else { continue }
      if end.device.shmemPeers != first.device.shmemPeers {
        found.append(
          linkFinding(
            .warning,
            "\(link): \(firstName) has \(first.device.shmemPeers) peers, \(name) has "
              + "\(end.device.shmemPeers)", end, firstSide,
            Witness(.number, UInt64(end.device.shmemPeers), "\(end.device.shmemPeers) peers here"),
            "The ends disagree on where output sections lie beyond the smaller number.",
            "Use the same number of peers at all ends."))
      }
      guard let mine = end.sections, let theirs = first.sections else { continue }
      for (number, (a, b)) in zip(mine, theirs).enumerated() where a.size != b.size {
        found.append(
          linkFinding(
            .error,
            "\(link): section \(number) has \(sizeText(a.size)) in \(name) and \(sizeText(b.size)) in "
              + firstName, end, side(first.member, .region(Int(first.device.shmemRegionsStart) + number)),
            Witness(
              .hostPhysical, a.physicalStart &+ min(a.size, b.size),
              "host-physical \(hex(a.physicalStart &+ min(a.size, b.size))) is in the section of one end only"
            ),
            "One end writes past what the other sees; the rest may belong to something else.",
            "Use the same section sizes at all ends."))
      }
      for (number, (a, b)) in zip(mine, theirs).enumerated()
      where a.size == b.size && a.size > 0 && a.physicalStart != b.physicalStart {
        found.append(
          linkFinding(
            .error, "\(link): section \(number) is different memory in \(name) and in \(firstName)", end,
            side(first.member, .region(Int(first.device.shmemRegionsStart) + number)),
            Witness(
              .hostPhysical, a.physicalStart,
              "section \(number) is at host-physical \(hex(a.physicalStart)) in \(name) and at "
                + "\(hex(b.physicalStart)) in \(firstName)"),
            "The ends do not see each other's messages, and one of them shares memory that was not meant to be shared.",
            "Use the same host-physical addresses at all ends."))
      }
    }
    if ends.count == 1 {
      found.append(
        linkFinding(
          .warning, "\(link) has one end only, in \(firstName)", first, nil,
          Witness(.function, UInt64(first.device.function), "no other cell has a link with this number"),
          "The link never comes up.", "Add the other end with the same bus, device and function number."))
    }
    return found
  }
}

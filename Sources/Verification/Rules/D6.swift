// SPDX-License-Identifier: Apache-2.0
// D6: a stream id in two cells.

extension Rule {
  /// An IOMMU stream belongs to one cell.
  static let d6 = Rule(
    "D6", .devices, .error, "No IOMMU stream id belongs to two non-root cells (ARM).",
    why: """
      The stream id is how an SMMU tells devices apart: whoever owns it decides which memory the device reaches. With an \
      MMU-500 an entry is an id with a mask and stands for several streams; two entries meet where they agree on every \
      unmasked bit.
      """,
    example: "Cells rtos and vision both list stream 0x75.", remedy: "Give the stream to one cell."
  ) { set in
    let masked = set.system.iommuUnits.contains { $0.type == 5 }
    var exact: [UInt32: (member: Int, index: Int)] = [:]
    var patterns: [(id: UInt32, mask: UInt32, member: Int, index: Int)] = []
    var found: [Finding] = []
    for member in set.cells {
      for (index, stream) in member.cell.streamIDs.enumerated() {
        let id = masked ? stream & 0x7fff : stream
        let mask = masked ? stream >> 16 & 0x7fff : 0
        var hit: (member: Int, index: Int)?
        if mask == 0 {
          hit = exact[id] ?? patterns.first { ($0.id ^ id) & ~$0.mask == 0 }.map { ($0.member, $0.index) }
        } else {
          hit =
            patterns.first { ($0.id ^ id) & ~($0.mask | mask) == 0 }.map { ($0.member, $0.index) }
            ?? exact.filter { ($0.key ^ id) & ~mask == 0 }.min { $0.key < $1.key }?.value
        }
        if let other = hit, other.member != member.index {
          let name = set.members[other.member].name
          found.append(
            Finding(
              "D6", .error, "stream id \(hex(id)) is given to cells \(name) and \(member.name)",
              at: set.side(member.index, .stream(index)),
              against: set.side(other.member, .stream(other.index)),
              witness: Witness(
                .stream, UInt64(id), "stream \(hex(id)) is owned by cells \(name) and \(member.name)"),
              consequence: "The device's DMA reaches the memory of whichever cell was created last.",
              remedy: "Give the stream to one of the two cells."))
        }
        if mask == 0 {
          exact[id] = exact[id] ?? (member.index, index)
        } else {
          patterns.append((id, mask, member.index, index))
        }
      }
    }
    return found
  }
}

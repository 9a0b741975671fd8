// SPDX-License-Identifier: Apache-2.0
// D4: devices that hardware does not tell apart, in different cells.

import CellConfig

extension Rule {
  /// What shares a package or a bridge shares a cell.
  static let d4 = Rule(
    "D4", .devices, .warning,
    "The functions of one multi-function device, and the devices behind one conventional bridge, belong to one cell.",
    why: """
      Functions of one device often share registers, resets and power states that their separate configuration spaces do \
      not show. Behind a conventional bridge all devices use the bridge's requester id, so the IOMMU cannot tell them \
      apart. Chipset functions (00:1f.x) are the usual harmless case. Bridges are known where the machine file says it.
      """,
    example: "Port 0 of a network card (01:00.0) is in cell rtos, port 1 (01:00.1) stays in root.",
    remedy:
      "Give all of them to one cell, or convince yourself from the data sheet that they are independent."
  ) { set in
    var owners: [UInt32: (member: Int, index: Int)] = [:]
    for member in set.members {
      for (index, device) in member.cell.devices.enumerated() where !device.isLink && device.type == 1 {
        owners[device.function] = (member.index, index)
      }
    }
    var found: [Finding] = []
    func compare(_ group: [UInt32], _ what: (String, String) -> String, _ why: String) {
      let present = group.sorted().compactMap { function in owners[function].map { (function, $0) } }
      guard let first = present.first, let other = present.first(where: { $0.1.member != first.1.member })
      else { return }
      // The cell's side comes first; root is the other one.
      let (a, b) = first.1.member == 0 ? (other, first) : (first, other)
      let (one, two) = (set.members[a.1.member], set.members[b.1.member])
      found.append(
        Finding(
          "D4", .warning,
          what(
            "\(set.naming.functionTitle(a.0)) (\(one.title))",
            "\(set.naming.functionTitle(b.0)) (\(two.title))"),
          at: set.side(a.1.member, .device(a.1.index)), against: set.side(b.1.member, .device(b.1.index)),
          witness: Witness(
            .function, UInt64(a.0),
            "\(functionText(a.0)) is in \(one.title) and \(functionText(b.0)) in \(two.title)"),
          consequence: why,
          remedy: "Give both to one cell, or check in the data sheet that they share nothing."))
    }
    for (_, group) in Dictionary(grouping: owners.keys, by: { $0 >> 3 }).sorted(by: { $0.key < $1.key })
    where group.count > 1 {
      compare(
        group, { "\($0) and \($1) are functions of one device" },
        "A reset, a power state or a shared register of one function acts on the other cell's.")
    }
    for (bridge, group) in set.inventory.behindBridge.sorted(by: { $0.key < $1.key }) {
      compare(
        group, { "\($0) and \($1) sit behind one bridge, \(set.naming.functionTitle(bridge))" },
        "The IOMMU may see both under the bridge's number: one device's DMA can then reach the other cell's memory."
      )
    }
    return found
  }
}

// SPDX-License-Identifier: Apache-2.0
// D2: a PCI entry that points outside its arrays or its table.

import CellConfig

extension Rule {
  /// Capability indices, MSI-X vectors and the MSI-X table fit together.
  static let d2 = Rule(
    "D2", .devices, .error,
    "A PCI entry's capabilities lie inside the array, its MSI-X vectors fit its table, and its own cell does not map the "
      + "table's page.",
    why: """
      The hypervisor filters configuration space by the capability list and remaps interrupts by trapping the MSI-X \
      table. A wrong index applies another device's capabilities; a table mapped directly lets the cell write raw interrupt \
      messages, which is the one thing that the trap is for. In the root cell that is a warning: Ostrog carves the page out.
      """,
    example:
      "A function has 5 MSI-X vectors at 0xfebd1000, and the cell's region 0xfebd0000-0xfebdffff covers that page.",
    remedy: "Correct index and count; cut the MSI-X page out of the BAR's region."
  ) { set in
    set.members.flatMap { member in
      let regions = OverlapIndex(
        set.regions.filter { $0.member == member.index && !$0.isCommunication }
      ) { ($0.first, $0.last) }
      return member.cell.devices.enumerated().flatMap { index, device -> [Finding] in
        var found: [Finding] = []
        let title = set.naming.functionTitle(device.function)
        func report(
          _ text: String, _ witness: Witness, _ consequence: String, _ remedy: String, _ other: Side? = nil,
          _ severity: Severity = .error
        ) {
          found.append(
            Finding(
              "D2", severity, text, at: set.side(member.index, .device(index)), against: other,
              witness: witness,
              consequence: consequence, remedy: remedy))
        }
        let end = Int(device.capabilitiesStart) + Int(device.capabilitiesCount)
        let count = member.cell.capabilities.count
        if device.capabilitiesCount > 0, end > count {
          report(
            "\(title)'s capabilities \(device.capabilitiesStart)-\(end - 1) lie outside the array of \(count)",
            Witness(.number, UInt64(end - 1), "capability \(end - 1) of \(count)"),
            "The hypervisor would read past the array and open configuration registers at random.",
            "Correct the start index or the number of capabilities.")
        }
        if device.isLink || device.msixVectors == 0 { return found }
        let needed = UInt64(device.msixVectors) * 16
        if device.msixAddress != 0, needed > UInt64(device.msixRegionSize) {
          report(
            "\(title)'s \(device.msixVectors) MSI-X vectors need \(needed) bytes, its table has "
              + "\(device.msixRegionSize)",
            Witness(
              .hostPhysical, device.msixAddress &+ UInt64(device.msixRegionSize),
              "vector \(device.msixRegionSize / 16) lies outside the table"),
            "Entries past the trapped part can be written raw, and so raise any vector on any CPU.",
            "Set the table size to \(sizeText((needed + 0xfff) & ~0xfff)) or correct the number of vectors.")
        }
        guard device.msixAddress != 0 else { return found }
        let first = device.msixAddress & ~0xfff
        let last = lastByte(device.msixAddress, max(needed, UInt64(device.msixRegionSize))) | 0xfff
        for region in regions.meeting(first, last) {
          report(
            "\(member.title)'s \(set.regionName(region)) maps the MSI-X table of its own \(title)",
            Witness(
              .hostPhysical, max(first, region.first), last: min(last, region.last),
              "host-physical \(hex(max(first, region.first))) must be trapped and is mapped"),
            "The cell can make the device raise any interrupt vector on any CPU.",
            "Split the region around \(hexSpan(first, last)).", set.side(region),
            member.isRoot ? .warning : .error)
        }
        return found
      }
    }
  }
}

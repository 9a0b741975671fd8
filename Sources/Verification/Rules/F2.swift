// SPDX-License-Identifier: Apache-2.0
// F2: flag bits and types that mean nothing.

import CellConfig

extension Rule {
  /// Unknown bits and types are refused; known ones without effect are mentioned.
  static let f2 = Rule(
    "F2", .form, .error, "Every flag bit and every type has a meaning, and one on this architecture.",
    why: """
      A bit that means nothing today may open something tomorrow, and an unknown type is most often a shifted field. A known \
      flag without effect on this architecture is a warning: its author expected something that will not happen.
      """,
    example: "A region with flag bit 0x200.", remedy: "Clear the bit; check the field's position in the file."
  ) { set in
    var found: [Finding] = []
    func unknown(_ member: Int, _ item: Item, _ what: String, _ value: UInt64) {
      let owner = set.members[member]
      found.append(
        Finding(
          "F2", .error, "\(owner.title): \(what) \(hex(value))", at: set.side(member, item),
          witness: Witness(.number, value, "\(what) \(hex(value))"),
          consequence: "The hypervisor refuses the configuration; another one may give the bit a meaning.",
          remedy: "Clear what is unknown; if the value looks like an address or a size, a field is shifted."))
    }
    func idle(_ member: Int, _ item: Item, _ flag: String) {
      let owner = set.members[member]
      found.append(
        Finding(
          "F2", .warning, "\(owner.title): \(flag) has no effect on \(set.architecture.label)",
          at: set.side(member, item), witness: Witness(.number, 1, "\(flag) is set"),
          consequence: "What the flag was set for does not happen.", remedy: "Drop the flag."))
    }
    let system = set.system.flags.subtracting(.known)
    if !system.isEmpty { unknown(0, .header, "unknown system flags", UInt64(system.rawValue)) }
    for (index, unit) in set.system.iommuUnits.enumerated()
    where unit.base != 0 && !(1...5).contains(unit.type) {
      unknown(0, .iommu(index), "unknown IOMMU type", UInt64(unit.type))
    }
    if set.system.debugConsole.type > 10 {
      unknown(0, .debugConsole, "unknown console type", UInt64(set.system.debugConsole.type))
    }
    for member in set.members {
      let cell = member.cell
      let bits = cell.flags.subtracting(.known)
      if !bits.isEmpty { unknown(member.index, .flags, "unknown cell flags", UInt64(bits.rawValue)) }
      if cell.flags.contains(.testDevice), set.architecture != .x86 {
        idle(member.index, .flags, "TEST_DEVICE")
      }
      if cell.flags.contains(.aarch32), set.architecture != .arm64 { idle(member.index, .flags, "AARCH32") }
      if cell.console.type > 10 {
        unknown(member.index, .console, "unknown console type", UInt64(cell.console.type))
      }
      for (index, region) in cell.regions.enumerated() {
        let bits = region.flags.subtracting(.known)
        if !bits.isEmpty { unknown(member.index, .region(index), "unknown region flags", bits.rawValue) }
      }
      for (index, cache) in cell.caches.enumerated() where cache.type > 3 || cache.type == 0 {
        unknown(member.index, .cache(index), "unknown cache type", UInt64(cache.type))
      }
      for (index, device) in cell.devices.enumerated() where !(1...3).contains(device.type) {
        unknown(member.index, .device(index), "unknown PCI device type", UInt64(device.type))
      }
      if set.architecture == .x86, let index = cell.streamIDs.indices.first {
        idle(member.index, .stream(index), "a stream id")
      }
      if set.architecture != .x86, let index = cell.caches.indices.first {
        idle(member.index, .cache(index), "a cache region")
      }
      if set.architecture != .x86, let index = cell.ports.indices.first {
        idle(member.index, .port(index), "an I/O port range")
      }
    }
    return found
  }
}

// SPDX-License-Identifier: Apache-2.0
// A port range of a member, clamped to the ports that exist.

/// A port range of some member of a set; empty ranges never become one.
struct PortFact: Sendable {
  var member: Int
  var index: Int
  var first: UInt64
  /// At most 0xffff; rule I1 reports what lies beyond.
  var last: UInt64
}

extension MachineSet {
  /// Every port range that is not empty.
  var portFacts: [PortFact] {
    members.flatMap { member in
      member.cell.ports.enumerated().filter { $0.element.length > 0 }.map { index, range in
        PortFact(
          member: member.index, index: index, first: UInt64(range.base),
          last: min(0xffff, UInt64(range.base) + UInt64(range.length) - 1))
      }
    }
  }

  /// The eight ports of the hypervisor's own console, where it has one on ports. Cells whose range lies inside share it
  /// as a declared channel, in the core as here.
  var consolePorts: (first: UInt64, last: UInt64)? {
    let console = system.debugConsole
    guard console.type == 2, !console.flags.contains(.mmio), console.address <= 0xffff else { return nil }
    return (console.address, min(0xffff, console.address + 7))
  }
}

// SPDX-License-Identifier: Apache-2.0
// A memory region with what every rule asks of it worked out once.

import CellConfig

/// A memory region of some member of a set; placeholders of size 0 never become one.
struct RegionFact: Sendable, Hashable {
  /// Position of the cell in the set; 0 is root.
  var member: Int
  /// Position in the cell's array.
  var index: Int
  /// The region as configured.
  var region: MemoryRegion
  /// First and last host-physical byte; the last is clamped where the end would wrap (rule F4 says so).
  var first: UInt64
  var last: UInt64
  /// First and last guest-physical byte, clamped in the same way.
  var guestFirst: UInt64
  var guestLast: UInt64

  init(member: Int, index: Int, region: MemoryRegion) {
    self.member = member
    self.index = index
    self.region = region
    (first, last) = (region.physicalStart, lastByte(region.physicalStart, region.size))
    (guestFirst, guestLast) = (region.virtualStart, lastByte(region.virtualStart, region.size))
  }

  /// The hypervisor provides the page; the physical start means nothing.
  var isCommunication: Bool { region.flags.contains(.communication) }
  /// Trapped and checked access by access, because the page tables cannot express it.
  var isSubPage: Bool { (region.virtualStart | region.size) & 0xfff != 0 }
  /// Declared as shared: ROOTSHARED.
  var isShared: Bool { region.flags.contains(.rootShared) }
  /// Declared as shared and not executable: what may lie in two cells.
  var mayBeShared: Bool { isShared && !region.flags.contains(.execute) }
}

/// The last byte of a range, clamped to 2^64 - 1.
func lastByte(_ start: UInt64, _ size: UInt64) -> UInt64 {
  guard size > 0 else { return start }
  let (sum, wraps) = start.addingReportingOverflow(size - 1)
  return wraps ? .max : sum
}

extension RegionFlags {
  /// `rwx, dma, loadable, shared with root`.
  var words: String {
    var text =
      (contains(.read) ? "r" : "-") + (contains(.write) ? "w" : "-") + (contains(.execute) ? "x" : "-")
    let names: [(RegionFlags, String)] = [
      (.dma, "dma"), (.io, "io"), (.communication, "communication page"), (.loadable, "loadable"),
      (.rootShared, "shared with root"),
    ]
    for (flag, name) in names where contains(flag) { text += ", " + name }
    return text
  }
}

// SPDX-License-Identifier: Apache-2.0
// The memory that a cell's kernel may use as it likes: what can be read, written, executed and loaded, in guest-physical order.

import CellConfig

/// Memory of a cell.
struct GuestMemory {
  /// Extents, ascending, joined where they touch.
  let extents: [Range<UInt64>]

  /// Of a configuration. Channels and devices are not memory.
  init(_ cell: CellDescription) {
    let ranges = cell.regions.filter { $0.size > 0 && Self.isMemory($0) }.map(Self.extent)
      .sorted { $0.lowerBound < $1.lowerBound }
    extents = ranges.reduce(into: []) { all, next in
      if let last = all.last, last.upperBound >= next.lowerBound {
        all[all.count - 1] = last.lowerBound..<max(last.upperBound, next.upperBound)
      } else {
        all.append(next)
      }
    }
  }

  /// Where a region lies, guest-physical. One that would end behind the last address ends there: who says `--no-verify` may have such.
  static func extent(_ region: MemoryRegion) -> Range<UInt64> {
    let (end, isBeyond) = region.virtualStart.addingReportingOverflow(region.size)
    return region.virtualStart..<(isBeyond ? .max : end)
  }

  /// A kernel may live there.
  static func isMemory(_ region: MemoryRegion) -> Bool {
    region.flags.contains([.read, .write, .execute, .loadable])
      && region.flags.isDisjoint(with: [.io, .communication, .rootShared])
  }

  /// All of `size` bytes from `start` on is memory.
  func holds(_ start: UInt64, _ size: UInt64) -> Bool {
    extents.contains { $0.lowerBound <= start && start <= $0.upperBound && size <= $0.upperBound - start }
  }

  /// The highest page from which `size` bytes lie inside one extent and inside `floor ..< ceiling`.
  func place(for size: UInt64, above floor: UInt64, below ceiling: UInt64) -> UInt64? {
    for extent in extents.reversed() {
      let (low, high) = (max(extent.lowerBound, floor), min(extent.upperBound, ceiling))
      guard low < high, size <= high - low else { continue }
      let start = (high - size) & ~0xfff
      if start >= low { return start }
    }
    return nil
  }

  /// For messages.
  var text: String {
    extents.isEmpty
      ? "none"
      : extents.map { "\(Sizes.text($0.upperBound - $0.lowerBound)) at \(hexText($0.lowerBound))" }.joined(
        separator: ", ")
  }
}

// SPDX-License-Identifier: Apache-2.0
// Arithmetic on ranges of host-physical memory.

extension MachinePlan.Extent {
  /// The last byte. One that a mistake in the file left empty counts as one byte: the file is refused anyway.
  var last: UInt64 { size == 0 ? start : start + (size - 1) }

  /// True where the two share a byte.
  func overlaps(_ other: Self) -> Bool { start <= other.last && other.start <= last }

  /// True where `other` lies inside.
  func contains(_ other: Self) -> Bool { start <= other.start && other.last <= last }

  /// What is left without `holes`, ascending.
  func subtracting(_ holes: [Self]) -> [Self] {
    var rest: [Self] = []
    var frontier = start
    for hole in holes.filter({ overlaps($0) }).sorted(by: { $0.start < $1.start }) {
      if hole.start > frontier { rest.append(.init(start: frontier, size: hole.start - frontier)) }
      if hole.last >= last { return rest }
      frontier = max(frontier, hole.last + 1)
    }
    rest.append(.init(start: frontier, size: last - frontier + 1))
    return rest
  }

  /// The whole pages that hold it.
  var pages: Self {
    let first = start & ~4095
    return .init(start: first, size: (last | 4095) - first + 1)
  }
}

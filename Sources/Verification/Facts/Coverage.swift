// SPDX-License-Identifier: Apache-2.0
// A union of ranges, and what of a range it leaves out.

/// A union of inclusive ranges: sorted, disjoint, not touching.
struct Coverage: Sendable {
  private(set) var ranges: [(first: UInt64, last: UInt64)] = []

  /// The union of ranges in any order.
  init(_ parts: [(first: UInt64, last: UInt64)]) {
    for part in parts.sorted(by: { $0.first < $1.first }) {
      if let top = ranges.last, part.first <= top.last || part.first == top.last &+ 1 {
        ranges[ranges.count - 1].last = max(top.last, part.last)
      } else {
        ranges.append(part)
      }
    }
  }

  /// The first part of `first ... last` that the union does not contain; nil where it contains all.
  func missing(_ first: UInt64, _ last: UInt64) -> (first: UInt64, last: UInt64)? {
    var cursor = first
    for index in lowerBound(first)..<ranges.endIndex {
      let range = ranges[index]
      if range.first > cursor { return (cursor, min(last, range.first - 1)) }
      if range.last >= last { return nil }
      cursor = range.last + 1
    }
    return (cursor, last)
  }

  /// The first part of `first ... last` that the union contains.
  func meeting(_ first: UInt64, _ last: UInt64) -> (first: UInt64, last: UInt64)? {
    let index = lowerBound(first)
    guard index < ranges.endIndex, ranges[index].first <= last else { return nil }
    return (max(first, ranges[index].first), min(last, ranges[index].last))
  }

  /// The index of the first range that ends at or after `address`.
  private func lowerBound(_ address: UInt64) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].last < address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

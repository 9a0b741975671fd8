// SPDX-License-Identifier: Apache-2.0
// Which of many ranges meet a given one, without looking at all of them.

/// Ranges by address, for questions of overlap: a question costs log n and its answer.
struct OverlapIndex<Element> {
  private let elements: [Element]
  private let firsts: [UInt64]
  private let lasts: [UInt64]
  /// The largest last address among the first n ranges.
  private let reach: [UInt64]

  /// An answer names at most so many: more says nothing to a reader, and hostile files have more.
  static var most: Int { 16 }

  /// Indexes elements by the inclusive range that `range` gives.
  init(_ elements: [Element], by range: (Element) -> (first: UInt64, last: UInt64)) {
    let sorted = elements.map { (range($0), $0) }.sorted { $0.0 < $1.0 }
    self.elements = sorted.map(\.1)
    firsts = sorted.map(\.0.first)
    lasts = sorted.map(\.0.last)
    var reach: [UInt64] = []
    for last in lasts { reach.append(max(last, reach.last ?? 0)) }
    self.reach = reach
  }

  /// The elements that meet `first ... last`, ascending, at most `most` of them.
  func meeting(_ first: UInt64, _ last: UInt64) -> [Element] {
    var (low, high) = (0, firsts.count)
    while low < high {
      let middle = (low + high) / 2
      if firsts[middle] <= last { low = middle + 1 } else { high = middle }
    }
    var found: [Element] = []
    var index = low - 1
    while index >= 0, reach[index] >= first, found.count < Self.most {
      if lasts[index] >= first { found.append(elements[index]) }
      index -= 1
    }
    return found.reversed()
  }
}

// SPDX-License-Identifier: Apache-2.0
// Cuts the guest-physical space of a member into windows with little in each, the same ones at every moment, so that a question is asked again
// only where something changed. Promise: the windows follow each other without gap from 0 to 2^64 - 1, and whatever tables or
// configuration say is in every window that it meets.

/// The windows of one member.
struct TableWindows {
  /// First addresses, ascending, from 0 on.
  private let starts: [UInt64]
  /// Ranges that begin in one window. Fewer make more questions, more make slower ones.
  private static let limit = 6

  /// Windows for what the configuration can ever say of a member: `due` with all cells.
  init(_ due: Due) {
    let edges = Set(due.grants.map(\.first) + due.taken.map(\.first)).sorted()
    starts =
      [0] + stride(from: Self.limit, to: edges.count, by: Self.limit).map { edges[$0] }.filter { $0 > 0 }
  }

  /// Every window with all that is in it; and why each of its `forbidden` is.
  func cut(_ read: ReadBack, _ due: Due) -> [(window: TableWindow, why: [TableFault.Kind])] {
    var windows = starts.indices.map { index in
      TableWindow(
        first: starts[index], last: index + 1 < starts.count ? starts[index + 1] - 1 : .max, stretches: [],
        grants: [], taken: [], forbidden: [])
    }
    for stretch in read.stretches {
      for index in met(stretch.first, stretch.last) { windows[index].stretches.append(stretch) }
    }
    for grant in due.grants {
      for index in met(grant.first, grant.last) { windows[index].grants.append(grant) }
    }
    for range in due.taken {
      for index in met(range.first, range.last) { windows[index].taken.append(range) }
    }
    let forbidden = due.forbidden.sorted { $0.range.first < $1.range.first }
    // Ranges may overlap: `reach` is the furthest end of those up to an index.
    var reach: [UInt64] = []
    for one in forbidden { reach.append(max(one.range.last, reach.last ?? 0)) }
    return windows.map { window in
      var window = window
      var why: [TableFault.Kind] = []
      // From this window, nothing else is reached than what its stretches lead to.
      var hit: Set<Int> = []
      for stretch in window.stretches {
        let first = max(stretch.first, window.first) &+ stretch.distance
        let last = min(stretch.last, window.last) &+ stretch.distance
        var index = Self.lowerBound(reach, first)
        while index < forbidden.count, forbidden[index].range.first <= last {
          if forbidden[index].range.last >= first { hit.insert(index) }
          index += 1
        }
      }
      for index in hit.sorted() {
        window.forbidden.append(forbidden[index].range)
        why.append(forbidden[index].why)
      }
      return (window, why)
    }
  }

  /// The windows that a range meets.
  private func met(_ first: UInt64, _ last: UInt64) -> Range<Int> {
    var begin = Self.lowerBound(starts, first)
    if begin == starts.count || starts[begin] > first { begin -= 1 }
    var end = begin
    while end < starts.count, starts[end] <= last { end += 1 }
    return begin..<end
  }

  /// The first index whose number is not smaller.
  private static func lowerBound(_ numbers: [UInt64], _ value: UInt64) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

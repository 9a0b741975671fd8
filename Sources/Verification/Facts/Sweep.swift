// SPDX-License-Identifier: Apache-2.0
// Finds ranges of different owners that meet, in n log n.

/// An inclusive range with an owner. Two *tolerant* ranges of different owners may meet; any other pair may not.
struct OwnedRange: Sendable {
  var first: UInt64
  var last: UInt64
  var owner: Int
  var tolerant: Bool
  /// The caller's own index.
  var tag: Int
}

/// Two ranges that meet although they may not, and the first address in both.
struct Clash: Sendable {
  var earlier: Int
  var later: Int
  var first: UInt64
  var last: UInt64
}

/// The two ranges that reach furthest, of two different owners.
private struct Furthest {
  var best: OwnedRange?
  var other: OwnedRange?

  mutating func add(_ range: OwnedRange) {
    guard let current = best else { return best = range }
    if range.owner == current.owner {
      if range.last > current.last { best = range }
    } else if range.last > current.last {
      (best, other) = (range, current)
    } else if other.map({ range.last > $0.last }) ?? true {
      other = range
    }
  }

  /// The range of another owner that reaches furthest.
  func reaching(_ range: OwnedRange) -> OwnedRange? {
    [best, other].compactMap { $0 }.first { $0.owner != range.owner && $0.last >= range.first }
  }
}

/// Each range's clash with the one that reaches furthest into it. Every range that clashes with an earlier one is
/// named once, so the answer is linear in the number of ranges; it is empty only if no two may-not-meet ranges meet.
func clashes(_ ranges: [OwnedRange]) -> [Clash] {
  var exclusive = Furthest()
  var tolerant = Furthest()
  var found: [Clash] = []
  let sorted = ranges.sorted { ($0.first, $0.last, $0.tag) < ($1.first, $1.last, $1.tag) }
  for range in sorted {
    if let hit = exclusive.reaching(range) ?? (range.tolerant ? nil : tolerant.reaching(range)) {
      found.append(
        Clash(earlier: hit.tag, later: range.tag, first: range.first, last: min(hit.last, range.last)))
    }
    if range.tolerant { tolerant.add(range) } else { exclusive.add(range) }
  }
  return found
}

/// The tags of all ranges that meet a range of another owner, in n log n.
func meetingOthers(_ ranges: [OwnedRange]) -> Set<Int> {
  let sorted = ranges.sorted { $0.first < $1.first }
  // reach[n]: how far the first n ranges reach.
  var reach: [Furthest] = [Furthest()]
  for range in sorted {
    var next = reach[reach.count - 1]
    next.add(range)
    reach.append(next)
  }
  return Set(
    sorted.filter { range in
      // All that begin before this one ends; of those, does one of another owner end after this one begins?
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle].first <= range.last { low = middle + 1 } else { high = middle }
      }
      return reach[low].reaching(range) != nil
    }.map(\.tag))
}

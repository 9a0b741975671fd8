// SPDX-License-Identifier: Apache-2.0
// What a change of the files makes reachable or unreachable, per cell and resource.

import Core

/// A range whose rights differ between two sets.
public struct Change: Sendable, Hashable {
  /// What kind of difference.
  public enum Kind: String, Sendable, Hashable {
    /// The cell could not reach it and now can.
    case gained
    /// The cell could reach it and no longer can.
    case lost
    /// The cell can reach it before and after, with other rights.
    case rights
  }
  /// The space.
  public var space: Space
  /// First resource.
  public var first: UInt64
  /// Last resource, included.
  public var last: UInt64
  /// Rights before; nil where it could not reach it.
  public var before: ClaimMarks?
  /// Rights after; nil where it cannot reach it.
  public var after: ClaimMarks?
  /// The device or range, where known.
  public var name: String?
  /// What kind of difference.
  public var kind: Kind { before == nil ? .gained : after == nil ? .lost : .rights }
}

/// Disjoint ranges with rights, ascending: the union of overlapping accesses.
private struct Profile {
  var parts: [(first: UInt64, last: UInt64, rights: ClaimMarks, name: String?)] = []

  init(_ accesses: [Access]) {
    var edges = Set<UInt64>()
    for access in accesses {
      edges.insert(access.first)
      edges.insert(access.last + 1)
    }
    let sorted = accesses.sorted { $0.first < $1.first }
    let bounds = edges.sorted()
    var open: [Access] = []
    var next = 0
    for (start, end) in zip(bounds, bounds.dropFirst()) {
      open.removeAll { $0.last < start }
      while next < sorted.count, sorted[next].first <= start {
        open.append(sorted[next])
        next += 1
      }
      guard let one = open.first else { continue }
      let rights = open.reduce(into: ClaimMarks()) { $0.formUnion($1.rights) }
      parts.append((start, end - 1, rights, open.lazy.compactMap(\.name).first ?? one.name))
    }
  }

  /// Rights and name at a resource; nil outside.
  func at(_ value: UInt64) -> (rights: ClaimMarks, name: String?)? {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].last < value { low = middle + 1 } else { high = middle }
    }
    guard low < parts.count, parts[low].first <= value else { return nil }
    return (parts[low].rights, parts[low].name)
  }
}

/// The differences between what one cell could and can reach, in every space.
public func changes(from old: [Access], to new: [Access]) -> [Change] {
  let (olds, news) = (Dictionary(grouping: old, by: \.space), Dictionary(grouping: new, by: \.space))
  return Space.everySpace.flatMap { space -> [Change] in
    let (before, after) = (Profile(olds[space] ?? []), Profile(news[space] ?? []))
    var edges = Set<UInt64>()
    for part in before.parts + after.parts {
      edges.insert(part.first)
      edges.insert(part.last + 1)
    }
    let bounds = edges.sorted()
    var result: [Change] = []
    for (start, end) in zip(bounds, bounds.dropFirst()) {
      let (a, b) = (before.at(start), after.at(start))
      if a?.rights == b?.rights { continue }
      let change = Change(
        space: space, first: start, last: end - 1, before: a?.rights, after: b?.rights,
        name: b?.name ?? a?.name)
      if let last = result.last, last.last + 1 == start, last.before == change.before,
        last.after == change.after,
        last.name == change.name
      {
        result[result.count - 1].last = change.last
      } else {
        result.append(change)
      }
    }
    return result
  }
}

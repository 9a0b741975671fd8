// SPDX-License-Identifier: Apache-2.0
// What each cell may touch: its claims, and for root what its base layer says and nobody took away.

import Core

/// A range that a cell may touch, with a name where one is known.
public struct Access: Sendable, Hashable {
  /// Which kind of resource.
  public var space: Space
  /// First resource, counted from the space's own 0.
  public var first: UInt64
  /// Last resource, included.
  public var last: UInt64
  /// Rights; memory only.
  public var rights: ClaimMarks
  /// Another cell has it too, or root keeps it: a declared channel.
  public var isShared: Bool
  /// The device or range that it belongs to.
  public var name: String?
}

/// What one member of a set may touch.
public struct Reach: Sendable, Hashable {
  /// Position in the set; 0 is root.
  public var member: Int
  /// Ranges, by space and address.
  public var accesses: [Access]
  /// The ranges of one space.
  public func of(_ space: Space) -> [Access] { accesses.filter { $0.space == space } }
}

extension MachineSet {
  /// What every member may touch under these claims.
  func reach(_ claims: [Claim]) -> [Reach] {
    let taken = claims.filter { !$0.marks.contains(.base) && !$0.marks.contains(.keepsRoot) }
    let takenBySpace = Dictionary(grouping: taken, by: \.space).mapValues { claims in
      Coverage(claims.map { ($0.base, $0.end - 1) })
    }
    let byOwner = Dictionary(grouping: claims, by: \.owner)
    return members.map { member in
      var accesses: [Access] = []
      for claim in merged(byOwner[.cell(member.index)] ?? []).sorted(by: {
        ($0.base, $0.end) < ($1.base, $1.end)
      }) {
        let last = claim.end - 1
        let parts =
          member.isRoot
          ? takenBySpace[claim.space]?.gaps(claim.base, last) ?? [(claim.base, last)] : [(claim.base, last)]
        for part in parts.flatMap({ named(claim.space, $0.first, $0.last) }) {
          accesses.append(
            Access(
              space: claim.space, first: part.first, last: part.last,
              rights: claim.marks.intersection([.read, .write, .execute, .dma]),
              isShared: claim.marks.contains(.keepsRoot), name: part.name))
        }
      }
      accesses.sort { ($0.space.rawValue, $0.first, $0.last) < ($1.space.rawValue, $1.first, $1.last) }
      return Reach(member: member.index, accesses: accesses)
    }
  }

  /// A range cut into parts that have one name each.
  private func named(
    _ space: Space, _ first: UInt64, _ last: UInt64
  ) -> [(first: UInt64, last: UInt64, name: String?)] {
    var edges: [UInt64]
    switch space {
    case .memory: edges = naming.memoryEdges(first, last)
    case .port: edges = naming.portEdges(first, last)
    case .function, .interrupt: edges = last > first && last - first < 4096 ? Array(first + 1...last) : []
    case .cpu, .cacheWay, .stream: edges = []
    }
    var parts: [(first: UInt64, last: UInt64, name: String?)] = []
    for start in [first] + edges {
      let name = accessName(space, start)
      if let top = parts.last {
        let joins = top.name == name && !(space == .function && name != nil)
        if joins { continue }
        parts[parts.count - 1].last = start - 1
      }
      parts.append((start, last, name))
    }
    return parts
  }

  private func accessName(_ space: Space, _ first: UInt64) -> String? {
    switch space {
    case .memory: naming.memory(first)
    case .port: naming.port(first)
    case .function: naming.function(UInt32(truncatingIfNeeded: first))
    case .interrupt: pinName(first)
    case .cpu, .cacheWay, .stream: nil
    }
  }

  private func pinName(_ line: UInt64) -> String? {
    let chip = root.cell.interruptChips.firstIndex { identity($0) == line >> 10 }
    return chip.flatMap { naming.pin($0, Int(line & 0x3ff)) }
  }
}

extension Coverage {
  /// The parts of `first ... last` that the union does not contain.
  func gaps(_ first: UInt64, _ last: UInt64) -> [(first: UInt64, last: UInt64)] {
    var result: [(first: UInt64, last: UInt64)] = []
    var cursor = first
    while let gap = missing(cursor, last) {
      result.append(gap)
      guard gap.last < last else { break }
      cursor = gap.last + 1
    }
    return result
  }
}

// SPDX-License-Identifier: Apache-2.0
// What tables and bitmaps say, read back as ranges: by the walker that is written from the manual, address by address, each table as often
// as the processor would come by it. What the core notes about its own tables is not looked at.

import Core
import Simulator

/// Guest-physical addresses that lead to neighbouring host-physical ones, in the same way.
struct Stretch: Hashable, Sendable {
  /// First and last guest-physical byte.
  var first: UInt64
  var last: UInt64
  /// Host-physical minus guest-physical, modulo 2^64.
  var distance: UInt64
  /// Rights (bits 0 to 2: read, write, execute), memory type (5:3), "ignore PAT" (6), as an entry has them.
  var access: UInt64

  /// First and last host-physical byte.
  var host: (first: UInt64, last: UInt64) { (first &+ distance, last &+ distance) }
}

/// What was read back of a cell's page tables.
struct ReadBack: Hashable, Sendable {
  /// Ascending; neighbours that continue each other are one.
  var stretches: [Stretch] = []
  /// Where a processor would stop with an EPT misconfiguration, or would find no memory; and why.
  var broken: (address: UInt64, why: String)?

  static func == (a: ReadBack, b: ReadBack) -> Bool {
    a.stretches == b.stretches && a.broken?.address == b.broken?.address
  }
  func hash(into hasher: inout Hasher) { hasher.combine(stretches) }
}

extension Simulator<UInt64> {
  /// Walks the tables in force of a cell from guest-physical 0 to 2^48, behind which four levels translate nothing.
  func readBack(cell: UInt64) -> ReadBack {
    var result = ReadBack()
    guard let root = tableRoot(of: cell) else {
      result.broken = (0, "the cell has no tables")
      return result
    }
    var walker = EPTWalker(read: poolWord)
    walker.hasHugePages = read(.pool, PoolWord.hugePages) == 1
    var address: UInt64 = 0
    while address < 1 << 48 {
      let (outcome, size) = walker.stretch(root: root, from: address)
      let next = (address & ~(size - 1)) &+ size
      switch outcome {
      case .violation: break
      case .misconfiguration(let why):
        result.broken = (address, why)
        return result
      case .mapped(let host, let rights, _, let type, let ignoresPAT):
        let access = rights | type << 3 | (ignoresPAT ? 0x40 : 0)
        let distance = host &- address
        if let top = result.stretches.last, top.last &+ 1 == address, top.distance == distance,
          top.access == access
        {
          result.stretches[result.stretches.count - 1].last = next - 1
        } else {
          result.stretches.append(Stretch(first: address, last: next - 1, distance: distance, access: access))
        }
      }
      address = next
    }
    return result
  }

  /// Which bits of a bitmap are 0 (no exit), as ranges of their numbers: of `count` words from word `first` of a table on.
  func openBits(_ table: Table, first: UInt64, count: UInt64) -> [ClosedRange<UInt64>] {
    var ranges: [ClosedRange<UInt64>] = []
    func add(_ first: UInt64, _ last: UInt64) {
      if let top = ranges.last, top.upperBound + 1 == first {
        ranges[ranges.count - 1] = top.lowerBound...last
      } else {
        ranges.append(first...last)
      }
    }
    for index in 0..<count {
      let word = read(table, first + index)
      if word == .max { continue }
      let start = index * 64
      if word == 0 {
        add(start, start + 63)
      } else {
        for bit in 0..<UInt64(64) where word >> bit & 1 == 0 { add(start + bit, start + bit) }
      }
    }
    return ranges
  }
}

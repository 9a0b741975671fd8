// SPDX-License-Identifier: Apache-2.0
// C3: shares of the L3 cache.

import CellConfig

extension Rule {
  /// One cache region per cell, inside the mask, disjoint unless shared.
  static let c3 = Rule(
    "C3", .processors, .error,
    "A cell has at most one L3 cache region, of a supported type, inside the capacity mask and root's own region, and no "
      + "two cells' regions overlap without the shared flag.",
    why: """
      A cache region reserves bits of the L3 capacity mask. Overlapping masks evict each other's lines, so the promise that \
      a real-time cell keeps its cache is silently broken. The size of the mask is known where the machine file says it; \
      else 32 bits, which the format can express. Where root has a cache region, cells take their bits from it: others are \
      not root's to give.
      """,
    example: "Cell rtos has bits 0-3, cell vision bits 2-5, neither flagged as shared.",
    remedy: "Choose disjoint runs of bits, or set the shared flag on both sides."
  ) { set in
    var found: [Finding] = []
    let bits = UInt64(set.inventory.cacheMaskBits ?? 32)
    var ranges: [OwnedRange] = []
    var items: [(member: Int, index: Int)] = []
    // Root's own bits; nothing is known of them where root lists no region.
    let own = set.root.cell.caches.first.map {
      (first: UInt64($0.start), end: UInt64($0.start) + UInt64($0.size))
    }
    for member in set.members {
      for (index, cache) in member.cell.caches.enumerated() {
        func report(_ title: String, _ witness: Witness, _ remedy: String, _ other: Side? = nil) {
          found.append(
            Finding(
              "C3", .error, title, at: set.side(member.index, .cache(index)), against: other,
              witness: witness,
              consequence: "The cell is refused (EINVAL), or runs without the cache it counts on.",
              remedy: remedy))
        }
        let end = UInt64(cache.start) + UInt64(cache.size)
        if index > 0 {
          report(
            "\(member.title) has more than one cache region",
            Witness(.number, UInt64(index + 1), "region \(index + 1) of 1"),
            "Merge them into one run of bits.", set.side(member.index, .cache(0)))
        }
        if cache.type != 3 {
          report(
            "\(member.title)'s cache region \(index) has type \(cache.type), only 3 (code and data) is supported",
            Witness(.number, UInt64(cache.type), "type \(cache.type)"), "Set the type to 3.")
        }
        if cache.size == 0 || end > bits {
          report(
            "\(member.title)'s cache region \(index) "
              + (cache.size == 0 ? "is empty" : "leaves the L3 capacity mask of \(bits) bits"),
            Witness(
              .cacheBit, cache.size == 0 ? UInt64(cache.start) : max(bits, UInt64(cache.start)),
              cache.size == 0 ? "0 bits from bit \(cache.start)" : "bit \(end - 1) is past bit \(bits - 1)"),
            "Choose a run of at least one bit inside 0-\(bits - 1).")
        } else if !member.isRoot {
          if let own, own.first < own.end, UInt64(cache.start) < own.first || end > own.end {
            let stray =
              UInt64(cache.start) < own.first ? UInt64(cache.start) : max(own.end, UInt64(cache.start))
            report(
              "\(member.title)'s cache region \(index) has bits that the root cell does not have",
              Witness(.cacheBit, stray, "bit \(stray) is outside root's bits \(own.first)-\(own.end - 1)"),
              "Choose a run of bits inside \(own.first)-\(own.end - 1), or widen root's region.",
              set.side(0, .cache(0)))
          }
          ranges.append(
            OwnedRange(
              first: UInt64(cache.start), last: end - 1, owner: member.index, tolerant: cache.flags & 1 != 0,
              tag: ranges.count))
          items.append((member.index, index))
        }
      }
    }
    for clash in clashes(ranges) {
      let (a, b) = (items[clash.earlier], items[clash.later])
      let (one, two) = (set.members[a.member].name, set.members[b.member].name)
      found.append(
        Finding(
          "C3", .error, "the L3 cache shares of cells \(one) and \(two) overlap",
          at: set.side(b.member, .cache(b.index)), against: set.side(a.member, .cache(a.index)),
          witness: Witness(
            .cacheBit, clash.first, last: clash.last,
            "bit \(clash.first) of the capacity mask is used by cells \(one) and \(two)"),
          consequence:
            "Each cell evicts the other's cache lines: neither gets the latency it was given, and each can "
            + "observe the other's accesses.",
          remedy: "Choose disjoint runs of bits, or set the shared flag in both cells."))
    }
    return found
  }
}

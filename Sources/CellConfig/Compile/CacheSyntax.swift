// SPDX-License-Identifier: Apache-2.0
// `cache: {from: 0, ways: 4}`: a share of the L3 cache placed by hand.

/// Reads shares of the cache.
enum CacheSyntax {
  /// Adds the shares that `cache:` places by hand: one, or a list.
  static func addByHand(_ fields: Fields, to builder: inout CellBuilder) {
    let problems = fields.problems
    for node in fields.list("cache") {
      guard
        let share = Fields(
          node, "this share of the cache", keys: ["from", "ways", "type", "flags"], problems,
          example: "{from: 0, ways: 4}")
      else { continue }
      var cache = CacheRegion(start: share.number("from") ?? 0, size: share.number("ways") ?? 0)
      if let type = share["type"] {
        cache.type = problems.term(type, "type", Vocabulary.cacheTypes, as: UInt8.self) ?? 3
      }
      if let flags = share.flags("flags", Vocabulary.cacheFlags) {
        cache.flags = UInt16(truncatingIfNeeded: flags)
        if flags > 0xffff {
          problems.error(
            .outOfRange, "`flags` does not fit 16 bits", remedy: "use root-shared",
            at: share.place(of: "flags"))
        }
      }
      builder.add(cache, at: node.position)
    }
  }
}

extension Problems {
  /// `cpu-set-size`, which must hold every CPU.
  func cpuSetSize(_ fields: Fields, cpus: [Int]) -> Int? {
    guard let bytes: UInt16 = fields.number("cpu-set-size") else { return nil }
    if bytes > 4096 || Int(bytes) * 8 <= cpus.max() ?? -1 {
      error(
        .outOfRange, "a set of \(bytes) bytes does not hold these CPUs, or exceeds 4096 bytes",
        remedy: "leave `cpu-set-size` out", at: fields.place(of: "cpu-set-size"))
      return nil
    }
    return Int(bytes)
  }
}

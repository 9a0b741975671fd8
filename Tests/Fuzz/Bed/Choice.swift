// SPDX-License-Identifier: Apache-2.0
// Which configurations are the worst. Nothing is chosen by hand: of each kind of outcome those that take the hypervisor the most work, the longest one,
// and the one that is refused farthest in; of all of them those that take the most pages; of what is admitted, though it is no sound configuration of
// ours, those that take the most of both.

/// A configuration, and what comes of it at the plain spot.
public struct Candidate: Sendable {
  public let bytes: [UInt8]
  public let outcome: Answer
  public init(_ bytes: [UInt8], _ outcome: Answer) { (self.bytes, self.outcome) = (bytes, outcome) }
}

/// Chooses.
public struct Choice {
  /// How many, and how many bytes together, at most: the testbed's root holds them in its memory.
  public static let most = 120
  public static let mostBytes = 80_000
  /// What clears more than this when it is destroyed takes too long in Bochs.
  private static let mostScrubbed: UInt64 = 16 << 20
  private static let mostBytesOfOne = 24_000

  public private(set) var chosen: [Candidate] = []
  private var known: Set<[UInt8]> = []
  private var bytes = 0

  /// Chooses among `candidates`; `sound` are configurations that nobody has damaged.
  public init(_ candidates: [Candidate], sound: Set<[UInt8]>) {
    // An order that does not depend on how they were found.
    let usable = candidates.filter { one in
      !one.outcome.takesRoots && one.outcome.scrubbed <= Self.mostScrubbed
        && one.bytes.count <= Self.mostBytesOfOne
    }.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    let kinds = Dictionary(grouping: usable) { "\($0.outcome.kind) \($0.outcome.code)" }
    let names = kinds.keys.sorted()
    // First one of each kind, so that none is left out.
    for rank in 0..<3 {
      for name in names { take(kinds[name] ?? [], 1, skip: rank) { $0.outcome.work.words } }
    }
    take(usable, 10) { $0.outcome.work.pages }
    let damaged = usable.filter { $0.outcome.code == 0 && !sound.contains($0.bytes) }
    take(damaged, 8) { $0.outcome.work.words }
    take(damaged, 4) { $0.outcome.pages }
    for name in names { take(kinds[name] ?? [], 1) { $0.outcome.subject } }
    for name in names { take(kinds[name] ?? [], 1) { UInt64($0.bytes.count) } }
  }

  /// Takes the first `count` behind `skip` by a measure, each with another value of it.
  private mutating func take(
    _ from: [Candidate], _ count: Int, skip: Int = 0, by measure: (Candidate) -> UInt64
  ) {
    var seen: Set<UInt64> = []
    var (left, ahead) = (count, skip)
    let order = from.enumerated().sorted {
      let (one, other) = (measure($0.element), measure($1.element))
      return one != other ? one > other : $0.offset < $1.offset
    }
    for (_, one) in order where left > 0 {
      if !seen.insert(measure(one)).inserted { continue }
      if ahead > 0 {
        ahead -= 1
        continue
      }
      left -= 1
      if known.contains(one.bytes) || chosen.count == Self.most || bytes + one.bytes.count > Self.mostBytes {
        continue
      }
      known.insert(one.bytes)
      bytes += one.bytes.count
      chosen.append(one)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Which configurations are the worst. Nothing is chosen by hand: of each kind of outcome the one that takes the hypervisor the most work, those that take
// the most for their length, the one that is refused farthest in, the longest; of all of them those for which the most pages are cleared; of what is
// admitted, though it is no sound configuration of ours, those that take the most work and the most pages.

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
  public static let mostBytes = 70_000
  /// A fuzzer's input is no longer. One longer one is chosen, of this many bytes at most.
  private static let usual = 4096
  private static let mostOfLong = 17_000
  /// What clears more than this when it is destroyed takes too long in Bochs.
  private static let mostScrubbed: UInt64 = 16 << 20

  public private(set) var chosen: [Candidate] = []
  private var known: Set<[UInt8]> = []
  private var bytes = 0

  /// Chooses among `candidates`; `sound` are configurations that nobody has damaged.
  public init(_ candidates: [Candidate], sound: Set<[UInt8]>) {
    // An order that does not depend on how they were found.
    let usable = candidates.filter { one in
      !one.outcome.takesRoots && one.outcome.scrubbed <= Self.mostScrubbed
    }.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    func byKind(_ ones: [Candidate]) -> [(key: String, value: [Candidate])] {
      Dictionary(grouping: ones) { "\($0.outcome.kind) \($0.outcome.code)" }.sorted { $0.key < $1.key }
    }
    take(usable.filter { $0.bytes.count > Self.usual && $0.bytes.count <= Self.mostOfLong }, 1) {
      $0.outcome.work.words
    }
    let short = usable.filter { $0.bytes.count <= Self.usual }
    let kinds = byKind(short)
    // First the worst of each kind, so that none is left out; last what is like others.
    for (_, ones) in kinds { take(ones, 1) { $0.outcome.work.words } }
    let damaged = short.filter { $0.outcome.code == 0 && !sound.contains($0.bytes) }
    take(damaged, 4) { $0.outcome.work.words }
    take(damaged, 3) { $0.outcome.pages }
    take(short, 4) { $0.outcome.work.pages }
    for (_, ones) in kinds { take(ones, 1) { $0.outcome.subject } }
    for rank in 0..<3 {
      for (_, ones) in kinds {
        take(ones, 1, skip: rank) { $0.outcome.work.words * 256 / (UInt64($0.bytes.count) + 32) }
      }
    }
    for (_, ones) in kinds { take(ones, 1) { UInt64($0.bytes.count) } }
  }

  /// Takes the first `count` behind `skip` by a measure, each with another value of it; of those with the same value the shortest.
  private mutating func take(
    _ from: [Candidate], _ count: Int, skip: Int = 0, by measure: (Candidate) -> UInt64
  ) {
    var seen: Set<UInt64> = []
    var (left, ahead) = (count, skip)
    let order = from.enumerated().sorted {
      let (one, other) = (measure($0.element), measure($1.element))
      if one != other { return one > other }
      let (length, otherLength) = ($0.element.bytes.count, $1.element.bytes.count)
      return length != otherLength ? length < otherLength : $0.offset < $1.offset
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

// SPDX-License-Identifier: Apache-2.0
// The life of a simulated machine: drawn, repeated, and, where something is found, shortened until nothing more can be left out.

import Core
import Foundation
import Simulator

/// What went wrong on a simulated machine.
public struct SimulatedFinding: Sendable {
  let seed: UInt64
  let deeds: [Deed]
  /// The first thing that was not as it should be.
  public let text: String

  /// What it is about, whatever the numbers.
  var kind: String { String(text.filter { $0.isLetter }.prefix(60)) }

  /// A report in words.
  public var report: String {
    let lines = deeds.enumerated().map { "  \($0.offset + 1). \($0.element.words)" }
    return (["seed \(seed): \(text)", "after:"] + lines).joined(separator: "\n")
  }
}

/// One life.
public struct SimulatedLife {
  let seed: UInt64
  /// What happened, by kind.
  public private(set) var counts: [String: Int] = [:]

  /// The life of a seed.
  public init(seed: UInt64) { self.seed = seed }

  private mutating func run(_ script: Script, turns: UInt64 = 0) -> SimulatedFinding? {
    let (board, watch) = SimulatedMachine.make(seed: seed, turns: turns, script)
    if board.finding == nil { board.run(board.cpus.filter(\.isAlive).map(\.number)) }
    counts = watch.counts.merging(watch.world.counts, uniquingKeysWith: +)
    return board.finding.map { SimulatedFinding(seed: seed, deeds: watch.script.done, text: $0) }
  }

  /// Draws `count` deeds. The first thing found.
  public mutating func live(deeds count: Int) -> SimulatedFinding? {
    run(Script(seed: seed, count: count))
  }

  /// The same finding, or another, by fewer deeds, after at most `limit` seconds.
  public mutating func shortened(_ finding: SimulatedFinding, seconds limit: Double = 20) -> SimulatedFinding
  {
    let end = Date().addingTimeInterval(limit)
    let kept = counts
    defer { counts = kept }
    var best = finding
    var size = max(1, best.deeds.count / 2)
    while Date() < end {
      var isShorter = false
      var first = max(0, best.deeds.count - size)
      while Date() < end {
        var fewer = best.deeds
        fewer.removeSubrange(first..<min(first + size, fewer.count))
        // With fewer deeds CPUs take turns in another order; so several are tried.
        for turns in UInt64(0)..<8 where Date() < end {
          guard let found = run(Script(fewer), turns: turns), found.kind == best.kind,
            found.deeds.count < best.deeds.count
          else { continue }
          (best, isShorter) = (found, true)
          first = min(first, best.deeds.count)
          break
        }
        if first == 0 { break }
        first = max(0, first - size)
      }
      if size == 1 && !isShorter { break }
      size = max(1, size / 2)
    }
    return best
  }
}

// SPDX-License-Identifier: Apache-2.0
// The helpers under the rules against pairwise comparison.

import Testing
import TestSupport

@testable import Verification

@Suite struct SweepTests {
  static func ranges(_ random: inout SplitMix) -> [OwnedRange] {
    (0..<Int.random(in: 0...12, using: &random)).map { tag in
      let first = UInt64.random(in: 0..<60, using: &random)
      return OwnedRange(
        first: first, last: first + UInt64.random(in: 0..<20, using: &random),
        owner: Int.random(in: 0..<4, using: &random), tolerant: Bool.random(using: &random), tag: tag)
    }
  }

  static func meet(_ a: OwnedRange, _ b: OwnedRange) -> Bool {
    a.owner != b.owner && a.first <= b.last && b.first <= a.last
  }

  @Test func clashesAgreeWithPairs() {
    var random = SplitMix(seed: 3)
    for _ in 0..<3000 {
      let ranges = Self.ranges(&random)
      let bad = ranges.filter { a in ranges.contains { Self.meet(a, $0) && !(a.tolerant && $0.tolerant) } }
      let found = clashes(ranges)
      #expect(found.isEmpty == bad.isEmpty)
      for clash in found {
        let (a, b) = (ranges[clash.earlier], ranges[clash.later])
        #expect(Self.meet(a, b) && !(a.tolerant && b.tolerant))
        #expect(a.first <= clash.first && clash.last <= min(a.last, b.last) && clash.first == b.first)
      }
    }
  }

  @Test func meetingOthersAgreesWithPairs() {
    var random = SplitMix(seed: 4)
    for _ in 0..<3000 {
      let ranges = Self.ranges(&random)
      let expected = Set(ranges.filter { a in ranges.contains { Self.meet(a, $0) } }.map(\.tag))
      #expect(meetingOthers(ranges) == expected)
    }
  }

  @Test func coverageAgreesWithSets() {
    var random = SplitMix(seed: 5)
    for _ in 0..<2000 {
      let parts = (0..<Int.random(in: 0...6, using: &random)).map { _ -> (first: UInt64, last: UInt64) in
        let first = UInt64.random(in: 0..<40, using: &random)
        return (first, first + UInt64.random(in: 0..<9, using: &random))
      }
      let union = Set(parts.flatMap { Array($0.first...$0.last) })
      let first = UInt64.random(in: 0..<40, using: &random)
      let last = first + UInt64.random(in: 0..<15, using: &random)
      let coverage = Coverage(parts)
      let outside = (first...last).filter { !union.contains($0) }
      #expect(coverage.missing(first, last)?.first == outside.first)
      #expect(coverage.gaps(first, last).flatMap { Array($0.first...$0.last) } == outside)
      #expect(coverage.meeting(first, last)?.first == (first...last).first { union.contains($0) })
    }
    #expect(Coverage([(0, .max)]).missing(5, .max) == nil)
    #expect(Coverage([(0, 4), (5, .max)]).ranges.count == 1)
  }
}

// SPDX-License-Identifier: Apache-2.0
// The list of the worst configurations (Tests/Fuzz/worst.txt), which the testbed compares with the image in Bochs, is what the core says today. (The
// testbed's cells are compiled for it, so it stands here.)

import Bed
import Foundation
import Testing

@Suite struct WorstTests {
  static func list() throws -> [Worst] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fuzz/worst.txt")
    return try #require(Worst.list(String(decoding: Data(contentsOf: path), as: UTF8.self)))
  }

  /// Findings (a refusal that changes something, say) are thrown.
  @Test func theCoreAnswersAsTheListSays() throws {
    let (list, files) = (try Self.list(), try Bed.Files())
    let offers = list.flatMap { one in one.spots.map { (blob: one.bytes, spot: $0) } }
    var answers = try Bed.hand(offers, files)[...]
    for (index, one) in list.enumerated() {
      let now = Worst(one.bytes, one.spots, Array(answers.prefix(one.spots.count)))
      answers = answers.dropFirst(one.spots.count)
      #expect(
        now?.codes == one.codes && now?.pages == one.pages && now?.kind == one.kind,
        """
        configuration \(index) of Tests/Fuzz/worst.txt: the core says \(now?.kind ?? "nothing"), \(now?.codes ?? []), the list \
        \(one.kind), \(one.codes). If that is meant: make worst SECONDS_EACH=0
        """)
    }
  }

  @Test func itIsManyAndOfManyKinds() throws {
    let list = try Self.list()
    #expect((48...Choice.most).contains(list.count), "\(list.count)")
    #expect(Set(list.map(\.bytes)).count == list.count)
    #expect(list.reduce(0) { $0 + $1.bytes.count } <= Choice.mostBytes)
    let kinds = Set(list.map(\.kind))
    #expect(kinds.count >= 20, "\(kinds.sorted())")
    #expect(kinds.contains("admitted") && kinds.contains("poolTooSmall"))
    // Spots make a difference.
    #expect(list.contains { Set($0.codes).count > 1 })
  }

  @Test func whatIsWrittenIsRead() throws {
    let list = try Self.list()
    #expect(Worst.list(Worst.text(list)) == list)
  }
}

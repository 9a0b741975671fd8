// SPDX-License-Identifier: Apache-2.0
// The list of the worst configurations, Tests/Fuzz/worst.txt: each with what the simulator says of it at each spot. Tests/Fuzz/worst.py reads the same form.

/// One configuration of the list.
public struct Worst: Sendable, Equatable {
  /// The outcome's kind at the plain spot, words that the hypervisor looked at or set for it, and pages that it cleared.
  public var kind: String
  public var work: UInt64
  public var cleared: UInt64
  /// Pages of tables that it takes; 0 where it is refused.
  public var pages: UInt64
  /// What root is told, by spot; nil where it is not handed over.
  public var codes: [Int?]
  public var bytes: [UInt8]

  /// What takes the hypervisor much work is handed over at fewer spots: Bochs takes its time.
  private static let muchWork: UInt64 = 20_000
  /// Where a configuration is handed over.
  public static func spots(_ plain: Answer) -> [Spot] {
    plain.work.words > muchWork ? [.plain, .oneByteTooFar, .inItself] : Spot.allCases
  }
  /// Where this one is.
  public var spots: [Spot] { Spot.allCases.filter { codes[$0.rawValue] != nil } }

  /// By the answers at these spots, of which the plain one is the first; nil where it takes different pages at two of them.
  public init?(_ bytes: [UInt8], _ spots: [Spot], _ outcomes: [Answer]) {
    guard let plain = outcomes.first, outcomes.count == spots.count, spots.first == .plain else { return nil }
    self.bytes = bytes
    (kind, work, cleared) = (plain.kind, plain.work.words, plain.work.pages)
    pages = outcomes.map(\.pages).max() ?? 0
    codes = Spot.allCases.map { spot in spots.firstIndex(of: spot).map { outcomes[$0].code } }
    // Wherever it is admitted, it takes the same.
    if outcomes.contains(where: { $0.code == 0 && $0.pages != pages }) { return nil }
  }

  /// The list as text.
  public static func text(_ list: [Worst]) -> String {
    var text = """
      # SPDX-License-Identifier: Apache-2.0
      # The worst configurations that fuzzing came to, chosen and measured by `make worst`: never changed by hand. Of each: why it is refused (or
      # `admitted`), words that the hypervisor looked at or set, pages that it cleared, pages that it takes; what root is told at each spot
      # (Tests/Fuzz/Bed/Spot.swift; -: not handed over there); its bytes.
      pool \(BedSize.pages) \(BedSize.slack)

      """
    for one in list {
      let codes = one.codes.map { $0.map(String.init) ?? "-" }.joined(separator: " ")
      text += "blob \(one.kind) words \(one.work) cleared \(one.cleared) pages \(one.pages) codes \(codes)\n"
      for start in stride(from: 0, to: one.bytes.count, by: 64) {
        text += one.bytes[start..<min(start + 64, one.bytes.count)].map(hex).joined() + "\n"
      }
    }
    return text
  }
  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
  }

  /// The list that a text holds; nil where it is none.
  public static func list(_ text: String) -> [Worst]? {
    var list: [Worst] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") && !line.hasPrefix("pool ") {
      if let one = Worst(head: line) {
        list.append(one)
      } else {
        guard let bytes = bytes(line), !list.isEmpty else { return nil }
        list[list.count - 1].bytes += bytes
      }
    }
    return list
  }
  private init?(head: Substring) {
    let words = head.split(separator: " ")
    guard words.count == 9 + Spot.allCases.count, words[0] == "blob", words[2] == "words",
      let work = UInt64(words[3]), let cleared = UInt64(words[5]), let pages = UInt64(words[7])
    else { return nil }
    (kind, self.work, self.cleared, self.pages, bytes) = (String(words[1]), work, cleared, pages, [])
    codes = words.dropFirst(9).map { Int($0) }
  }
  private static func bytes(_ line: Substring) -> [UInt8]? {
    let digits = Array(line.utf8)
    if digits.count % 2 != 0 { return nil }
    var bytes: [UInt8] = []
    for pair in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[pair..<pair + 2], as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(byte)
    }
    return bytes
  }
}

// SPDX-License-Identifier: Apache-2.0
// The result of a theorem that was proved, as a cache keeps it. There is no record of anything else.

/// A theorem that was proved.
public struct ProofRecord: Sendable, Equatable {
  /// The theorem.
  public var theorem: String
  /// Number of obligations.
  public var obligations: Int
  /// Paths of the core that were explored.
  public var paths: Int
  /// How long it took, in whole milliseconds.
  public var milliseconds: Int
  /// When it was proved.
  public var date: String

  /// Makes a record.
  public init(theorem: String, obligations: Int, paths: Int, milliseconds: Int, date: String) {
    self.theorem = theorem
    self.obligations = obligations
    self.paths = paths
    self.milliseconds = milliseconds
    self.date = date
  }

  /// The bytes of the record under a key: lines, the last with the SHA-256 of those before it.
  func bytes(_ key: ProofKey) -> [UInt8] {
    let body =
      Self.first + """

        key \(key.text)
        theorem \(theorem)
        obligations \(obligations)
        paths \(paths)
        milliseconds \(milliseconds)
        date \(date)

        """
    return Array((body + "sha256 \(sha256(Array(body.utf8)))\n").utf8)
  }

  /// The record in `bytes`, and the key that it was written under; nil unless every byte is as `bytes(_:)` writes it.
  init?(_ bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 9, lines[0] == Self.first else { return nil }
    func field(_ line: Int, _ name: String) -> String? {
      lines[line].hasPrefix(name + " ") ? String(lines[line].dropFirst(name.count + 1)) : nil
    }
    func number(_ line: Int, _ name: String) -> Int? { field(line, name).flatMap { Int($0) } }
    guard let theorem = field(2, "theorem"), let obligations = number(3, "obligations"),
      let paths = number(4, "paths"), let milliseconds = number(5, "milliseconds"),
      let date = field(6, "date"), obligations > 0, paths >= 0, milliseconds >= 0
    else { return nil }
    self.init(
      theorem: theorem, obligations: obligations, paths: paths, milliseconds: milliseconds, date: date)
  }

  private static let first = "ostrog proof 1"
}

// SPDX-License-Identifier: Apache-2.0
// What sufficed in an earlier run: for a goal, which of the path's hypotheses; for "a state gets here", some of its
// values. A run that is told need not search.
//
// Nothing rests on a hint. Told hypotheses are picked from those of the path, so a proof from them is a proof; told values
// are only added to what is asked, so a state that has them is a state. A hint that does not lead to an answer is put
// aside, and the search goes as if there were none.

/// One hint.
public struct Hint: Sendable, Equatable {
  /// What it tells.
  enum Content: Sendable, Equatable {
    /// Fingerprints of hypotheses that suffice, and for whom.
    case hypotheses([UInt32], Kind)
    /// Fingerprints of constants and applications with values that they can have; 1 and 0 for true and false.
    case values([UInt32: UInt64])
  }
  /// Who answers quickest.
  enum Kind: String, CaseIterable {
    /// `SolverKind.ackermann`.
    case ackermann = "~"
    /// `SolverKind.blasted`.
    case blasted = "="
    /// Z3's default.
    case standard = "-"

    /// The solver.
    var solver: SolverKind {
      switch self {
      case .ackermann: .ackermann
      case .blasted: .blasted
      case .standard: .standard
      }
    }
  }
  /// Fingerprint of what it is for: a goal, or the name of a place with what is asked there.
  let key: UInt64
  let content: Content

  /// What a question must have taken, usually, to be worth a hint.
  public static let worth = Duration.milliseconds(30)
  /// What is worth a search for something better.
  static let slow = Duration.milliseconds(150)
  /// What is as good as nothing: whoever answers so quickly is not compared with others.
  static let quick = Duration.milliseconds(40)
  /// Effort (Z3's resource units) that a question with a hint may cost.
  static let most: UInt32 = 30_000_000

  init(key: UInt64, _ content: Content) {
    self.key = key
    self.content = content
  }

  /// Reads a line: the key, then a kind's sign and hypotheses or `+` and values, all hexadecimal. Nil for anything else.
  public init?(line: some StringProtocol) {
    let words = line.split(separator: " ")
    guard words.count >= 2, let key = UInt64(words[0], radix: 16) else { return nil }
    self.key = key
    switch words[1] {
    case let sign where Kind(rawValue: String(sign)) != nil:
      let numbers = words.dropFirst(2).compactMap { UInt32($0, radix: 16) }
      guard numbers.count == words.count - 2, let kind = Kind(rawValue: String(sign)) else { return nil }
      content = .hypotheses(numbers, kind)
    case "+":
      var values: [UInt32: UInt64] = [:]
      for word in words.dropFirst(2) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first.flatMap({ UInt32($0, radix: 16) }) else { return nil }
        // Most values are 0: they are not written.
        let value = parts.count == 1 ? 0 : UInt64(parts[1], radix: 16)
        guard let value else { return nil }
        values[name] = value
      }
      content = .values(values)
    default: return nil
    }
  }

  /// The line that says this.
  public var line: String {
    func hex(_ number: some BinaryInteger) -> String { String(number, radix: 16) }
    let rest: [String] =
      switch content {
      case .hypotheses(let numbers, let kind): [kind.rawValue] + numbers.map(hex)
      case .values(let values):
        ["+"] + values.sorted { $0.key < $1.key }.map { $1 == 0 ? hex($0) : "\(hex($0))=\(hex($1))" }
      }
    return ([hex(key)] + rest).joined(separator: " ")
  }
}

/// The hints of one exploration, and which of them led to an answer.
struct Hints {
  private let all: [Hint]
  private var places: [UInt64: [Int]] = [:]
  private var used: Set<Int> = []
  private var new: [Hint] = []

  init(_ all: [Hint] = []) {
    self.all = all
    for (place, hint) in all.enumerated() { places[hint.key, default: []].append(place) }
  }

  /// The hints for a key, with their places.
  func told(_ key: UInt64) -> [(place: Int, content: Hint.Content)] {
    places[key, default: []].map { ($0, all[$0].content) }
  }

  /// Notes that the hint at `place` led to an answer.
  mutating func use(_ place: Int) { used.insert(place) }

  /// Notes a hint for later runs.
  mutating func add(_ hint: Hint) { if !new.contains(hint) { new.append(hint) } }

  /// What a later run should be told: what led to an answer this time, and what is new.
  var worthwhile: [Hint] { used.sorted().map { all[$0] } + new }
  /// How many led to an answer, of how many.
  var fitting: (used: Int, told: Int) { (used.count, all.count) }
}

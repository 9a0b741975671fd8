// SPDX-License-Identifier: Apache-2.0
// The hints that come with the sources (Proofs/Hints/Text.swift), and how they are written. A stale hint costs time and
// nothing else; `make hints` makes them anew.

import Symbolic

/// The hints of all theorems.
public enum RecordedHints {
  /// By theorem.
  public static let all = read(text)

  /// Reads sections: a theorem's name and a colon, then its hints, one on each line. What is no hint is left out.
  public static func read(_ text: String) -> [String: [Hint]] {
    var hints: [String: [Hint]] = [:]
    var theorem = ""
    for line in text.split(separator: "\n") {
      if line.hasSuffix(":") {
        theorem = String(line.dropLast())
      } else if let hint = Hint(line: line) {
        hints[theorem, default: []].append(hint)
      }
    }
    return hints
  }

  /// The source file with these hints.
  public static func source(_ hints: [String: [Hint]]) -> String {
    let sections = hints.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { name, hints in
      "\(name):\n" + hints.map { "\($0.line)\n" }.joined()
    }
    return """
      // SPDX-License-Identifier: Apache-2.0
      // swift-format-ignore-file
      // Made by `make hints`; RecordedHints.swift says what it is. Key, then `-` and the hypotheses that suffice for a goal,
      // or `+` and values with which a place can be reached.

      extension RecordedHints {
        static let text = \"""

      """ + sections.joined() + "\"\"\"\n}\n"
  }
}

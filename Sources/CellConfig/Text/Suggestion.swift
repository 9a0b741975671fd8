// SPDX-License-Identifier: Apache-2.0
// "Did you mean …?"

/// The candidate nearest to `word`, if it is near enough to be a slip of the keys.
public func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
  let word = Array(word.lowercased().unicodeScalars.prefix(40))
  var best: (distance: Int, name: String)?
  // Among more names than these no slip can be guessed, and none is looked for.
  for candidate in candidates.prefix(1000) {
    let distance = editDistance(word, Array(candidate.lowercased().unicodeScalars.prefix(40)))
    if distance < best?.distance ?? Int.max { best = (distance, candidate) }
  }
  guard let best, best.distance <= max(1, word.count / 3) else { return nil }
  return best.name
}

/// A remedy for a word that is none of `candidates`.
func remedy(for word: String, in candidates: [String]) -> String {
  if let name = nearest(to: word, in: candidates) { return "did you mean `\(name)`?" }
  if candidates.isEmpty { return "nothing can be named here" }
  let shown = candidates.prefix(16).joined(separator: ", ")
  return "one of: \(shown)" + (candidates.count > 16 ? ", …" : "")
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row.append(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}

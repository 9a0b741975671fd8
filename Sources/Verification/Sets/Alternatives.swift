// SPDX-License-Identifier: Apache-2.0
// Cells that exclude each other, taken as alternatives: the maximal subsets that can exist together.

/// Subsets of a set's cells that can exist together.
public enum Alternatives {
  /// At most this many subsets are formed; a set with more has no sensible reading (code S4).
  public static let limit = 64

  /// The maximal compatible subsets of a set, each as a set of its own. A pair of cells excludes each other where a rule's
  /// error names both. Nil where there are more than `limit` of them.
  public static func split(_ set: MachineSet) -> [MachineSet]? {
    var conflicts: [Int: Set<Int>] = [:]
    var subsets = [Set(set.cells.map(\.index))]
    // A sweep names one partner of each range, so a subset is checked again until it has no conflict left. Every round
    // adds a conflict, so the rounds end.
    while true {
      let found = subsets.flatMap { pairs(set, $0) }
      let new = found.filter { !(conflicts[$0.0]?.contains($0.1) ?? false) }
      if new.isEmpty { break }
      for (a, b) in new {
        conflicts[a, default: []].insert(b)
        conflicts[b, default: []].insert(a)
      }
      subsets = maximal(set.cells.map(\.index), conflicts)
      if subsets.count > limit { return nil }
    }
    return subsets.sorted { $0.sorted().lexicographicallyPrecedes($1.sorted()) }.map(set.keeping)
  }

  /// Pairs of cells (member indices of the whole set) that an error of the rules names together.
  private static func pairs(_ set: MachineSet, _ subset: Set<Int>) -> [(Int, Int)] {
    let part = set.keeping(subset)
    let original = subset.sorted()
    // Two cells of the same name are two files: the place tells them apart, the name does not.
    func member(_ side: Side?) -> Int? {
      guard let side else { return nil }
      return part.cells.first { $0.file.path == side.place.file }.map { original[$0.index - 1] }
    }
    return Catalogue.check(part).compactMap { finding in
      guard finding.severity == .error, let a = member(finding.primary), let b = member(finding.secondary),
        a != b
      else { return nil }
      return (a, b)
    }
  }

  /// The maximal sets of nodes without a conflict between them (Bron and Kerbosch), at most one more than `limit`.
  private static func maximal(_ nodes: [Int], _ conflicts: [Int: Set<Int>]) -> [Set<Int>] {
    var result: [Set<Int>] = []
    func grow(_ chosen: Set<Int>, _ candidates: Set<Int>, _ done: Set<Int>) {
      if result.count > limit { return }
      if candidates.isEmpty {
        if done.isEmpty { result.append(chosen) }
        return
      }
      // Nodes compatible with the pivot need not be tried: a maximal set without them contains one of the others.
      let pivot = candidates.union(done).min {
        (conflicts[$0]?.intersection(candidates).count ?? 0)
          < (conflicts[$1]?.intersection(candidates).count ?? 0)
      }
      var (candidates, done) = (candidates, done)
      for node in candidates.sorted()
      where node == pivot || pivot.map({ conflicts[$0]?.contains(node) ?? false }) ?? true {
        let excluded = conflicts[node] ?? []
        var open = candidates.subtracting(excluded)
        var closed = done.subtracting(excluded)
        open.remove(node)
        closed.remove(node)
        grow(chosen.union([node]), open, closed)
        candidates.remove(node)
        done.insert(node)
      }
    }
    grow([], Set(nodes), [])
    return result
  }
}

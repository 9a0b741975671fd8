// SPDX-License-Identifier: Apache-2.0
// Theorems by name.

import CellConfig
import Proofs

/// The theorems that a user names.
public enum TheoremChoice {
  /// All, in the order of the catalogue.
  public static var all: [any Theorem] { Proofs.Catalogue.all }

  /// Those with the names given, in the order of the catalogue; all where no name is given. Names that are no theorem's
  /// come back as complaints, each with what may have been meant.
  public static func named(_ names: [String]) -> (theorems: [any Theorem], complaints: [String]) {
    if names.isEmpty { return (all, []) }
    let known = all.map(\.name)
    let complaints = names.filter { !known.contains($0) }.map { name in
      let near = suggestions(for: name, in: known)
      return near.isEmpty
        ? "there is no theorem \(name); `verify --theorems --list` lists them"
        : "there is no theorem \(name); did you mean \(near.joined(separator: ", "))?"
    }
    return (all.filter { names.contains($0.name) }, complaints)
  }

  /// Slips of the keys first, then names that share a word; at most five.
  static func suggestions(for name: String, in known: [String]) -> [String] {
    let words = Set(name.lowercased().split(separator: "-"))
    let slip = nearest(to: name, in: known)
    let related = known.filter { $0.hasPrefix(name) || !words.isDisjoint(with: $0.split(separator: "-")) }
    return Array(((slip.map { [$0] } ?? []) + related.filter { $0 != slip }).prefix(5))
  }
}

// SPDX-License-Identifier: Apache-2.0
// Which theorem begins first. A matter of time alone: a wrong guess makes a run longer and nothing else.

/// The order in which theorems begin.
enum Order {
  /// Theorems that take much longer than most, in milliseconds, for a run that remembers no other. Rough on purpose.
  static let guesses: [String: Double] = [
    "destroy": 44_000, "create": 42_000, "budget-counts-every-table": 39_000, "load": 20_000,
    "enable": 19_000,
    "set-loadable": 15_000, "protected-item": 7_000, "admitted-claims-are-exclusive": 7_000,
    "admitted-guest-maps-are-functions": 6_000, "add-cell": 6_000, "add-root": 5_000,
    "budget-of-a-switch-over": 6_000, "start": 5_000, "weak-step-consistency": 5_000, "local-respect": 4_000,
  ]
  /// What a theorem is taken for that nobody knows.
  static let usual = 1_000.0

  /// Positions in `names`, longest first; those that take equally long in the order given.
  static func longestFirst(_ names: [String], known: [String: Double]) -> [Int] {
    let times = names.map { known[$0] ?? guesses[$0] ?? usual }
    return names.indices.sorted { (-times[$0], $0) < (-times[$1], $1) }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Which theorem begins first. A matter of time alone: a wrong guess makes a run longer and nothing else.

/// The order in which theorems begin.
enum Order {
  /// Theorems that take much longer than most, in milliseconds, for a run that remembers no other. Rough on purpose.
  static let guesses: [String: Double] = [
    "create": 119_000, "tables-after-create": 28_000, "nobody-runs-meanwhile": 60_000,
    "walkers-agree": 20_000,
    "exits-stay-inside": 55_000,
    "fill-2": 55_000, "mapped-is-claimed": 50_000, "tables-after-set-loadable": 50_000,
    "tables-after-destroy": 45_000, "budget-counts-every-table": 39_000, "fill-3": 35_000, "fill-4": 33_000,
    "pins-stay-inside": 30_000, "tables-after-start": 25_000, "tables-after-enable": 20_000,
    "protect": 18_000,
    "enable": 17_000, "start": 16_000, "fill-1": 16_000, "destroy": 14_000,
    "admitted-guest-maps-are-functions": 12_000, "set-loadable": 11_000, "budget-of-a-switch-over": 9_000,
    "load": 8_000, "taken-is-noted": 7_000, "add-cell": 6_000, "reader-stays-inside-system": 5_000,
    "admitted-claims-are-exclusive": 5_000, "budget-is-a-bound": 5_000, "items-are-elements": 5_000,
    "memory-items": 5_000, "protected-item": 4_000, "add-root": 4_000, "premises-can-be-met": 4_000,
    "weak-step-consistency": 3_000, "guest-map": 3_000, "reader-stays-inside-cell": 3_000,
  ]
  /// What a theorem is taken for that nobody knows.
  static let usual = 1_000.0

  /// Positions in `names`, longest first; those that take equally long in the order given.
  static func longestFirst(_ names: [String], known: [String: Double]) -> [Int] {
    let times = names.map { known[$0] ?? guesses[$0] ?? usual }
    return names.indices.sorted { (-times[$0], $0) < (-times[$1], $1) }
  }
}

// SPDX-License-Identifier: Apache-2.0
// The steps of the core, and the theorems that the other theorems rest on.

import Core

/// Theorem: each step that the transitions take by its theorem has one.
struct StepsAreProved: Theorem {
  let name = "steps-are-proved"
  let statement =
    "Each step of the core that theorems take for granted is opened by exactly one theorem, which opens no other."
  let properties = ["P17", "P18"]

  func run(into report: inout Report) {
    let problems = Self.problems(in: Catalogue.core)
    report.check(
      "every step is opened by one theorem", problems.isEmpty, otherwise: problems.joined(separator: "; "))
  }

  /// Steps that no theorem opens, or more than one, and theorems that open several.
  static func problems(in theorems: [any Theorem]) -> [String] {
    let theorems = theorems.compactMap { $0 as? CoreTheorem }
    var problems = theorems.filter { $0.openSteps.count > 1 }.map { "\($0.name) opens two steps or more" }
    var raw: UInt8 = 0
    while let step = ProvedStep(rawValue: raw) {
      let names = theorems.filter { $0.openSteps.contains(step) }.map(\.name)
      if names.count != 1 { problems.append("step \(step) is opened by \(names.count) theorems \(names)") }
      raw += 1
    }
    return problems
  }
}

// SPDX-License-Identifier: Apache-2.0
// A "for all points" as a hypothesis: instantiated by hand at the terms that matter, so that no quantifier is left.
// Leaving instances out makes a hypothesis weaker, never a proof wrong.

import Models
import Symbolic

/// The terms at which hypotheses are instantiated.
struct Vocabulary {
  let cells: [Term]
  let resources: [Term]
  let rights: [Term]

  /// Terms that occur twice count once.
  init(cells: [Term], resources: [Term], rights: [Term]) {
    func unique(_ terms: [Term]) -> [Term] {
      var seen: Set<Term> = []
      return terms.filter { seen.insert($0).inserted }
    }
    self.cells = unique(cells)
    self.resources = unique(resources)
    self.rights = rights
  }
}

/// A statement for every point.
struct Template {
  private let body: Term
  private let bound: Point<TermLogic>
  private let saysNothingOfOneCell: Bool
  private let uses: (cell: Bool, other: Bool, resource: Bool, right: Bool)

  init(_ logic: TermLogic, _ statement: (Point<TermLogic>) -> Term) {
    let point = logic.point("any")
    let body = statement(point)
    // A coordinate counts as used if putting something else in its place makes a difference.
    let probe = logic.point("probe")
    func isUsed(_ from: Term, _ to: Term) -> Bool { body.replacing([(from, to)]) != body }
    bound = point
    uses = (
      isUsed(point.cell, probe.cell), isUsed(point.other, probe.other),
      isUsed(point.resource, probe.resource), isUsed(point.right, probe.right)
    )
    self.body = body
    saysNothingOfOneCell = body.replacing([(point.other, point.cell)]).isTrue
  }

  /// The statement at every combination of the vocabulary's terms.
  func instances(_ words: Vocabulary) -> [Term] {
    var result: [Term] = []
    for cell in uses.cell ? words.cells : [bound.cell] {
      for other in uses.other ? words.cells : [bound.other] {
        if saysNothingOfOneCell && cell == other { continue }
        for resource in uses.resource ? words.resources : [bound.resource] {
          for right in uses.right ? words.rights : [bound.right] {
            let pairs = [
              (from: bound.cell, to: cell), (from: bound.other, to: other),
              (from: bound.resource, to: resource), (from: bound.right, to: right),
            ]
            result.append(body.replacing(pairs))
          }
        }
      }
    }
    return result
  }
}

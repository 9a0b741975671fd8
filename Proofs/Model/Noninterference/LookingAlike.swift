// SPDX-License-Identifier: Apache-2.0
// Theorem. "Looks alike" is an equivalence between states, for every cell.

import Models
import Symbolic

struct LookingAlikeTheorem: Theorem {
  let name = "looking-alike"
  let properties = ["P16"]
  let statement =
    "Looking alike to a cell is an equivalence between states: reflexive, symmetric and transitive."

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    let (d, p) = (logic.cell("domain"), logic.point("p"))
    let states = ["s", "t", "u"].map { State.arbitrary($0, logic) }
    func alike(_ a: Int, _ b: Int, _ p: Point<TermLogic>) -> Term {
      View(states[a], states[b]).sameAll(for: d, p)
    }
    func everywhere(_ a: Int, _ b: Int) -> [Term] {
      [RightName.read, .write].map { right in
        alike(a, b, Point(cell: p.cell, other: p.other, resource: p.resource, right: logic.right(right)))
      } + [alike(a, b, p)]
    }
    report.prove(Obligation("reflexive", alike(0, 0, p)), with: prover)
    report.prove(Obligation("symmetric", assuming: everywhere(0, 1), alike(1, 0, p)), with: prover)
    report.prove(
      Obligation("transitive", assuming: everywhere(0, 1) + everywhere(1, 2), alike(0, 2, p)), with: prover)
  }
}

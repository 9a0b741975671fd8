// SPDX-License-Identifier: Apache-2.0
// Theorem. Rights change by four steps only, and exactly so: create gives the new cell what its configuration names and
// takes from root what is not ROOTSHARED; set-loadable gives root back what is LOADABLE and in root's own
// configuration; start takes it again; destroy gives root back all that is in root's configuration. No other step
// changes any right of any cell. A CPU that a cell gains was root's. Create records the configuration as it is.

import Models
import Symbolic

struct AuthorityTheorem: Theorem {
  let name = "authority"
  let properties = ["P4", "P5"]
  let statement = """
    Rights change by four steps only, and exactly so: create gives the new cell what its configuration names and takes \
    from root what is not ROOTSHARED; set-loadable gives root back what is LOADABLE and in root's own configuration; \
    start takes it again; destroy gives root back all that is in root's configuration. No other step changes any right \
    of any cell. A CPU that a cell gains was root's. Create records the configuration as it is.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) where step.name != "disable" {
      let setting = Setting(logic, step)
      let p = setting.point
      let actual = setting.after.access(p.cell, p.resource, p.right)
      let goal = actual .== Self.expected(step, setting.state, p)
      let name = "\(step.name) changes rights as stated"
      report.prove(Obligation(name, assuming: setting.hypotheses(), goal), with: prover)
      if let call = step.transition as? Create<TermLogic> { create(setting, call, &report, prover) }
    }
  }

  /// What create does besides.
  private func create(
    _ setting: Setting, _ call: Create<TermLogic>, _ report: inout Report, _ prover: Prover
  ) {
    let (s, t, x, c) = (setting.state, setting.after, setting.point.resource, call.cell)
    let mine = s.logic.isCPU(x) .& t.access(c, x, .execute)
    let moved = mine.implies(s.access(s.root, x, .execute))
    report.prove(Obligation("its CPUs were root's", assuming: setting.hypotheses(), moved), with: prover)
    let marks =
      (t.keepsRoot(c, x) .== call.request.keepsRoot(x)) .& (t.loadable(c, x) .== call.request.loadable(x))
    let flags = (t.confidential(c) .== call.request.confidential) .& (t.passive(c) .== call.request.passive)
    report.prove(
      Obligation("the configuration is recorded", assuming: setting.hypotheses(), marks .& flags),
      with: prover)
  }

  /// What the cell may do after the step.
  private static func expected(_ step: Step, _ s: State<TermLogic>, _ p: Point<TermLogic>) -> Term {
    let (d, x, before) = (p.cell, p.resource, s.access(p.cell, p.resource, p.right))
    let (isRoot, base) = (d .== s.root, s.base(p.resource, p.right))
    func kept(_ c: Term) -> Term { .!(s.claimed(c, x) .& .!s.keepsRoot(c, x)) }
    switch step.transition {
    case let call as Create<TermLogic>:
      let taken = call.request.claimed(x, s) .& .!call.request.keepsRoot(x)
      let rest = Term.choose(isRoot, before .& .!taken, before)
      return .choose(d .== call.cell, call.request.claims(x, p.right), rest)
    case let call as SetLoadable<TermLogic>:
      let opened = s.claimed(call.cell, x) .& s.loadable(call.cell, x)
      return .choose(isRoot .& opened, base, before)
    case let call as Start<TermLogic>:
      return .choose(isRoot, before .& kept(call.cell), before)
    case let call as Destroy<TermLogic>:
      let regained = Term.choose(s.claimed(call.cell, x), base, before)
      return .choose(d .== call.cell, s.logic.known(false), .choose(isRoot, regained, before))
    default:
      return before
    }
  }
}

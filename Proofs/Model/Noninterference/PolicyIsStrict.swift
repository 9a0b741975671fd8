// SPDX-License-Identifier: Apache-2.0
// Theorem. The policy allows no more than it says. What a cell or its device does may flow to another cell only where both
// have claims that are ROOTSHARED and not executable; to root only where the claim is ROOTSHARED, or LOADABLE while the
// cell is loadable, or as the cell's status; a management call to a third cell only because of such a channel with the
// cell that it concerns. From what a confidential cell writes for itself, no step discloses anything.

import Models
import Symbolic

struct PolicyIsStrictTheorem: Theorem {
  let name = "policy-is-strict"
  let properties = ["P15", "P16", "P21"]
  let statement = """
    The policy allows no more than it says. What a cell or its device does may flow to another cell only where both have \
    claims that are ROOTSHARED and not executable; to root only where the claim is ROOTSHARED, or LOADABLE while the \
    cell is loadable, or as the cell's status; a management call to a third cell only because of such a channel with \
    the cell that it concerns. From what a confidential cell writes for itself, no step discloses anything.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) where step.name != "disable" {
      let domain = logic.cell("domain")
      let setting = Setting(logic, step, seenBy: domain)
      let (s, x) = (setting.state, setting.point.resource)
      let words = setting.vocabulary
      let flows = step.transition.mayFlow(s, to: domain, by: x) .& (domain .!= step.transition.actor)
      let hypotheses =
        logic.axioms + setting.invariants(words, and: ["secrets-are-held"]) + setting.guards(words)
        + [flows, domain .!= logic.hypervisor]
      let flow = Obligation(
        "\(step.name) may flow as stated", assuming: hypotheses, Self.stated(step, s, domain, x))
      report.prove(flow, with: prover)
      let (c, told) = (setting.point.other, step.transition.discloses(s, to: domain, x))
      let kept = s.isGuest(c) .& (c .!= domain) .& s.confidential(c) .& s.secret(x, c) .& logic.isClearable(x)
      let facts = logic.axioms + setting.invariants(words, and: ["secrets-are-held"]) + setting.guards(words)
      let silence = Obligation(
        "\(step.name) discloses nothing of a confidential cell", assuming: facts, .!(told .& kept))
      report.prove(silence, with: prover)
    }
  }

  /// The policy, written out once more.
  private static func stated(_ step: Step, _ s: State<TermLogic>, _ d: Term, _ x: Term) -> Term {
    let l = s.logic
    func data(_ c: Term, _ y: Term) -> Term {
      s.claimed(c, y) .& s.keepsRoot(c, y) .& .!s.claims(c, y, l.right(.execute))
    }
    func open(_ c: Term, _ y: Term) -> Term {
      s.claimed(c, y) .& (s.keepsRoot(c, y) .| (s.loadable(c, y) .& s.isIn(c, .loadable)))
    }
    func written(_ u: Term, _ y: Term) -> Term {
      let withRoot = Term.choose(u .== l.root, open(d, y), open(u, y))
      return .choose((u .== l.root) .| (d .== l.root), withRoot, data(u, y) .& data(d, y))
    }
    switch step.transition {
    case let call as Create<TermLogic>:
      return (d .== call.cell) .| (data(d, x) .& call.request.keepsRoot(x) .& call.request.claimed(x, s))
    case let call as SetLoadable<TermLogic>: return d .== call.cell
    case let call as Start<TermLogic>: return d .== call.cell
    case let call as Destroy<TermLogic>: return (d .== call.cell) .| (data(d, x) .& data(call.cell, x))
    case let call as Load<TermLogic>: return (d .== call.cell) .| written(l.root, call.destination)
    case let call as Compute<TermLogic>: return written(call.actor, call.destination)
    case let call as Transfer<TermLogic>: return written(call.actor, call.destination)
    case is Reply<TermLogic>, is ShutDown<TermLogic>, is Fail<TermLogic>, is FailCPU<TermLogic>:
      return d .== l.root
    default: return l.known(false)
    }
  }
}

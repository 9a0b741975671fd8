// SPDX-License-Identifier: Apache-2.0
// Theorem. Whatever a cell can read after a step and could not read before is cleared. Exceptions, each declared: what a
// claim leaves to root (ROOTSHARED) goes on as it was for all who share it; at set-loadable root reads the LOADABLE
// regions of a cell that is not confidential; registers of devices cannot be cleared.
//
// "Resource" includes CPUs: a CPU that changes owner brings no state of its former owner.

import Models
import Symbolic

struct HandoverTheorem: Theorem {
  let name = "handover"
  let properties = ["P8"]
  let statement = """
    Whatever a cell can read after a step and could not read before is cleared: memory and CPUs that change owner bring \
    nothing of their former owner. Exceptions, each declared: what a claim leaves to root (ROOTSHARED) goes on as it \
    was for all who share it; at set-loadable root reads the LOADABLE regions of a cell that is not confidential; \
    registers of devices cannot be cleared.
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.all(logic) {
      let setting = Setting(logic, step)
      let (s, t, d, x) = (setting.state, setting.after, setting.point.cell, setting.point.resource)
      let gained = s.access(d, x, .read).implies(logic.known(false)) .& t.access(d, x, .read)
      let cell = (d .!= logic.hypervisor) .& t.enabled .& logic.isClearable(x)
      let shared = (d .!= logic.root) .& t.keepsRoot(d, x)
      let declared = Self.loadable(step, s, d, x)
      let goal = (cell .& gained).implies((t.content(x) .== logic.cleared) .| shared .| declared)
      let name = "\(step.name) hands over nothing that was not cleared"
      report.prove(Obligation(name, assuming: setting.hypotheses(), goal), with: prover)
    }
  }

  /// Root reads a LOADABLE region because the cell was just made loadable.
  private static func loadable(_ step: Step, _ s: State<TermLogic>, _ d: Term, _ x: Term) -> Term {
    guard let call = step.transition as? SetLoadable<TermLogic> else { return s.logic.known(false) }
    let region = s.claimed(call.cell, x) .& s.loadable(call.cell, x)
    return (d .== s.root) .& region .& .!s.confidential(call.cell)
  }
}

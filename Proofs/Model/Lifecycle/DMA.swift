// SPDX-License-Identifier: Apache-2.0
// Theorem. A device uses only memory that the configuration of its owner opens to devices: what it changes may be written
// and used for DMA, what it reads may be read and used for DMA; and the device is its owner's.

import Models
import Symbolic

struct DMATheorem: Theorem {
  let name = "dma"
  let properties = ["P6"]
  let statement = """
    A device uses only memory that the configuration of its owner opens to devices: what it changes may be written and \
    used for DMA, what it reads may be read and used for DMA; and the device is its owner's. (On machines with an IOMMU \
    for the device; what this rests on elsewhere is said in the report of each machine.)
    """

  func run(into report: inout Report) {
    guard let prover = report.makeProver(preferring: .uninterpreted) else { return }
    let logic = TermLogic(prover.context)
    for step in Step.guests(logic) {
      guard let call = step.transition as? Transfer<TermLogic> else { continue }
      let setting = Setting(logic, step)
      let (s, t, x, u) = (setting.state, setting.after, setting.point.resource, call.actor)
      let hypotheses = setting.hypotheses()
      let written = s.access(u, x, .write) .& s.access(u, x, .dma)
      let change = (t.content(x) .!= s.content(x)).implies(written)
      report.prove(Obligation("what a device changes", assuming: hypotheses, change), with: prover)
      let read = s.access(u, call.source, .read) .& s.access(u, call.source, .dma)
      report.prove(Obligation("what a device reads", assuming: hypotheses, read), with: prover)
      let owned = s.access(u, call.device, .dma) .& (u .!= logic.hypervisor)
      report.prove(Obligation("whose device it is", assuming: hypotheses, owned), with: prover)
    }
  }
}

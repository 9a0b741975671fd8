// SPDX-License-Identifier: Apache-2.0
// Theorem. Whatever made a guest leave, whatever its registers, its VMCS and the processor hold, and whichever CPU it is: the handler ends
// without a trap, and
//   - of the VMCS it writes nothing but the guest's instruction pointer, its blocking of interrupts and what is raised at the next entry:
//     never a control, the tables' root or the host's state (P12);
//   - what it raises is an exception that the manual allows at an entry (SDM vol. 3C, 27.2.1.3);
//   - of the hypervisor's tables it writes nothing but the occupant of this very CPU, and that only where the CPU stops: then it is nobody's.
//     Where the guest goes on, everything is as it was (P9, P19);
//   - each loop on the way has a bound that was fixed before it began (P18).

import Core
import Symbolic

/// Theorems about exits.
enum Exits {
  typealias W = SymbolicWord

  static let theorem = CoreTheorem(
    name: "exits-stay-inside",
    statement: """
      Whatever made a guest leave: the handler writes nothing but this guest's registers, instruction pointer and pending exception, raises \
      only what may be raised, and either goes on with everything as it was or stops this CPU; no trap.
      """,
    properties: ["P9", "P11", "P12", "P13", "P17", "P18"],
    loops: [.usedPages, .aliveCells],
    prepare: { m in
      for label in reached { m.explorer.expect(label) }
    },
    run: { m throws(Refusal<W>) in
      let cpu = m.argument("cpu")
      m.noted["cpu"] = cpu
      m.noted["rip"] = m.vmcs(.guestRIP)
      m.noted["interruptibility"] = m.vmcs(.interruptibility)
      m.noted["stops"] = m.handleExit(cpu: cpu) == .stop ? 1 : 0
    }, success: show, keepsInvariant: false)

  /// What must be able to happen.
  private static let reached = [
    "a guest goes on", "a CPU stops", "an exception is raised", "an exception with an error code is raised",
  ]

  private static func show(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    guard let cpu = m.noted["cpu"], let rip = m.noted["rip"], let stops = m.noted["stops"],
      let blocking = m.noted["interruptibility"]
    else { return }
    let isStopped = stops.number == 1
    explorer.mark(isStopped ? "a CPU stops" : "a guest goes on")
    for field in m.writtenFields.sorted(by: { $0.rawValue < $1.rawValue }) {
      proof.prove("may be written by a handler: \(field)") {
        .known([VMCSField.guestRIP, .interruptibility, .injection, .injectedError].contains(field))
      }
    }
    if m.writtenFields.contains(.injection) { showInjection(proof) }
    proof.prove("the guest goes on where it was, or behind the instruction") {
      let next = rip &+ m.vmcs(.instructionLength)
      let now = m.vmcs(.guestRIP)
      return (now .== rip) .| (now .== next) .| (now .== (next & 0xffff_ffff))
    }
    proof.prove("blocking of interrupts is only lifted") {
      (m.vmcs(.interruptibility) & blocking) .== m.vmcs(.interruptibility)
    }
    for table in SymbolicMachine.state where table != .occupant {
      explorer.prove("\(table) is left alone", m.isUnchanged(table, since: proof.before))
    }
    proof.prove("CPUs keep their occupants, but for this one where it stops") {
      let other = m.any("other")
      let (now, before) = (m.peek(.occupant, other), proof.before.read(.occupant, other))
      let isThis = .known(isStopped) .& (other .== cpu)
      return SymbolicTruth.choose(
        isThis, (now .== W(known: Owner.hypervisor)) .| (m.capacity(.occupant) .<= cpu), now .== before)
    }
    explorer.prove("nothing is scrubbed", .!m.isScrubbed)
  }

  /// What is raised is a hardware exception, with an error code exactly where the manual says so.
  private static func showInjection(_ proof: PathProof) {
    let m = proof.machine
    proof.explorer.mark("an exception is raised")
    let event = proof.explorer.specifying { m.vmcs(.injection) }
    let vector = event & 0xff
    let hasCode = (event & W(known: 1 << 11)) .!= 0
    proof.prove("what is raised is valid, a hardware exception, and no other bit is set") {
      ((event >> 31) .== 1) .& (((event >> 8) & 7) .== 3) .& (((event >> 12) & W(known: 0x7_ffff)) .== 0)
    }
    proof.prove("it is #UD or #GP") { (vector .== 6) .| (vector .== 13) }
    proof.prove("it has an error code where it must, and nowhere else") {
      let isProtected = (m.vmcs(.guestCR0) & 1) .!= 0
      return SymbolicTruth.choose((vector .== 13) .& isProtected, hasCode, .!hasCode)
    }
    proof.prove("the error code is 0") { hasCode ==> (m.vmcs(.injectedError) .== 0) }
    if m.writtenFields.contains(.injectedError) {
      proof.explorer.mark("an exception with an error code is raised")
    }
  }
}

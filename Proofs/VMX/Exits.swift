// SPDX-License-Identifier: Apache-2.0
// Theorem. Whatever made a guest leave, whatever its registers, its VMCS and the processor hold, and whichever CPU it is: the handler ends
// without a trap, and
//   - of the VMCS it writes nothing of the host's, no address of tables or bitmaps, no tag, and no control but the one that says whether the
//     guest is in 64-bit mode, which it keeps true to EFER.LMA (P12, P9);
//   - what it raises is an exception that the manual allows at an entry (SDM vol. 3C, 27.2.1.3);
//   - CR0 stays what VMX demands, and the bits that the guest does not own stay those; CR4 is not written, and what the guest reads of it is CR4 itself but for VMXE;
//   - it sends an interrupt, and asks a CPU for something, only where that CPU runs the same cell; and the local vector table gets nothing
//     but interrupts and what is masked; of the local APIC's other registers, in xAPIC mode, it writes those of the guest's own priority,
//     timer and errors, and none that says who is sent what (P13, P11);
//   - what it reads of memory for the guest is memory that the cell's tree in force lets the cell read, whatever the guest's own tables
//     hold (P9);
//   - XCR0 gets what the processor takes;
//   - no table is written: what changes tables is for `manage` and `failHere`, which it calls for where root manages and where the guest did
//     what it must not (P9, P19);
//   - each loop on the way has a bound that was fixed before it began (P18).

import Core
import Symbolic

/// Theorems about exits.
enum Exits {
  typealias W = SymbolicWord

  static let theorem = CoreTheorem(
    name: "exits-stay-inside",
    statement: """
      Whatever made a guest leave: the handler changes nothing but this guest, raises only what may be raised, sends interrupts to CPUs of the same \
      cell alone, and leaves every table as it was; no trap.
      """,
    properties: ["P9", "P11", "P12", "P13", "P17", "P18"],
    loops: [.usedPages, .aliveCells, .sendInterrupt, .ownCPU, .guestTables, .fetchCode],
    prepare: { m in
      m.explorer.assume(m.explorer.specifying { m.registersAreSound })
      for label in reached { m.explorer.expect(label) }
    },
    run: { m throws(Refusal<W>) in
      let cpu = m.argument("cpu")
      m.noted["rip"] = m.vmcs(.guestRIP)
      m.noted["interruptibility"] = m.vmcs(.interruptibility)
      FieldFrame.prepare(m)
      m.noted["waits"] = m.own(.waits)
      m.noted["launch"] = m.own(.launch)
      let (cell, privilege) = (m.peek(.occupant, cpu), m.vmcs(.accessSS))
      m.onSend = { command, number in
        mayReach(m, cell, number, "the interrupt") { (16 .<= command) .& (command .< 256) }
      }
      m.onAsk = { target, request in
        mayReach(m, cell, m.peek(.interruptID, target), "the request") {
          (target .!= cpu) .& ((request .== 1) .| ((request & W(known: ~0xff00)) .== 2))
        }
      }
      m.onForeignWord = { mayBeRead(m, cell, $0) }
      let isFrequent = m.handleFrequent(cpu: cpu)
      if isFrequent {
        m.explorer.mark("a frequent one")
        // What entry.S stores for it.
        let stored: Set<GuestRegister> = [.rax, .rcx, .rdx, .rbx, .rsi, .rdi]
        m.explorer.prove(
          "it needs no register that is not stored", .known(m.touchedRegisters.isSubset(of: stored)))
      }
      let verdict = isFrequent ? .resume : m.handleExit(cpu: cpu)
      m.explorer.mark("\(verdict)")
      m.noted["resumes"] = verdict == .resume ? 1 : 0
      m.noted["manages"] = verdict == .manage ? 1 : 0
      m.noted["privilege"] = privilege
    }, success: show, keepsInvariant: false)

  /// Shows that what is sent to the CPU with that number stays in the cell.
  private static func mayReach(
    _ m: SymbolicMachine, _ cell: W, _ number: W, _ what: String, _ form: () -> SymbolicTruth
  ) {
    let target = m.iteration
    m.explorer.prove(
      "\(what) goes to a CPU of the same cell",
      m.explorer.specifying {
        (target .< m.capacity(.occupant)) .& (m.peek(.occupant, target) .== cell)
          .& (m.peek(.interruptID, target) .== number)
      })
    m.explorer.prove("\(what) is one that may be sent", m.explorer.specifying(form))
  }

  /// Shows that the word at host-physical `address` is one that the cell may read.
  static func mayBeRead(_ m: SymbolicMachine, _ cell: W, _ address: W) {
    guard let grant = m.results[.granted] as? Grant<W> else {
      m.explorer.fail("memory", "memory is read that nothing has granted")
      return
    }
    m.explorer.prove(
      "what is read for a guest is its cell's to read, by the tree in force",
      m.explorer.specifying {
        let root = FieldFrame.rootPage(m, cell)
        let says = m.walk(root &- 1, grant.guest).meaning
        let page = W(known: 0x000f_ffff_ffff_f000)
        return (root .!= 0) .& says.has(1) .& ((address & page) .== (says & page)) .& ((address >> 52) .== 0)
          .& ((address & 7) .== 0)
      })
  }

  /// What must be able to happen.
  private static let reached = [
    "a frequent one", "resume", "fail", "manage", "stand", "park", "chip", "an exception is raised",
    "an exception with an error code is raised",
    "CR0 is set", "VMXE is remembered", "a vector table entry is set", "a CPU begins",
    "a debug exception is passed on",
    "an APIC is read by its page", "an APIC's own register is set", "port",
  ]

  private static func show(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    guard let rip = m.noted["rip"], let blocking = m.noted["interruptibility"], let entry = m.noted["entry"]
    else { return }
    FieldFrame.show(proof)
    let begins = m.writtenFields.contains(.guestCS)
    if begins {
      proof.prove("where a CPU begins nothing is raised") { m.vmcs(.injection) .== 0 }
    } else if m.writtenFields.contains(.injection) {
      showInjection(proof)
    }
    if m.writtenFields.contains(.entryControls) {
      proof.prove("no control changes but that of the guest's mode, which is EFER's") {
        let isLong = m.vmcs(.guestEFER).has(1 << 10)
        let long = W(known: 1 << 9)
        return m.vmcs(.entryControls) .== W.choose(isLong, entry | long, entry & (W(known: .max) &- long))
      }
    }
    if m.writtenFields.contains(.guestCR0) { showCR0(proof) }
    if !begins, m.writtenFields.contains(.cr4Shadow) {
      explorer.mark("VMXE is remembered")
      proof.prove("what the guest reads of CR4 is CR4 but for VMXE") {
        let vmx = W(known: CR4.vmx)
        return (m.vmcs(.cr4Shadow) | vmx) .== (m.vmcs(.guestCR4) | vmx)
      }
    }
    explorer.prove("an exit writes no CR4", .known(begins || !m.writtenFields.contains(.guestCR4)))
    if begins {
      explorer.mark("a CPU begins")
      proof.prove("a CPU begins only where it waits for that, or is asked to wait, and is started") {
        let asked = m.requests.last ?? 0
        return ((m.noted["waits"].map { $0 .!= 0 } ?? .known(false)) .| asked.has(1)) .& asked.has(2)
      }
    }
    proof.prove("the guest goes on where it was, or behind the instruction, or begins") {
      let next = rip &+ m.vmcs(.instructionLength)
      let now = m.vmcs(.guestRIP)
      let decoded = (m.results[.decode] as? Instruction<W>)?.length ?? 0
      let far = rip &+ decoded
      return .known(begins) .| (now .== rip) .| (now .== next) .| (now .== (next & 0xffff_ffff))
        .| ((decoded .!= 0) .& ((now .== far) .| (now .== (far & 0xffff_ffff))))
    }
    proof.prove("beginnings are not an exit's matter, and who waits for a start is started or waits") {
      let before = m.noted["launch"] ?? 0
      let waited = m.noted["waits"].map { $0 .!= 0 } ?? .known(true)
      return (m.own(.launch) .== before) .& (waited ==> (.known(begins) .| (m.own(.waits) .!= 0)))
    }
    proof.prove("blocking of interrupts is only lifted") {
      (m.vmcs(.interruptibility) & blocking) .== m.vmcs(.interruptibility)
    }
    showAPIC(proof)
    for table in SymbolicMachine.state + [
      .ports, .msrBits, .launch, .stood, .standing, .interruptID, .treeRoot, .talk, .leaving, .notes,
      .configAddress, .chipIndex, .redirection,
    ] {
      explorer.prove("\(table) is left alone", m.isUnchanged(table, since: proof.before))
    }
    explorer.prove("nothing is scrubbed", .!m.isScrubbed)
    if m.noted["manages"]?.number == 1 {
      proof.prove("only root manages, at privilege level 0") {
        ((m.vmcs(.accessSS) & W(known: 0x60)) .== 0)
          .& (m.peek(.occupant, m.argument("cpu")) .== W(known: Owner.root))
      }
    }
  }

  /// What is written of the local APIC.
  private static func showAPIC(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    let isRead = m.results[.decode] != nil && m.writtenFields.contains(.guestRSP)
    if m.noted["resumes"]?.number == 1, let access = m.results[.decode] as? Instruction<W> {
      proof.prove(
        "what is answered is an aligned word of the APIC's page, moved as the processor says, and no event is lost"
      ) {
        let qualification = m.vmcs(.qualification)
        let isMoved = SymbolicTruth.choose(
          access.isWrite .== 1, (qualification & 7) .== 2, (qualification & 7) .== 1)
        return (access.isKnown .== 1) .& (access.width .== 4) .& isMoved .& .!m.vmcs(.vectoring).has(1 << 31)
          .& ((m.vmcs(.guestPhysical) & W(known: ~0xff0)) .== 0xfee0_0000)
      }
    }
    if isRead && !m.writtenFields.contains(.guestCS) { explorer.mark("an APIC is read by its page") }
    for (register, value) in m.writtenAPIC {
      let isEntry = explorer.specifying {
        ((0x32 .<= register) .& (register .<= 0x37)) .| (register .== 0x2f)
      }
      if m.results[.decode] == nil {
        explorer.mark("a vector table entry is set")
        explorer.prove("of the APIC's MSRs only the vector table is written by a handler", isEntry)
      } else {
        explorer.mark("an APIC's own register is set")
        proof.prove(
          "of the APIC's page nothing is written that says who is sent what, and only in xAPIC mode"
        ) {
          let isOwn = [0x08, 0x0b, 0x0f, 0x28, 0x38, 0x3e].map { register .== W(known: $0) }.reduce(isEntry) {
            $0 .| $1
          }
          return isOwn .& .!m.msr(.apicBase).has(1 << 10)
        }
      }
      proof.prove("the vector table raises interrupts or nothing") {
        isEntry ==> ((((value >> 8) & 7) .== 0) .& (value.has(1 << 16) .| (16 .<= (value & 0xff))))
      }
    }
  }

  /// CR0 as it is after a handler.
  private static func showCR0(_ proof: PathProof) {
    let m = proof.machine
    proof.explorer.mark("CR0 is set")
    proof.prove("CR0 is what VMX demands of an unrestricted guest") {
      let (must, may) = (m.msr(.cr0Fixed0) & W(known: 0xffff_ffff_7fff_fffe), m.msr(.cr0Fixed1))
      let cr0 = m.vmcs(.guestCR0)
      return ((cr0 & may) .== cr0) .& (((may & must) .== must) ==> ((cr0 & must) .== must))
    }
    proof.prove("paging has protection, and long mode has PAE where it is entered") {
      let cr0 = m.vmcs(.guestCR0)
      let may = m.msr(.cr0Fixed1)
      let hasBoth = may.has(0x8000_0001)
      return hasBoth ==> ((cr0.has(1 << 31) ==> cr0.has(1)))
    }
  }

  /// What is raised is a hardware exception, with an error code exactly where the manual says so.
  private static func showInjection(_ proof: PathProof) {
    let m = proof.machine
    proof.explorer.mark("an exception is raised")
    let event = proof.explorer.specifying { m.vmcs(.injection) }
    let vector = event & 0xff
    let hasCode = (event & W(known: 1 << 11)) .!= 0
    let type = (event >> 8) & 7
    proof.prove("what is raised is valid, an exception, and no other bit is set") {
      // A hardware exception, or #DB by INT1, which goes on behind the instruction.
      let isINT1 = (type .== 5) .& (vector .== 1) .& (m.vmcs(.injectedLength) .< 16)
      return ((event >> 31) .== 1) .& ((type .== 3) .| isINT1) .& (((event >> 12) & W(known: 0x7_ffff)) .== 0)
    }
    proof.prove("it is #UD or #GP, or #DB or #AC where that is what made the guest leave") {
      let made = m.vmcs(.exitInterruption)
      let isSame = ((vector .== 1) .| (vector .== 17)) .& (vector .== (made & 0xff))
      return (vector .== 6) .| (vector .== 13) .| (isSame .& ((m.vmcs(.exitReason) & 0xffff) .== 0))
    }
    proof.prove("it has an error code where it must, and nowhere else") {
      let isProtected = (m.vmcs(.guestCR0) & 1) .!= 0
      let mayHave = (vector .== 13) .| (vector .== 17)
      return SymbolicTruth.choose(mayHave .& isProtected, hasCode, .!hasCode)
    }
    if m.writtenFields.contains(.injectedLength) {
      proof.explorer.mark("a debug exception is passed on")
      proof.prove("where a debug exception is passed on, nothing holds interrupts back") {
        (m.vmcs(.interruptibility) & 3) .== 0
      }
    }
    proof.prove("the error code is 0") { hasCode ==> (m.vmcs(.injectedError) .== 0) }
    if m.writtenFields.contains(.injectedError) {
      proof.explorer.mark("an exception with an error code is raised")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Theorem. A CPU that has stood still, whatever the tables say now and whatever it was before:
//   - drops every translation that it has cached before it enters a guest again (P7);
//   - goes on only where the tables say that a living cell's code runs there, and then with that cell's page tables, bitmaps and tag (P9);
//   - where it has been given a new beginning, begins with nothing of what ran there before: registers, FPU state, pending interrupts,
//     what was asked of it; in real mode where the cell's configuration says, or, of root, waits until root starts it (P8);
//   - writes no control but the one that says in which mode the guest is, and nothing of the host's state (P12);
//   - changes no table; no trap.

import Core
import Symbolic

/// Theorems about CPUs that go on.
enum Settle {
  typealias W = SymbolicWord

  static let theorem = CoreTheorem(
    name: "cpus-settle",
    statement: """
      A CPU that has stood still drops its translations and then runs the cell that the tables name, with that cell's tables, or nothing; with a \
      new beginning nothing of what ran before is left; no trap.
      """,
    properties: ["P7", "P8", "P9", "P12", "P17", "P18"],
    prepare: { m in
      for label in reached { m.explorer.expect(label) }
      m.noted["launch"] = m.own(.launch)
      m.noted["waits"] = m.own(.waits)
      FieldFrame.prepare(m)
    },
    run: { m throws(Refusal<W>) in
      let verdict = m.settle(cpu: m.argument("cpu"))
      m.noted["verdict"] = verdict == .resume ? 1 : verdict == .park ? 2 : 3
    }, success: show, keepsInvariant: false)

  private static let reached = [
    "a guest goes on", "a cell begins", "a CPU is started by root", "a CPU is parked",
  ]

  private static func show(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    guard let verdict = m.noted["verdict"]?.number, let launch = m.noted["launch"],
      let entry = m.noted["entry"]
    else { return }
    let cpu = m.argument("cpu")
    explorer.prove("it resumes or parks", .known(verdict == 1 || verdict == 2))
    explorer.prove("translations are dropped", .known(m.isFlushed))
    FieldFrame.show(proof, tablesOf: explorer.specifying { m.peek(.occupant, cpu) })
    for table in SymbolicMachine.state + [.ports, .msrBits, .launch, .stood, .treeRoot] {
      explorer.prove("\(table) is left alone", m.isUnchanged(table, since: proof.before))
    }
    proof.prove("a beginning is seen only where it is made, or waits to be") {
      let isCleared = SymbolicTruth.known(m.isCleared && m.requests.count == 2)
      let begins = SymbolicTruth.known(m.writtenFields.contains(.guestCS))
      let seen = (m.own(.launch) .== m.peek(.launch, cpu)) .& isCleared .& (begins .| (m.own(.waits) .== 1))
      return (m.own(.launch) .== launch) .| seen
    }
    proof.prove("who waits for a start goes on waiting, or is started") {
      let waited = m.noted["waits"].map { $0 .!= 0 } ?? .known(true)
      let begins = SymbolicTruth.known(m.writtenFields.contains(.guestCS))
      return waited ==> (begins .| (m.own(.waits) .!= 0))
    }
    let occupant = explorer.specifying { m.peek(.occupant, cpu) }
    let isNew = explorer.specifying { m.peek(.launch, cpu) .!= launch }
    if m.isCleared {
      EnterRoot.showLogical(proof, cpu)
    } else {
      explorer.prove("the APIC is left alone", .known(m.writtenAPIC.isEmpty))
    }
    guard verdict == 1 else {
      explorer.mark("a CPU is parked")
      return
    }
    showTables(proof, occupant, cpu)
    let begins = m.writtenFields.contains(.guestCS)
    explorer.mark(begins ? (m.isCleared ? "a cell begins" : "a CPU is started by root") : "a guest goes on")
    proof.prove("where there is a new beginning, it begins") { isNew ==> .known(begins) }
    proof.prove("where there is a new beginning, nothing is left") { isNew ==> .known(m.isCleared) }
    if begins { showBeginning(proof, isNew, entry, occupant) }
  }

  /// The guest is the occupant's.
  private static func showTables(_ proof: PathProof, _ occupant: W, _ cpu: W) {
    let m = proof.machine
    proof.prove("the CPU is a cell's") { (cpu .< m.capacity(.occupant)) .& (occupant .< m.capacity(.phase)) }
    proof.prove("its page tables are the cell's, in force") {
      (FieldFrame.rootPage(m, occupant) .!= 0) .& FieldFrame.isOwn(m, .eptPointer, occupant)
    }
    for field in [VMCSField.portsA, .portsB, .msrBitmap, .vpid] {
      proof.prove("the cell's: \(field)") { FieldFrame.isOwn(m, field, occupant) }
    }
  }

  /// The state that it begins in is one that the manual allows (SDM vol. 3C, 27.3.1), and the one that is promised.
  private static func showBeginning(_ proof: PathProof, _ isNew: SymbolicTruth, _ entry: W, _ occupant: W) {
    let m = proof.machine
    let registers: [GuestRegister] = [
      .rax, .rcx, .rdx, .rbx, .rbp, .rsi, .rdi, .r8, .r9, .r10, .r11, .r12, .r13, .r14, .r15,
    ]
    for register in registers { proof.prove("\(register) is clear") { m.guest(register) .== 0 } }
    for (field, value) in [
      (VMCSField.guestEFER, UInt64(0)), (.guestCR3, 0), (.guestRFLAGS, 2), (.guestRSP, 0), (.activity, 0),
      (.interruptibility, 0), (.injection, 0), (.pendingDebug, 0), (.link, .max), (.tscOffset, 0),
      (.accessCS, 0x9b), (.limitCS, 0xffff), (.guestDR7, 0x400), (.guestDebugControl, 0), (.guestLDTR, 0),
    ] {
      proof.prove("\(field) is as at a beginning") { m.vmcs(field) .== W(known: value) }
    }
    for (field, value) in [
      (VMCSField.guestPAT, UInt64(0x0007_0406_0007_0406)), (.baseGDTR, 0), (.limitGDTR, 0xffff),
      (.baseIDTR, 0),
      (.limitIDTR, 0xffff), (.guestSysenterCS, 0), (.guestSysenterESP, 0), (.guestSysenterEIP, 0),
      (.accessTR, 0x8b), (.accessLDTR, 0x82), (.cr4Shadow, 0),
      // #DB and #AC exit.
      (.exceptions, 1 << 1 | 1 << 17),
    ] {
      proof.prove("\(field) is as at a beginning") { m.vmcs(field) .== W(known: value) }
    }
    for (selector, base, limit, access) in [
      (VMCSField.guestES, VMCSField.baseES, VMCSField.limitES, VMCSField.accessES),
      (.guestSS, .baseSS, .limitSS, .accessSS), (.guestDS, .baseDS, .limitDS, .accessDS),
      (.guestFS, .baseFS, .limitFS, .accessFS), (.guestGS, .baseGS, .limitGS, .accessGS),
    ] {
      proof.prove("\(selector) is as at a beginning") {
        (m.vmcs(selector) .== 0) .& (m.vmcs(base) .== 0) .& (m.vmcs(limit) .== 0xffff)
          .& (m.vmcs(access) .== 0x93)
      }
    }
    for field in VMCSField.all where field.kind == 2 {
      proof.prove("not left from before: \(field)") { .known(m.writtenFields.contains(field)) }
    }
    proof.prove("the guest is not in 64-bit mode") {
      m.vmcs(.entryControls) .== (entry & W(known: ~(1 << 9)))
    }
    proof.prove("CR0 is real mode's, as VMX demands it") {
      let (must, may) = (m.msr(.cr0Fixed0) & W(known: 0xffff_ffff_7fff_fffe), m.msr(.cr0Fixed1))
      let cr0 = m.vmcs(.guestCR0)
      return (((may & must) .== must) ==> ((cr0 & must) .== must)) .& ((cr0 & may) .== cr0)
        .& ((cr0 & W(known: 0x8000_0001)) .== 0)
    }
    proof.prove("it begins where its cell's configuration says, or where root starts it") {
      let start = m.peek(.resetAddress, occupant) & 0xffff_ffff
      let place = m.vmcs(.baseCS) &+ m.vmcs(.guestRIP)
      let isPage =
        ((m.vmcs(.baseCS) & 0xfff) .== 0) .& (m.vmcs(.baseCS) .< 0x10_0000) .& (m.vmcs(.guestRIP) .== 0)
      // Root starts its CPU by a start-up interrupt; so may a cell that has asked one of its own to begin again.
      let isRoots = occupant .== W(known: Owner.root)
      return SymbolicTruth.choose(isNew .& .!isRoots, (place .== start) .| isPage, isPage)
    }
    proof.prove("its code's selector says where its code is, as real mode has it, or as after reset") {
      (m.vmcs(.guestCS) << 4) .== (m.vmcs(.baseCS) & 0xf_ffff)
    }
  }
}

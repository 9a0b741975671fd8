// SPDX-License-Identifier: Apache-2.0
// Theorem. Whatever the processor's capability MSRs say and whatever the loader's system looked like: before a CPU of root's enters it as a
// guest for the first time, either the hypervisor refuses and has changed nothing but a VMCS that is never entered, or
//   - NMIs exit, interrupts do not; ports and model-specific registers exit by root's bitmaps; guest-physical addresses go through extended page
//     tables, tagged by the cell; the guest can change neither its tables' root nor the VMCS; an exit leads to 64-bit code, loads the host's
//     PAT and EFER and saves the guest's;
//   - no control is set that the processor cannot set, none clear that it cannot clear (SDM vol. 3D, appendix A);
//   - the tables are those of root's tree in force, four levels, write-back;
//   - the guest does not own CR4.VMXE and reads it as 0, and CR0 and CR4 are what VMX operation demands;
//   - no field is left to chance that the processor reads at entry or exit. (P12, P9, P4.)
//
// The numbers of bits are the manual's, stated here once more.

import Core
import Symbolic

/// Theorems about the first entry.
enum EnterRoot {
  typealias W = SymbolicWord

  static let theorem = CoreTheorem(
    name: "root-is-entered-under-control",
    statement: """
      Whatever the processor can: either entering root is refused, or every control that isolation rests on is set, none is one that the \
      processor does not have, root's tables in force are loaded, and no field is left to chance; no trap.
      """,
    properties: ["P9", "P12", "P17"],
    refusals: [.processorLacks, .cpuNotRoots, .cpuBeyondMachine],
    run: { m throws(Refusal<W>) in try m.fillRoot(cpu: m.argument("cpu")) },
    success: show, keepsInvariant: false)

  /// A control field, by the manual: bits that must be 1, bits that must be 0, and the MSR that says what the processor can.
  private static let controls: [(VMCSField, set: [UInt64], clear: [UInt64], MSR)] = [
    // NMI exiting; external-interrupt exiting, preemption timer, posted interrupts (25.6.1).
    (.pinControls, [3], [0, 6, 7], .truePin),
    // I/O bitmaps, MSR bitmaps, secondary controls; interrupt-window, TSC offsetting, HLT, CR3-load and -store, TPR shadow, NMI-window,
    // unconditional I/O exiting, monitor trap (25.6.2).
    (.primaryControls, [25, 28, 31], [2, 3, 7, 15, 16, 21, 22, 24, 27], .truePrimary),
    // EPT, VPID, unrestricted guest; virtualised APIC in four forms, VM functions, VMCS shadowing.
    (.secondaryControls, [1, 5, 7], [0, 4, 8, 9, 13, 14], .secondary),
    // Save debug controls, host address-space size, save and load PAT, save and load EFER; save the preemption timer (25.7.1).
    (.exitControls, [2, 9, 18, 19, 20, 21], [22], .trueExit),
    // Load debug controls, IA-32e mode guest, load PAT and EFER; entry to SMM, deactivate dual-monitor treatment (25.8.1).
    (.entryControls, [2, 9, 14, 15], [10, 11], .trueEntry),
  ]
  /// Read only where there is something to inject, which there is not; where the processor has it, which is shown apart.
  private static let unused: Set<VMCSField> = [.injectedError, .injectedLength, .xssExits]

  /// In xAPIC mode sets of CPUs are flat, and this CPU's is its own bit.
  static func showLogical(_ proof: PathProof, _ cpu: W) {
    let m = proof.machine
    let written = m.writtenAPIC
    proof.prove("the APIC is in the set of its CPU alone, where it can be in one") {
      guard written.count == 2 else { return m.msr(.apicBase).has(1 << 10) .& .known(written.isEmpty) }
      let own = W.choose(cpu .< 8, W(known: 1) << (cpu &+ 24), 0)
      return (written[0].register .== 0x0e) .& (written[0].value .== 0xffff_ffff)
        .& (written[1].register .== 0x0d) .& (written[1].value .== own)
    }
  }

  private static func show(_ proof: PathProof) {
    let m = proof.machine
    func bits(_ numbers: [UInt64]) -> W { W(known: numbers.reduce(0) { $0 | 1 << $1 }) }
    for (field, set, clear, capability) in controls {
      proof.prove("\(field): what must be 1 is") { (m.vmcs(field) & bits(set)) .== bits(set) }
      proof.prove("\(field): what must be 0 is") { (m.vmcs(field) & bits(clear)) .== 0 }
      proof.prove("\(field): the processor can") {
        let (must, may) = (m.msr(capability) & 0xffff_ffff, m.msr(capability) >> 32)
        return ((must & m.vmcs(field)) .== must) .& ((m.vmcs(field) & may) .== m.vmcs(field))
      }
    }
    proof.prove("the tables are root's, in force") {
      let tree = m.peek(.pool, W(known: PoolWord.rootTree)) & 1
      let page = (m.peek(.treeRoot, tree) &- 1) &+ m.peek(.pool, W(known: PoolWord.start))
      // Bits 2:0 write-back, 5:3 a walk of four levels, 6 no accessed and dirty flags (25.6.11).
      return m.vmcs(.eptPointer) .== ((page << 12) | 6 | W(known: 3 << 3))
    }
    proof.prove("the bitmaps are root's") {
      (m.vmcs(.portsA) .== m.address(of: .ports, 0)) .& (m.vmcs(.portsB) .== m.address(of: .ports, 512))
        .& (m.vmcs(.msrBitmap) .== m.address(of: .msrBits, 0))
    }
    proof.prove("interrupts are sent to this CPU by its own number") {
      // SDM vol. 3A, figures 11-6 and 11-29: bits 31:24 of the ID register, or all 32.
      let id = m.apic(0x02)
      let number = W.choose(m.msr(.apicBase).has(1 << 10), id, id >> 24)
      return m.peek(.interruptID, m.argument("cpu")) .== number
    }
    proof.prove("the APIC is on, and where no cell is mapped") {
      (m.msr(.apicBase) & W(known: 0x000f_ffff_ffff_f800)) .== 0xfee0_0800
    }
    showLogical(proof, m.argument("cpu"))
    proof.prove("translations are tagged") { m.vmcs(.vpid) .!= 0 }
    proof.prove("the CPU is root's") {
      m.peek(.occupant, m.argument("cpu")) .== W(known: Owner.root)
    }
    proof.prove("the guest does not own VMXE, and reads that VMX is off") {
      ((m.vmcs(.cr4Mask) & bits([13])) .!= 0) .& ((m.vmcs(.cr4Shadow) & bits([13])) .== 0)
    }
    proof.prove("CR4 is what VMX demands, and the guest cannot make it otherwise") {
      let (must, may) = (m.msr(.cr4Fixed0), m.msr(.cr4Fixed1))
      let fixed = must | (W(known: .max) &- may)
      return ((m.vmcs(.cr4Mask) & fixed) .== fixed) .& ((m.vmcs(.guestCR4) & may) .== m.vmcs(.guestCR4))
        .& (((may & must) .== must) ==> ((m.vmcs(.guestCR4) & must) .== must))
    }
    proof.prove("CR0 is what VMX demands of an unrestricted guest, and the guest cannot make it otherwise") {
      // Without PE (bit 0) and PG (bit 31).
      let (must, may) = (m.msr(.cr0Fixed0) & W(known: 0xffff_ffff_7fff_fffe), m.msr(.cr0Fixed1))
      let fixed = must | (W(known: .max) &- may)
      return ((m.vmcs(.cr0Mask) & fixed) .== fixed) .& ((m.vmcs(.guestCR0) & may) .== m.vmcs(.guestCR0))
        .& (((may & must) .== must) ==> ((m.vmcs(.guestCR0) & must) .== must))
    }
    proof.prove("#DB and #AC exit, so that no guest can raise them without end") {
      m.vmcs(.exceptions) .== bits([1, 17])
    }
    if m.writtenFields.contains(.xssExits) {
      proof.explorer.mark("supervisor states exit")
      proof.prove("processor trace, and what nobody knows, is neither saved nor restored") {
        // Bits 16:10 are PASID to HWP (SDM vol. 1, 13.5).
        (m.vmcs(.xssExits) | bits([10, 11, 12, 13, 14, 15, 16])) .== W(known: .max)
      }
    } else {
      proof.prove("where the guest may use XSAVES, what it saves of the supervisor's is controlled") {
        (m.vmcs(.secondaryControls) & bits([20])) .== 0
      }
    }
    for (field, value) in [
      (VMCSField.injection, UInt64(0)), (.link, .max), (.exitStores, 0), (.exitLoads, 0), (.entryLoads, 0),
    ] {
      proof.prove("\(field) is quiet") { m.vmcs(field) .== W(known: value) }
    }
    for field in VMCSField.all where !field.isReadOnly && !unused.contains(field) {
      proof.prove("not left to chance: \(field)") { .known(m.writtenFields.contains(field)) }
    }
    for field in VMCSField.all where field.kind == 3 {
      proof.prove("as the image says: \(field)") { m.vmcs(field) .== m.captured(field) }
    }
  }
}

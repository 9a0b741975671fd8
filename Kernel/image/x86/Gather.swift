// SPDX-License-Identifier: Apache-2.0
// What root is at the moment when the loader calls: read from the processor, for the fields of the guest's state. Runs on the loader's
// page tables, for root's descriptor tables are there.

import CVMX
import Core

/// Gathers into the block at `block`.
struct Gatherer {
  let block: UInt64

  /// Of a field of which there are several, one behind the other, the one with that number.
  @inline(__always) private func set(_ field: VMCSField, _ value: UInt64, number: UInt64 = 0) {
    word(block &+ Block.captured &+ Captured.place(field) &+ 8 &* number).pointee = value
  }

  /// Everything.
  func gather() {
    x86_sgdt(UnsafeMutableRawPointer(word(block &+ Block.gdt)))
    x86_sidt(UnsafeMutableRawPointer(word(block &+ Block.idt)))
    let (gdt, idt) = (base(Block.gdt), base(Block.idt))
    set(.baseGDTR, gdt)
    set(.limitGDTR, limit(Block.gdt))
    set(.baseIDTR, idt)
    set(.limitIDTR, limit(Block.idt))
    segment(0, x86_es(), 0)
    segment(1, x86_cs(), 0)
    segment(2, x86_ss(), 0)
    segment(3, x86_ds(), 0)
    segment(4, x86_fs(), msr(.fsBase))
    segment(5, x86_gs(), msr(.gsBase))
    let (ldtr, tr) = (x86_ldtr(), x86_tr())
    segment(6, ldtr, systemBase(ldtr, gdt))
    segment(7, tr, systemBase(tr, gdt))
    set(.guestCR0, UInt64(x86_read_cr0()))
    set(.guestCR3, UInt64(x86_read_cr3()))
    set(.guestCR4, UInt64(x86_read_cr4()))
    set(.guestDR7, UInt64(x86_read_dr7()))
    set(.guestRSP, word(block &+ Block.stack).pointee)
    set(.guestRIP, word(block &+ Block.instruction).pointee)
    set(.guestRFLAGS, word(block &+ Block.flags).pointee)
    set(.guestDebugControl, msr(.debugControl))
    set(.guestPAT, msr(.pat))
    set(.guestEFER, msr(.efer))
    set(.guestSysenterCS, msr(.sysenterCS))
    set(.guestSysenterESP, msr(.sysenterESP))
    set(.guestSysenterEIP, msr(.sysenterEIP))
    word(block &+ Block.efer).pointee = msr(.efer)
  }

  private func msr(_ msr: MSR) -> UInt64 { UInt64(x86_rdmsr(UInt32(truncatingIfNeeded: msr.rawValue))) }

  /// Of 10 bytes as SGDT writes them.
  private func limit(_ at: UInt64) -> UInt64 { word(block &+ at).pointee & 0xffff }
  private func base(_ at: UInt64) -> UInt64 {
    word(block &+ at).pointee >> 16 | word(block &+ at &+ 8).pointee << 48
  }

  /// A segment register, by its number in the order of the VMCS: ES, CS, SS, DS, FS, GS, LDTR, TR.
  @inline(never) private func segment(_ number: UInt64, _ selector: UInt32, _ base: UInt64) {
    set(.guestES, UInt64(selector), number: number)
    // A null selector is unusable (bit 16).
    let isNull = selector & 0xfffc == 0
    set(.limitES, isNull ? 0 : UInt64(x86_lsl(selector)), number: number)
    set(.accessES, isNull ? 0x10000 : UInt64(x86_lar(selector) >> 8 & 0xf0ff), number: number)
    set(.baseES, base, number: number)
  }

  /// The base of a system segment: its descriptor has 16 bytes. SDM vol. 3A, 8.2.3.
  @inline(never) private func systemBase(_ selector: UInt32, _ gdt: UInt64) -> UInt64 {
    if selector & 0xfffc == 0 { return 0 }
    let low = word(gdt &+ UInt64(selector & 0xfff8)).pointee
    let high = word(gdt &+ UInt64(selector & 0xfff8) &+ 8).pointee
    return (low >> 16 & 0xff_ffff) | ((low >> 56) << 24) | (high << 32)
  }

  /// What exits come to: the host's own, the same on every CPU but for what its page tables hold.
  func gatherHost(cr3: UInt64) {
    set(.hostES, 0)
    set(.hostCS, UInt64(HostSegments.code))
    set(.hostSS, 0)
    set(.hostDS, 0)
    set(.hostFS, 0)
    set(.hostGS, 0)
    set(.hostTR, UInt64(HostSegments.task))
    set(.hostPAT, msr(.pat))
    set(.hostEFER, msr(.efer) | HostBits.noExecute | EFER.enabled | EFER.active)
    set(.hostSysenterCS, 0)
    let cr0 = UInt64(x86_read_cr0()) & ~HostBits.noFPU
    set(.hostCR0, (msr(.cr0Fixed0) | cr0 | HostBits.writeProtect) & msr(.cr0Fixed1))
    set(.hostCR3, cr3)
    // The FPU's state is cleared where a CPU changes hands.
    let clearing = HostBits.fxsave | (Features.hasXSAVE ? HostBits.xsave : 0)
    // Of root's CR4 nothing but machine checks: what else it has turned on (CET, say) is no business of the host's.
    let kept = UInt64(x86_read_cr4()) & HostBits.machineCheck
    set(
      .hostCR4, (kept | HostBits.physicalExtension | msr(.cr4Fixed0) | CR4.vmx | clearing) & msr(.cr4Fixed1))
    set(.hostBaseFS, 0)
    set(.hostBaseGS, 0)
    set(.hostBaseTR, Virtual.cpu &+ Block.segments &+ HostSegments.taskOffset)
    set(.hostBaseGDTR, Virtual.cpu &+ Block.segments)
    set(.hostBaseIDTR, Virtual.cpu &+ Block.interrupts)
    set(.hostSysenterESP, 0)
    set(.hostSysenterEIP, 0)
    set(.hostRSP, Virtual.cpu &+ Block.size)
    set(.hostRIP, UInt64(x86_at_exit_stub()))
  }
}

/// Bits of the host's registers.
enum HostBits {
  /// EFER.NXE; CR0.WP.
  static var noExecute: UInt64 { 1 << 11 }
  static var writeProtect: UInt64 { 1 << 16 }
  /// CR0.EM, CR0.TS; CR4.OSFXSR, CR4.OSXSAVE.
  static var noFPU: UInt64 { 1 << 2 | 1 << 3 }
  static var fxsave: UInt64 { 1 << 9 }
  /// CR4.PAE, CR4.MCE.
  static var physicalExtension: UInt64 { 1 << 5 }
  static var machineCheck: UInt64 { 1 << 6 }
  static var xsave: UInt64 { 1 << 18 }
}

// SPDX-License-Identifier: Apache-2.0
// Which model-specific registers a guest reaches without an exit (P11). All others exit, and then `readMSR` and `writeMSR` answer: by
// the guest's own VMCS, by a check, or with #GP. Promise (theorem "msrs-are-the-list"): exactly the registers listed here do not exit.
//
// Why these: the processor keeps them apart by itself (VMCS), or they concern nothing but the guest's own execution, and a CPU that
// changes hands begins with them cleared (`Processor.clearProcessor`).
// Never: what writes to physical addresses (Intel PT, DS, PEBS), microcode, MTRRs, the TSC's value, APIC_BASE.

/// A register, or a bit set of 64 registers that share a word of the bitmaps, that is passed.
public struct PassedMSRs: Sendable {
  /// Number of the word: register number / 64; from 128 on, registers of 0xc0000000 and behind.
  public let word: UInt64
  /// Bits that may be read, that may be written.
  public let reads: UInt64
  public let writes: UInt64
  init(_ word: UInt64, reads: UInt64, writes: UInt64) {
    (self.word, self.reads, self.writes) = (word, reads, writes)
  }
}

/// The list.
public enum MSRBitmap {
  /// Words of the page: four bitmaps of 128.
  public static var words: UInt64 { 512 }
  /// Where the bitmaps of writes begin.
  public static var writes: UInt64 { 256 }

  /// IA32_TSC (0x10): reading tells what RDTSC tells. PLATFORM_ID (0x17): of which make the processor is, for microcode. APIC_BASE (0x1b): reading tells where the APIC is, in which mode. FEATURE_CONTROL (0x3a): what
  /// the firmware has locked; a Linux that cannot read it on a CPU takes all of them to have no VMX, also when the hypervisor has gone. TSC_ADJUST
  /// (0x3b): how far the TSC was moved.
  static var low: PassedMSRs {
    PassedMSRs(0, reads: 1 << 0x10 | 1 << 0x17 | 1 << 0x1b | 3 << 0x3a, writes: 0)
  }
  /// IA32_SPEC_CTRL (0x48), IA32_PRED_CMD (0x49, which is only written): of the guest's own speculation.
  static var speculation: PassedMSRs { PassedMSRs(1, reads: 1 << 0x8, writes: 1 << 0x8 | 1 << 0x9) }
  /// IA32_MPERF, IA32_APERF (0xe7, 0xe8): reading tells how fast this CPU runs. Linux does so at each tick.
  /// MTRRCAP (0xfe).
  static var speed: PassedMSRs { PassedMSRs(3, reads: 3 << 0x27 | 1 << 0x3e, writes: 0) }
  /// IA32_MISC_ENABLE (0x1a0): reading tells what the firmware has turned on, which is the same for all. Linux looks in real mode on its way up
  /// (`verify_cpu`), where no exception is expected.
  static var enabled: PassedMSRs { PassedMSRs(6, reads: 1 << 0x20, writes: 0) }
  /// SYSENTER (0x174 to 0x176): in the VMCS.
  static var sysenter: PassedMSRs { PassedMSRs(5, reads: 7 << 0x34, writes: 7 << 0x34) }
  /// MTRRs (0x200 to 0x21f; 0x250, 0x258, 0x259, 0x268 to 0x26f; 0x2ff): reading tells what kind of memory lies where. Writes: `QuietMSR`.
  static var ranges: PassedMSRs { PassedMSRs(8, reads: 0xffff_ffff, writes: 0) }
  static var defaultType: PassedMSRs { PassedMSRs(11, reads: 1 << 0x3f, writes: 0) }
  /// PAT (0x277): in the VMCS. With it in a word the fixed MTRRs.
  static var pat: PassedMSRs {
    PassedMSRs(9, reads: 1 << 0x10 | 3 << 0x18 | 0xff << 0x28 | 1 << 0x37, writes: 1 << 0x37)
  }
  /// IA32_VMX_BASIC to VMX_VMFUNC (0x480 to 0x491): what the processor's VMX can do. Root is told by CPUID that there is VMX, and Linux 6.12 reads
  /// them on each CPU that comes up, where no exception is expected; VMXON is #UD all the same.
  static var virtualisation: PassedMSRs { PassedMSRs(18, reads: 0x3_ffff, writes: 0) }
  /// IA32_TSC_DEADLINE (0x6e0): the guest's own timer.
  static var deadline: PassedMSRs { PassedMSRs(27, reads: 1 << 0x20, writes: 1 << 0x20) }
  /// x2APIC (0x800 to 0x83f), where the APIC is in that mode. Read: all but the command (0x830) and what cannot be read (0xb, 0x3f).
  /// Written: TPR, EOI, SVR, ESR, timer's count and divisor, self IPI. The vector table (0x82f, 0x832 to 0x837) is checked, and the
  /// command moderated.
  static var apic: PassedMSRs {
    PassedMSRs(
      32,
      reads: 1 << 0x2 | 1 << 0x3 | 1 << 0x8 | 1 << 0xa | 1 << 0xd | 0x1ff_ffff << 0xf | 1 << 0x28 | 1 << 0x2f
        | 0xff << 0x32 | 1 << 0x3e,
      writes: 1 << 0x8 | 1 << 0xb | 1 << 0xf | 1 << 0x28 | 1 << 0x38 | 1 << 0x3e | 1 << 0x3f)
  }
  /// EFER (0xc0000080): in the VMCS. STAR, LSTAR, CSTAR, SFMASK (0xc0000081 to 0xc0000084): the hypervisor makes no use of them.
  static var syscall: PassedMSRs { PassedMSRs(130, reads: 0x1f, writes: 0x1f) }
  /// FS and GS bases (VMCS), KERNEL_GS_BASE, TSC_AUX (0xc0000100 to 0xc0000103): as above.
  static var bases: PassedMSRs { PassedMSRs(132, reads: 0xf, writes: 0xf) }
}

extension Machine {
  /// Writes the MSR bitmaps.
  public func buildMSRs() {
    let bit = arbitrary(Ghost.bit)
    var none = NoState<W>()
    loop(.closeMSRs, W(known: MSRBitmap.words), &none, frame: TableSet(.msrBits)) { i, _ in
      ((bit >> 6) .< i) ==> (self.read(.msrBits, bit >> 6) .== W(known: .max))
    } body: { i, _ in
      self.write(.msrBits, i, W(known: .max))
    }
    pass(MSRBitmap.low)
    pass(MSRBitmap.speculation)
    pass(MSRBitmap.speed)
    pass(MSRBitmap.enabled)
    pass(MSRBitmap.sysenter)
    pass(MSRBitmap.ranges)
    pass(MSRBitmap.pat)
    pass(MSRBitmap.defaultType)
    pass(MSRBitmap.virtualisation)
    pass(MSRBitmap.deadline)
    pass(MSRBitmap.apic)
    pass(MSRBitmap.syscall)
    pass(MSRBitmap.bases)
  }

  private func pass(_ passed: PassedMSRs) {
    write(.msrBits, W(known: passed.word), W(known: ~passed.reads))
    write(.msrBits, W(known: passed.word &+ MSRBitmap.writes), W(known: ~passed.writes))
  }
}

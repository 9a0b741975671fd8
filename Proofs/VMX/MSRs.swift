// SPDX-License-Identifier: Apache-2.0
// Theorem. The MSR bitmaps let exactly these accesses through without an exit, of all model-specific registers that the bitmaps speak of
// (0 to 0x1fff, 0xc0000000 to 0xc0001fff; SDM vol. 3C, 25.6.9), and every other access exits; no trap. (P11.)
//
// The list stands here once more, by the registers' numbers.

import Core
import Symbolic

/// Theorems about MSR bitmaps.
public enum MSRs {
  typealias W = SymbolicWord

  static let theorem = CoreTheorem(
    name: "msrs-are-the-list",
    statement:
      "Exactly the model-specific registers of the list are read and written without an exit; no trap.",
    properties: ["P11", "P17", "P18"], loops: [.closeMSRs],
    run: { m throws(Refusal<W>) in m.buildMSRs() }, success: show, keepsInvariant: false)

  /// First and last number, whether it may be read, written.
  public static let list: [(UInt64, UInt64, reads: Bool, writes: Bool)] = [
    (0x10, 0x10, true, false), (0x17, 0x17, true, false),  // TSC, PLATFORM_ID
    (0x1b, 0x1b, true, false),  // APIC_BASE
    (0x48, 0x48, true, true), (0x49, 0x49, false, true),  // SPEC_CTRL, PRED_CMD
    (0x174, 0x176, true, true),  // SYSENTER
    (0x277, 0x277, true, true),  // PAT
    (0x3a, 0x3b, true, false),  // FEATURE_CONTROL, TSC_ADJUST
    (0xe7, 0xe8, true, false), (0x1a0, 0x1a0, true, false),  // MPERF, APERF; MISC_ENABLE
    // MTRRs: capabilities, ranges, fixed ranges, default.
    (0xfe, 0xfe, true, false), (0x200, 0x21f, true, false), (0x250, 0x250, true, false),
    (0x258, 0x259, true, false), (0x268, 0x26f, true, false), (0x2ff, 0x2ff, true, false),
    (0x480, 0x491, true, false),  // What VMX can do.
    (0x6e0, 0x6e0, true, true),  // TSC_DEADLINE
    // x2APIC: id, version; TPR; PPR; EOI; LDR; SVR; in service, trigger mode, pending; ESR; CMCI; vector table; timer; self IPI.
    (0x802, 0x803, true, false), (0x808, 0x808, true, true), (0x80a, 0x80a, true, false),
    (0x80b, 0x80b, false, true), (0x80d, 0x80d, true, false), (0x80f, 0x80f, true, true),
    (0x810, 0x827, true, false), (0x828, 0x828, true, true), (0x82f, 0x82f, true, false),
    (0x832, 0x837, true, false), (0x838, 0x838, true, true), (0x839, 0x839, true, false),
    (0x83e, 0x83e, true, true), (0x83f, 0x83f, false, true),
    (0xc000_0080, 0xc000_0084, true, true),  // EFER, STAR, LSTAR, CSTAR, SFMASK
    (0xc000_0100, 0xc000_0103, true, true),  // FS, GS, KERNEL_GS bases, TSC_AUX
  ]

  private static func show(_ proof: PathProof) {
    let m = proof.machine
    let asked = m.arbitrary(Ghost.bit)
    // Four bitmaps of 0x2000 bits: reads low, reads high, writes low, writes high.
    for (isWrite, isHigh) in [(false, false), (false, true), (true, false), (true, true)] {
      let first: UInt64 = isHigh ? 0xc000_0000 : 0
      let bitmap: UInt64 = (isWrite ? 0x4000 : 0) + (isHigh ? 0x2000 : 0)
      proof.prove("\(isWrite ? "writes" : "reads") of \(isHigh ? "high" : "low") registers") {
        // Any bit of this bitmap, and the register that it is for.
        let number = (asked &- W(known: bitmap)) &+ W(known: first)
        let isOpen = ((m.peek(.msrBits, asked >> 6) >> (asked & 63)) & 1) .== 0
        let isListed = list.filter { isWrite ? $0.writes : $0.reads }.reduce(SymbolicTruth.known(false)) {
          $0 .| ((W(known: $1.0) .<= number) .& (number .<= W(known: $1.1)))
        }
        let isInside = (W(known: first) .<= number) .& (number .< W(known: first + 0x2000))
        return isInside ==> SymbolicTruth.choose(isListed, isOpen, .!isOpen)
      }
    }
  }
}

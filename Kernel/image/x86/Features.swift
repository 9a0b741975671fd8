// SPDX-License-Identifier: Apache-2.0
// What the processor has, of what is cleared where a CPU changes hands. SDM vol. 2A, CPUID.

import CVMX

/// Features, as CPUID tells.
enum Features {
  static func cpuid(_ leaf: UInt32, _ subleaf: UInt32 = 0) -> (a: UInt32, b: UInt32, c: UInt32, d: UInt32) {
    var (a, b, c, d): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    x86_cpuid(leaf, subleaf, &a, &b, &c, &d)
    return (a, b, c, d)
  }
  private static func has(_ leaf: UInt32) -> Bool {
    leaf <= cpuid(leaf & 0x8000_0000).a
  }
  static var hasXSAVE: Bool { cpuid(1).c & 1 << 26 != 0 }
  static var hasDeadline: Bool { cpuid(1).c & 1 << 24 != 0 }
  static var hasSpeedCounters: Bool { has(6) && cpuid(6).c & 1 != 0 }
  static var hasSpeculationControl: Bool { has(7) && cpuid(7).d & 1 << 26 != 0 }
  /// IA32_FLUSH_CMD.
  static var hasFlush: Bool { has(7) && cpuid(7).d & 1 << 28 != 0 }
  static var hasAuxiliary: Bool { has(0x8000_0001) && cpuid(0x8000_0001).d & 1 << 27 != 0 }
  /// Bits of XCR0 that can be set.
  static var extendedState: UInt64 { UInt64(cpuid(0xd).a) | UInt64(cpuid(0xd).d) << 32 }
  static var hasSupervisorState: Bool { has(0xd) && cpuid(0xd, 1).a & 1 << 3 != 0 }
  static var hasTrace: Bool { has(7) && cpuid(7).b & 1 << 25 != 0 }
  /// Performance counters: version, how many that can be programmed, how many that are fixed.
  static var counters: (version: UInt32, count: UInt32, fixed: UInt32) {
    if !has(0xa) { return (0, 0, 0) }
    let (a, d) = (cpuid(0xa).a, cpuid(0xa).d)
    return (a & 0xff, a >> 8 & 0xff, a & 0xff >= 2 ? d & 0x1f : 0)
  }
}

// SPDX-License-Identifier: Apache-2.0
// A CPU's local APIC. SDM vol. 3A, chapter 11: registers by their x2APIC numbers (table 11-6). Promise: what the manual reserves, and what
// would raise anything but interrupts, is said in words. Written from the manual, and sharing nothing with the core.

/// A local APIC.
public struct LocalAPIC {
  /// x2APIC mode; its id; how many entries its vector table has, less one (bits 23:16 of the version); whether the timer counts to a deadline.
  let isX2: Bool
  let id: UInt64
  let version: UInt64
  let hasDeadline: Bool
  /// What was written, by register.
  public private(set) var values: [UInt64: UInt64] = [:]

  init(isX2: Bool, id: UInt64, version: UInt64, hasDeadline: Bool) {
    (self.isX2, self.id, self.version, self.hasDeadline) = (isX2, id, version, hasDeadline)
  }

  /// It is in x2APIC mode.
  public var isX2APIC: Bool { isX2 }

  private var last: UInt64 { version >> 16 & 0xff }
  /// 11.5.1: the vector table's entries, and from which number of entries on there is each.
  private static let entries: [UInt64: UInt64] = [
    0x2f: 6, 0x32: 0, 0x33: 5, 0x34: 4, 0x35: 0, 0x36: 0, 0x37: 3,
  ]
  /// Table 11-1 and 11-6: what can be read besides.
  private static let readable: Set<UInt64> = Set([0x02, 0x03, 0x08, 0x0a, 0x0d, 0x0f, 0x28, 0x38, 0x39, 0x3e])
    .union(0x10...0x27)

  /// What it reads; nil where there is nothing to be read.
  func read(_ register: UInt64) -> UInt64? {
    if let least = Self.entries[register] {
      return last < least ? nil : values[register] ?? 0x1_0000
    }
    switch register {
    case 0x02: return isX2 ? id : id << 24
    case 0x03: return version
    // 11.12.10.2: in x2APIC mode it follows from the id.
    case 0x0d where isX2: return (id >> 4) << 16 | 1 << (id & 0xf)
    case 0x0e: return isX2 ? nil : values[register] ?? 0xffff_ffff
    case 0x0f: return values[register] ?? 0xff
    case 0x09: return isX2 ? nil : 0
    default: return Self.readable.contains(register) ? values[register] ?? 0 : nil
    }
  }

  /// Writes. What is wrong with it, in words.
  mutating func write(_ register: UInt64, _ value: UInt64) -> String? {
    if value >> 32 != 0 { return "32 bits do not hold \(value)" }
    if Self.entries[register] != nil {
      if let wrong = wrongEntry(register, value) { return wrong }
    } else {
      let allowed: UInt64
      switch register {
      case 0x08: allowed = 0xff
      case 0x0b, 0x28: allowed = 0
      case 0x0d where !isX2: allowed = 0xff << 24
      case 0x0e where !isX2: allowed = 0xffff_ffff
      // 11.9: focus checking (bit 9), and EOI broadcasts (bit 12), which not every APIC has.
      case 0x0f: allowed = version >> 24 & 1 == 1 ? 0x13ff : 0x3ff
      case 0x38: allowed = 0xffff_ffff
      case 0x3e: allowed = 0xb
      default: return "register \(register) cannot be written"
      }
      if value & ~allowed != 0 { return "\(value) has bits that register \(register) lacks" }
      // 11.6.2.2: only the upper four bits are a choice.
      if register == 0x0e && value & 0xfff_ffff != 0xfff_ffff { return "\(value) is no model of sets" }
    }
    values[register] = value
    return nil
  }

  /// 11.5.1, figure 11-8.
  private func wrongEntry(_ register: UInt64, _ value: UInt64) -> String? {
    if last < Self.entries[register] ?? 0 { return "there is no register \(register)" }
    let isTimer = register == 0x32
    let isLine = register == 0x35 || register == 0x36
    let allowed: UInt64 = isTimer ? 0x7_10ff : isLine ? 0x1_f7ff : 0x1_17ff
    if value & ~allowed != 0 { return "\(value) has bits that register \(register) lacks" }
    let counts = isTimer ? value >> 17 & 3 : 0
    if counts == 3 || (counts == 2 && !hasDeadline) { return "the timer cannot count like \(value)" }
    if !isTimer && value >> 8 & 7 != 0 && value >> 16 & 1 == 0 {
      return "the local vector table may raise what is no interrupt: \(value) in register \(register)"
    }
    return nil
  }

  /// Nothing is raised by itself any more, nothing is pending. (What the hypervisor does when a CPU changes hands.)
  mutating func quieten() {
    let sets = [0x0d, 0x0e].map { (UInt64($0), values[UInt64($0)]) }
    values = [:]
    for (register, value) in sets { values[register] = value }
  }

  /// 11.6.2: whether an interrupt message of 8 bits of destination reaches it.
  func isMeant(by destination: UInt64, isLogical: Bool) -> Bool {
    if !isLogical { return destination == 0xff || destination == id }
    let own = read(0x0d) ?? 0
    if isX2 { return own >> 16 == 0 && own & destination != 0 }
    // Flat: a bit each. (Clusters: nobody here sets them.)
    return own >> 24 & destination != 0
  }
}

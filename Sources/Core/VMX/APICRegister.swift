// SPDX-License-Identifier: Apache-2.0
// Registers of the local APIC, by their x2APIC numbers: in xAPIC mode they lie 16 bytes apart, in x2APIC mode they are model-specific
// registers from 0x800 on. SDM vol. 3A, tables 11-1 and 11-6.

/// A register of the local APIC.
public enum APICRegister {
  public static var id: UInt64 { 0x02 }
  public static var version: UInt64 { 0x03 }
  public static var priority: UInt64 { 0x08 }
  public static var end: UInt64 { 0x0b }
  /// In which sets this CPU is, and how sets are meant (xAPIC alone).
  public static var logical: UInt64 { 0x0d }
  public static var format: UInt64 { 0x0e }
  public static var spurious: UInt64 { 0x0f }
  public static var errors: UInt64 { 0x28 }
  /// The interrupt command; in xAPIC mode its upper half has a register of its own.
  public static var command: UInt64 { 0x30 }
  public static var destination: UInt64 { 0x31 }
  /// The local vector table.
  public static var cmci: UInt64 { 0x2f }
  public static var timer: UInt64 { 0x32 }
  public static var thermal: UInt64 { 0x33 }
  public static var performance: UInt64 { 0x34 }
  public static var line0: UInt64 { 0x35 }
  public static var line1: UInt64 { 0x36 }
  public static var error: UInt64 { 0x37 }
  public static var initialCount: UInt64 { 0x38 }
  public static var currentCount: UInt64 { 0x39 }
  public static var divisor: UInt64 { 0x3e }
}

/// Bits of IA32_APIC_BASE.
public enum APICBase {
  /// x2APIC mode.
  public static var x2apic: UInt64 { 1 << 10 }
  /// The APIC is on.
  public static var enabled: UInt64 { 1 << 11 }
  /// Where its page lies (bits 51:12), and where it has to.
  public static var address: UInt64 { 0x000f_ffff_ffff_f000 }
  public static var usual: UInt64 { 0xfee0_0000 }
}

extension Limit {
  /// A set of CPUs in xAPIC mode's flat model has so many bits.
  static var flatCPUs: UInt64 { 8 }
}

/// An entry of the local vector table.
enum VectorEntry {
  static var masked: UInt64 { 1 << 16 }
  /// What a guest may write: vector, delivery mode, status, mask; of LINT0 and LINT1 polarity, remote IRR and trigger; of the timer, which
  /// has no mode, how it counts.
  static var allowed: UInt64 { 0x1_17ff }
  static var allowedOfLine: UInt64 { 0x1_f7ff }
  static var allowedOfTimer: UInt64 { 0x7_10ff }
  /// What of that is entered: neither status nor delivery mode.
  static var entered: UInt64 { 0x1_00ff }
  static var enteredOfLine: UInt64 { 0x1_a0ff }
  static var enteredOfTimer: UInt64 { 0x7_00ff }
}

extension Processor {
  /// This CPU's APIC is in x2APIC mode. No guest can change that.
  var isX2APIC: W.Condition { msr(.apicBase).has(APICBase.x2apic) }

  /// The entry of the local vector table is there. Which ones are says the number of the last one.
  func hasEntry(_ register: W) -> W.Condition {
    let last = (apic(W(known: APICRegister.version)) >> 16) & 0xff
    func needs(_ number: UInt64, _ entry: UInt64) -> W.Condition {
      (register .== W(known: entry)) ==> (W(known: number) .<= last)
    }
    return needs(3, APICRegister.error) .& needs(4, APICRegister.performance)
      .& needs(5, APICRegister.thermal)
      .& needs(6, APICRegister.cmci)
  }
  /// It is an entry of the local vector table, and one that is there.
  func isEntry(_ register: W) -> W.Condition {
    let isNamed =
      ((W(known: APICRegister.timer) .<= register) .& (register .<= W(known: APICRegister.error)))
      .| (register .== W(known: APICRegister.cmci))
    return isNamed .& hasEntry(register)
  }

  /// Enters what a guest writes into an entry of the local vector table, which is there: a vector with mode "fixed", or masked. An entry of
  /// another delivery mode is entered masked: what it would raise is the hypervisor's. False where a bit is reserved, the vector below
  /// 16, or the timer to count as it cannot; then nothing is written. The same in both modes (P11, P13).
  func setEntry(_ register: W, _ value: W) -> Bool {
    let isTimer = register .== W(known: APICRegister.timer)
    let isLine = (register .== W(known: APICRegister.line0)) .| (register .== W(known: APICRegister.line1))
    func byKind(_ plain: UInt64, line: UInt64, timer: UInt64) -> W {
      W.choose(isTimer, W(known: timer), W.choose(isLine, W(known: line), W(known: plain)))
    }
    let allowed = byKind(
      VectorEntry.allowed, line: VectorEntry.allowedOfLine, timer: VectorEntry.allowedOfTimer)
    let mode = W.choose(isTimer, 0, (value >> 8) & 7)
    let hasDeadline = cpuid(W(known: CPUIDLeaf.features), 0).ecx.has(CPUIDLeaf.deadline)
    // Of the timer bits 18:17: once, again and again, or, where the processor can, by the TSC.
    let counts = W.choose(isTimer, (value >> 17) & 3, 0)
    let isWrong =
      ((value | allowed) .!= allowed)
      .| ((mode .== 0) .& .!value.has(VectorEntry.masked) .& ((value & 0xff) .< 16))
      .| (counts .== 3) .| ((counts .== 2) .& .!hasDeadline)
    if isWrong.isTrue { return false }
    let plain =
      value
      & byKind(VectorEntry.entered, line: VectorEntry.enteredOfLine, timer: VectorEntry.enteredOfTimer)
    setAPIC(register, W.choose(mode .== 0, plain, plain | W(known: VectorEntry.masked)))
    return true
  }

  /// Makes this CPU's APIC what the hypervisor counts on in xAPIC mode: sets of CPUs are flat, and this one's bit is its number's. (Guests
  /// cannot change it: they send by these sets, and their devices' interrupts come by them.)
  func prepareAPIC(_ cpu: W) {
    if isX2APIC.isTrue { return }
    setAPIC(W(known: APICRegister.format), 0xffff_ffff)
    setAPIC(
      W(known: APICRegister.logical), W.choose(cpu .< W(known: Limit.flatCPUs), W(known: 1 << 24) << cpu, 0))
  }

  /// The number by which interrupts are sent to this CPU. SDM vol. 3A, 11.4.6 and 11.12.5.1.
  var interruptNumber: W {
    let id = apic(W(known: APICRegister.id))
    return W.choose(isX2APIC, id, id >> 24)
  }
}

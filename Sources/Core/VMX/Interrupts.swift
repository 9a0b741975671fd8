// SPDX-License-Identifier: Apache-2.0
// The interrupt command and the local vector table, by their x2APIC registers. Promise (theorem "exits-stay-inside"): an interrupt is sent,
// and a CPU is asked for something, only where that CPU runs the cell of the one that sends; what the local vector table may
// raise is interrupts or nothing: no NMI, no SMI, no INIT (P13, P11). SDM vol. 3A, 11.6.1 and 11.12.

/// The interrupt command, low half.
enum InterruptCommand {
  /// Delivery mode, bits 10:8.
  static var fixed: UInt64 { 0 }
  static var lowest: UInt64 { 1 }
  static var nmi: UInt64 { 4 }
  static var initialise: UInt64 { 5 }
  static var startUp: UInt64 { 6 }
  /// The destination is a set.
  static var logical: UInt64 { 1 << 11 }
  /// Of an INIT: it is asserted.
  static var assert: UInt64 { 1 << 14 }
  static var level: UInt64 { 1 << 15 }
}

extension Processor {
  /// What a guest writes to a register that is not passed.
  func writeMSR(_ cpu: W) -> Verdict {
    let number = guest(.rcx) & 0xffff_ffff
    let value = (guest(.rax) & 0xffff_ffff) | ((guest(.rdx) & 0xffff_ffff) << 32)
    if number == W(known: MSR.command.rawValue) {
      count(.x2apic)
      return sendCommand(value, cpu)
    }
    count(.msr)
    // In xAPIC mode there are no such registers.
    let isX2APIC = msr(.apicBase).has(APICBase.x2apic)
    if (.!isX2APIC).isTrue { return raise(Event.generalProtection) }
    // Which entries there are: the number of the last one. A register that is none would be #GP in the hypervisor.
    let last = (msr(.apicVersion) >> 16) & 0xff
    if number == W(known: MSR.lvtTimer.rawValue) { return setTimer(value) }
    if number == W(known: MSR.lvt0.rawValue) { return setVector(.lvt0, value) }
    if number == W(known: MSR.lvt1.rawValue) { return setVector(.lvt1, value) }
    if (isEntry(number, .lvtError) .& (3 .<= last)).isTrue { return setVector(.lvtError, value) }
    if (isEntry(number, .lvtPerformance) .& (4 .<= last)).isTrue { return setVector(.lvtPerformance, value) }
    if (isEntry(number, .lvtThermal) .& (5 .<= last)).isTrue { return setVector(.lvtThermal, value) }
    if (isEntry(number, .lvtCMCI) .& (6 .<= last)).isTrue { return setVector(.lvtCMCI, value) }
    return raise(Event.generalProtection)
  }

  private func isEntry(_ number: W, _ entry: MSR) -> W.Condition { number .== W(known: entry.rawValue) }

  /// The timer's entry: vector, mask, and how it counts (bits 18:17): once, again and again, or, where the processor can, by the TSC.
  private func setTimer(_ value: W) -> Verdict {
    let hasDeadline = cpuid(W(known: CPUIDLeaf.features), 0).ecx.has(CPUIDLeaf.deadline)
    let counts = (value >> 17) & 3
    let isWrong =
      ((value & W(known: ~0x7_10ff)) .!= 0) .| (.!value.has(1 << 16) .& ((value & 0xff) .< 16))
      .| (counts .== 3) .| ((counts .== 2) .& .!hasDeadline)
    if isWrong.isTrue { return raise(Event.generalProtection) }
    setMSR(.lvtTimer, value & W(known: 0x7_00ff))
    advance()
    return .resume
  }

  /// An entry of the local vector table: vector, mode "fixed" or masked. An entry of another delivery mode
  /// is entered masked: what it would raise is the hypervisor's. Vectors below 16 and reserved bits are #GP.
  private func setVector(_ entry: MSR, _ value: W) -> Verdict {
    let isMasked = value.has(1 << 16)
    let mode = (value >> 8) & 7
    // Of LINT0 and LINT1 bits 13 and 15 are polarity and trigger.
    let isLine = entry == .lvt0 || entry == .lvt1
    let allowed: UInt64 = isLine ? 0x1_f7ff : 0x1_17ff
    let isWrong =
      ((value & W(known: ~allowed)) .!= 0)
      .| ((mode .== 0) .& .!isMasked .& ((value & 0xff) .< 16))
    if isWrong.isTrue { return raise(Event.generalProtection) }
    let plain = value & W(known: isLine ? 0x1_a0ff : 0x1_00ff)
    setMSR(entry, W.choose(mode .== 0, plain, plain | W(known: 1 << 16)))
    advance()
    return .resume
  }

  /// Sends what a guest has commanded, to the CPUs of its own cell.
  private func sendCommand(_ value: W, _ cpu: W) -> Verdict {
    let isX2APIC = msr(.apicBase).has(APICBase.x2apic)
    if (.!isX2APIC).isTrue { return raise(Event.generalProtection) }
    let mode = (value >> 8) & 7
    let isPlain = (mode .== W(known: InterruptCommand.fixed)) .| (mode .== W(known: InterruptCommand.lowest))
    let isWrong = isPlain .& ((value & 0xff) .< 16)
    if isWrong.isTrue { return raise(Event.generalProtection) }
    if cpu < capacity(.occupant) {
      let cell = read(.occupant, cpu)
      if isPlain.isTrue { send(value, cell, cpu, isPlain: true) }
      let isInit = (mode .== W(known: InterruptCommand.initialise)) .& value.has(InterruptCommand.assert)
      if (isInit .| (mode .== W(known: InterruptCommand.startUp))).isTrue {
        send(value, cell, cpu, isPlain: false)
      }
      // An NMI, an SMI and what is reserved goes nowhere.
    }
    advance()
    return .resume
  }

  private func send(_ value: W, _ cell: W, _ cpu: W, isPlain: Bool) {
    let vector = value & 0xff
    let isInit = ((value >> 8) & 7) .== W(known: InterruptCommand.initialise)
    let request = W.choose(
      isInit, W(known: CPURequest.initialise), W(known: CPURequest.startUp) | (vector << 8))
    var none = NoState<W>()
    loop(.sendInterrupt, capacity(.occupant), &none, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      let isMeant = (self.read(.occupant, i) .== cell) .& self.isMeant(i, by: value, from: cpu)
      if (.!isMeant).isTrue { return }
      if isPlain {
        self.sendInterrupt(vector, to: self.read(.interruptID, i))
      } else if i != cpu {
        self.ask(i, request)
      }
    }
  }

  /// The command's destination is, or contains, CPU `i`.
  private func isMeant(_ i: W, by value: W, from cpu: W) -> W.Condition {
    let (number, destination) = (read(.interruptID, i), value >> 32)
    let shorthand = (value >> 18) & 3
    // Logical, by clusters of 16: SDM vol. 3A, 11.12.10.2.
    let isInCluster = ((number >> 4) .== (destination >> 16)) .& (((destination >> (number & 0xf)) & 1) .== 1)
    let isAll = destination .== 0xffff_ffff
    let isNamed =
      isAll .| W.Condition.choose(value.has(InterruptCommand.logical), isInCluster, number .== destination)
    let isOne = i .== cpu
    return W.Condition.choose(
      shorthand .== 0, isNamed,
      W.Condition.choose(shorthand .== 1, isOne, (shorthand .== 2) .| .!isOne))
  }
}

/// Bits of IA32_APIC_BASE.
public enum APICBase {
  /// x2APIC mode.
  public static var x2apic: UInt64 { 1 << 10 }
  /// The APIC is on.
  public static var enabled: UInt64 { 1 << 11 }
}

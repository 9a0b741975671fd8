// SPDX-License-Identifier: Apache-2.0
// The interrupt command, and the local APIC's registers that x2APIC mode has as MSRs. Promise (theorem "exits-stay-inside"): an interrupt is
// sent, and a CPU is asked for something, only where that CPU runs the cell of the one that sends; what the local vector table may
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
  /// The command has not been accepted yet: read only.
  static var status: UInt64 { 1 << 12 }
  /// Of an INIT: it is asserted.
  static var assert: UInt64 { 1 << 14 }
  static var level: UInt64 { 1 << 15 }
}

/// A command as a guest gives it, in either mode.
struct Command<W: Word>: Sendable {
  /// Its low half, and the destination: 32 bits in x2APIC mode, 8 in xAPIC mode.
  let low: W
  let destination: W

  var vector: W { low & 0xff }
  var mode: W { (low >> 8) & 7 }
  func has(_ mode: UInt64) -> W.Condition { self.mode .== W(known: mode) }
  /// An interrupt, as opposed to a signal.
  var isPlain: W.Condition { has(InterruptCommand.fixed) .| has(InterruptCommand.lowest) }
}

extension Processor {
  /// What a guest writes to a register that is not passed.
  func writeMSR(_ cpu: W) -> Verdict {
    let number = guest(.rcx) & 0xffff_ffff
    let value = (guest(.rax) & 0xffff_ffff) | ((guest(.rdx) & 0xffff_ffff) << 32)
    if number == W(known: MSR.command.rawValue) {
      count(.x2apic)
      if (.!isX2APIC).isTrue { return raise(Event.generalProtection) }
      let command = Command(low: value & 0xffff_ffff, destination: value >> 32)
      if (command.isPlain .& (command.vector .< 16)).isTrue { return raise(Event.generalProtection) }
      carryOut(command, cpu)
      advance()
      return .resume
    }
    count(.msr)
    if isQuiet(number).isTrue {
      advance()
      return .resume
    }
    // In xAPIC mode there are no such registers. (A register that is none would be #GP in the hypervisor.)
    if (.!isX2APIC).isTrue { return raise(Event.generalProtection) }
    let register = number &- W(known: MSR.firstAPIC)
    if (.!isEntry(register)).isTrue { return raise(Event.generalProtection) }
    if !setEntry(register, value) { return raise(Event.generalProtection) }
    advance()
    return .resume
  }

  /// Sends what a guest has commanded, to the CPUs of its own cell. A vector that is an exception's goes nowhere.
  func carryOut(_ command: Command<W>, _ cpu: W) {
    if cpu >= capacity(.occupant) { return }
    let cell = read(.occupant, cpu)
    if (command.isPlain .& (16 .<= command.vector)).isTrue { send(command, cell, cpu, isPlain: true) }
    let isInit = command.has(InterruptCommand.initialise) .& command.low.has(InterruptCommand.assert)
    if (isInit .| command.has(InterruptCommand.startUp)).isTrue { send(command, cell, cpu, isPlain: false) }
    // An NMI, an SMI and what is reserved goes nowhere.
  }

  private func send(_ command: Command<W>, _ cell: W, _ cpu: W, isPlain: Bool) {
    let vector = command.vector
    let request = W.choose(
      command.has(InterruptCommand.initialise), W(known: CPURequest.initialise),
      W(known: CPURequest.startUp) | (vector << 8))
    var none = NoState<W>()
    loop(.sendInterrupt, capacity(.occupant), &none, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      let isMeant = (self.read(.occupant, i) .== cell) .& self.isMeant(i, by: command, from: cpu)
      if (.!isMeant).isTrue { return }
      if isPlain {
        self.sendInterrupt(vector, to: self.read(.interruptID, i))
      } else if i != cpu {
        self.ask(i, request)
      }
    }
  }

  /// The command's destination is, or contains, CPU `i`.
  private func isMeant(_ i: W, by command: Command<W>, from cpu: W) -> W.Condition {
    let (number, destination) = (read(.interruptID, i), command.destination)
    let shorthand = (command.low >> 18) & 3
    // What would reach every CPU is no CPU's number.
    let all = W.choose(isX2APIC, 0xffff_ffff, 0xff)
    // Sets: by clusters of 16 (SDM vol. 3A, 11.12.10.2); in xAPIC mode flat (11.6.2.2), each CPU by its own number (`prepareAPIC`).
    let isInCluster = ((number >> 4) .== (destination >> 16)) .& (((destination >> (number & 0xf)) & 1) .== 1)
    let isInFlat = (i .< W(known: Limit.flatCPUs)) .& (((destination >> i) & 1) .== 1)
    let isInSet = W.Condition.choose(isX2APIC, isInCluster, isInFlat)
    let isNamed =
      (destination .== all)
      .| W.Condition.choose(command.low.has(InterruptCommand.logical), isInSet, number .== destination)
    let isOne = i .== cpu
    return (number .< all)
      .& W.Condition.choose(
        shorthand .== 0, isNamed,
        W.Condition.choose(shorthand .== 1, isOne, (shorthand .== 2) .| .!isOne))
  }
}

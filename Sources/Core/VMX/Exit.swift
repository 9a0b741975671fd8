// SPDX-License-Identifier: Apache-2.0
// What happens when a guest leaves. Promise (theorem "exits-stay-inside"): whatever the reason and whatever the guest's registers hold, the
// handler touches this CPU's guest and nothing else, raises in it only what the manual allows, and either goes on or stops this CPU.

/// Why an exit happened: the basic reason. SDM vol. 3D, appendix C.
public enum ExitReason {
  public static var exceptionOrNMI: UInt64 { 0 }
  public static var tripleFault: UInt64 { 2 }
  public static var initSignal: UInt64 { 3 }
  public static var startUp: UInt64 { 4 }
  public static var cpuid: UInt64 { 10 }
  public static var vmcall: UInt64 { 18 }
  /// VMCLEAR to VMXON.
  public static var firstVMX: UInt64 { 19 }
  public static var lastVMX: UInt64 { 27 }
  public static var controlRegister: UInt64 { 28 }
  public static var port: UInt64 { 30 }
  public static var readMSR: UInt64 { 31 }
  public static var writeMSR: UInt64 { 32 }
  public static var eptViolation: UInt64 { 48 }
  public static var invept: UInt64 { 50 }
  public static var invvpid: UInt64 { 53 }
  public static var xsetbv: UInt64 { 55 }
  public static var vmfunc: UInt64 { 59 }
  /// The entry failed (bit 31).
  public static var failedEntry: UInt64 { 1 << 31 }
}

/// Whether the guest goes on.
public enum Verdict: Sendable {
  /// It does.
  case resume
  /// The guest did what it must not: `failHere`; what is known stands in the CPU's own words (`CPUWord.stop` and those behind).
  case fail
  /// Root manages: `manage`.
  case manage
  /// It touched memory that it does not have: `answerChip`.
  case chip
  /// It touched a port that exits: `answerPort`.
  case port
  /// The CPU is to stand still until it is told to go on; then `settle`.
  case stand
  /// The CPU runs nothing until it is told to go on or is asked for something; then `settle`.
  case park
  /// The guest goes on as it is, and there is no hypervisor under it any more.
  case leave
}

/// Why a CPU stopped (`CPUWord.stop`).
public enum Stop {
  /// The guest did what no handler allows.
  public static var unhandled: UInt64 { 1 }
  /// The guest touched memory that it does not have.
  public static var memory: UInt64 { 2 }
  /// The guest's own fault ended in a triple fault.
  public static var tripleFault: UInt64 { 3 }
  /// The entry failed: the guest's state is impossible.
  public static var entry: UInt64 { 4 }
  /// The guest touched a port that it does not have.
  public static var port: UInt64 { 5 }
  /// The guest made an access to its APIC's page that no handler allows.
  public static var apic: UInt64 { 6 }
  /// The guest made an access to an I/O APIC's page that no handler allows.
  public static var chip: UInt64 { 7 }
  /// The guest wrote to a PCI function that is not its own; PCI's address stands where a guest-physical one would.
  public static var function: UInt64 { 8 }
  /// The guest wrote, to something that is its own, what changes the machine for all: reset, sleep, a bridge to host or ISA.
  public static var machine: UInt64 { 9 }
}

extension Processor {
  /// Handles the exit that has just happened on CPU `cpu`, if it is one of those that happen often; false where it is not, and then nothing has
  /// been done. Looks at no other registers of the guest, and sets none, than RAX to RDX, RSI and RDI: the others need not be stored.
  @inline(__always) public func handleFrequent(cpu: W) -> Bool {
    // No flag is set in bits 31:16.
    let reason = vmcs(.exitReason)
    if reason == W(known: ExitReason.cpuid) {
      count(.exits)
      _ = answerCPUID(cpu)
      return true
    }
    if reason == W(known: ExitReason.vmcall) {
      if guest(.rax) <= W(known: Hypercall.destroy) { return false }
      count(.exits)
      _ = answerHypercall(cpu)
      return true
    }
    return false
  }

  /// Handles the exit that has just happened on CPU `cpu`.
  public func handleExit(cpu: W) -> Verdict {
    count(.exits)
    let reason = vmcs(.exitReason)
    if reason.hasAny(ExitReason.failedEntry).isTrue { return stop(cpu, Stop.entry) }
    let basic = reason & 0xffff
    if basic == W(known: ExitReason.cpuid) { return answerCPUID(cpu) }
    if basic == W(known: ExitReason.vmcall) { return answerHypercall(cpu) }
    if basic == W(known: ExitReason.readMSR) { return readMSR() }
    if basic == W(known: ExitReason.writeMSR) { return writeMSR(cpu) }
    if basic == W(known: ExitReason.exceptionOrNMI) { return answerException(cpu) }
    if basic == W(known: ExitReason.controlRegister) { return accessControlRegister(cpu) }
    if basic == W(known: ExitReason.xsetbv) { return setExtendedState() }
    // What nobody sent on purpose is counted and ignored (P13).
    if (isBasic(basic, ExitReason.initSignal) .| isBasic(basic, ExitReason.startUp)).isTrue {
      count(.management)
      return .resume
    }
    let isVMX = (W(known: ExitReason.firstVMX) .<= basic) .& (basic .<= W(known: ExitReason.lastVMX))
    let isOther =
      isBasic(basic, ExitReason.invept) .| isBasic(basic, ExitReason.invvpid)
      .| isBasic(basic, ExitReason.vmfunc)
    if (isVMX .| isOther).isTrue { return raise(Event.invalidOpcode) }
    if basic == W(known: ExitReason.port) {
      count(.ports)
      return .port
    }
    if basic == W(known: ExitReason.eptViolation) { return answerMemory(cpu) }
    if basic == W(known: ExitReason.tripleFault) { return stop(cpu, Stop.tripleFault) }
    return stop(cpu, Stop.unhandled)
  }

  private func isBasic(_ basic: W, _ reason: UInt64) -> W.Condition { basic .== W(known: reason) }

  /// Counts. (Whoever is told a count is told 31 bits of it.)
  func count(_ word: CPUWord) { setOwn(word, own(word) &+ 1) }

  /// The guest goes on behind the instruction that left. (Merged: a branch here would double the paths of most exits.)
  @inline(__always) func advance() { advance(by: vmcs(.instructionLength)) }
  /// The same for an exit of which the processor does not say how long the instruction is.
  @inline(__always) func advance(by length: W) {
    let next = vmcs(.guestRIP) &+ length
    setVMCS(.guestRIP, W.choose(isIn64BitMode, next, next & 0xffff_ffff))
    // STI and MOV SS hold interrupts back for one instruction: this one.
    setVMCS(.interruptibility, vmcs(.interruptibility) & W(known: ~0x3))
  }

  /// The guest's code is 64-bit code: EFER.LMA and CS.L.
  var isIn64BitMode: W.Condition { vmcs(.guestEFER).has(EFER.active) .& vmcs(.accessCS).has(1 << 13) }

  /// The guest did what it must not.
  func stop(_ cpu: W, _ why: UInt64) -> Verdict {
    setOwn(.stop, W(known: why))
    setOwn(.stopReason, vmcs(.exitReason))
    setOwn(.stopQualification, vmcs(.qualification))
    setOwn(.stopAddress, vmcs(.guestPhysical))
    setOwn(.stopRIP, vmcs(.guestRIP))
    return .fail
  }
  /// The same, with what it was about where that is not a guest-physical address.
  func stop(_ cpu: W, _ why: UInt64, at address: W) -> Verdict {
    let verdict = stop(cpu, why)
    setOwn(.stopAddress, address)
    return verdict
  }

  /// An NMI is the hypervisor's: another CPU has something for this one, or nobody has, and then it is ignored. Of exceptions only those of
  /// `Intercepted` exit (Exceptions.swift).
  private func answerException(_ cpu: W) -> Verdict {
    let type = (vmcs(.exitInterruption) >> 8) & 7
    if type != 2 { return passOn(cpu) }
    count(.management)
    // The next NMI must come through. (Bochs 2.7 leaves this bit set.)
    endNMI()
    setVMCS(.interruptibility, vmcs(.interruptibility) & W(known: ~0x8))
    return answerKick(cpu: cpu)
  }

  /// Another CPU has something for this one, or has not any more.
  public func answerKick(cpu: W) -> Verdict {
    if isHeld().isTrue { return .stand }
    return obey(takeRequest())
  }

  /// What a guest may read of model-specific registers: what the VMCS holds of its own; 0 of those of `QuietMSR`. All else is #GP (P11).
  private func readMSR() -> Verdict {
    count(.msr)
    let number = guest(.rcx) & 0xffff_ffff
    if number == W(known: MSR.efer.rawValue) { return answer(vmcs(.guestEFER)) }
    if number == W(known: MSR.pat.rawValue) { return answer(vmcs(.guestPAT)) }
    if number == W(known: MSR.fsBase.rawValue) { return answer(vmcs(.baseFS)) }
    if number == W(known: MSR.gsBase.rawValue) { return answer(vmcs(.baseGS)) }
    if number == W(known: MSR.sysenterCS.rawValue) { return answer(vmcs(.guestSysenterCS)) }
    if number == W(known: MSR.sysenterESP.rawValue) { return answer(vmcs(.guestSysenterESP)) }
    if number == W(known: MSR.sysenterEIP.rawValue) { return answer(vmcs(.guestSysenterEIP)) }
    if isQuiet(number).isTrue { return answer(0) }
    return raise(Event.generalProtection)
  }
  func answer(_ value: W) -> Verdict {
    setGuest(.rax, value & 0xffff_ffff)
    setGuest(.rdx, value >> 32)
    advance()
    return .resume
  }

  /// Raises an exception in the guest, at the instruction that left.
  func raise(_ event: UInt64) -> Verdict {
    // In real mode no exception has an error code (SDM vol. 3C, 27.2.1.3).
    let isReal = (vmcs(.guestCR0) & 1) .== 0
    let code = W(known: Event.hasCode)
    setVMCS(.injection, W.choose(isReal, W(known: event & ~Event.hasCode), W(known: event)))
    if W(known: event) & code != 0 { setVMCS(.injectedError, 0) }
    return .resume
  }
}

/// An exception to be raised. SDM vol. 3C, table 25-17: vector, type 3 (hardware exception), whether there is an error code, valid.
public enum Event {
  public static var hasCode: UInt64 { 1 << 11 }
  /// Types: a hardware exception; a privileged software exception (INT1).
  static var hardware: UInt64 { 3 }
  static var privileged: UInt64 { 5 }
  static var exception: UInt64 { 1 << 31 | hardware << 8 }
  public static var debug: UInt64 { exception | Intercepted.debug }
  public static var instructionBreak: UInt64 { 1 << 31 | privileged << 8 | Intercepted.debug }
  public static var alignment: UInt64 { exception | hasCode | Intercepted.alignment }
  public static var invalidOpcode: UInt64 { exception | 6 }
  public static var generalProtection: UInt64 { exception | hasCode | 13 }
}

// SPDX-License-Identifier: Apache-2.0
// The local APIC's page, for guests whose CPU is in xAPIC mode (jailhouse-interfaces, g.2 and g.3). Only aligned accesses of 32 bits. What
// concerns the guest's own interrupts is passed; the vector table is checked and the command moderated as in x2APIC mode; ID and the
// registers of logical destinations keep what the hypervisor counts on. Anything else stops the CPU.

/// A register of the page that a guest writes as it likes, and the bits of it that there are.
private enum PassedWrite {
  static var priority: UInt64 { 0xff }
  /// Vector, "on"; bit 12, which suppresses broadcasts of EOI, is left out: not every APIC has it.
  static var spurious: UInt64 { 0x1ff }
  static var count: UInt64 { 0xffff_ffff }
  static var divisor: UInt64 { 0xb }
}

/// Which registers of the page a guest may read: a bit for each.
enum ReadableAPIC {
  /// ID, version; TPR, APR, PPR; LDR, DFR, SVR; ISR, TMR, IRR (0x10 to 0x27); ESR; the vector table; the timer's counts and divisor.
  static var registers: UInt64 {
    1 << 0x02 | 1 << 0x03 | 7 << 0x08 | 7 << 0x0d | 0xff_ffff << 0x10 | 1 << 0x28 | 1 << 0x2f | 0xff << 0x32
      | 1 << 0x3e
  }
}

extension Processor {
  /// The guest touched memory that it does not have.
  func answerMemory(_ cpu: W) -> Verdict {
    let address = vmcs(.guestPhysical)
    if (((address & W(known: ~0xfff)) .== W(known: APICBase.usual)) .& .!isX2APIC).isTrue {
      count(.xapic)
      return accessAPIC(address & 0xfff, cpu)
    }
    return .chip
  }

  /// The guest touched its APIC's page, at that offset.
  @inline(never) private func accessAPIC(_ offset: W, _ cpu: W) -> Verdict {
    guard let access = memoryAccess(cpu) else { return stop(cpu, Stop.apic) }
    // Every register is the first word of 16 bytes.
    if ((access.width .!= 4) .| ((offset & 0xf) .!= 0)).isTrue { return stop(cpu, Stop.apic) }
    let (register, held) = (offset >> 4, general(access.register))
    if access.isWrite == 1 {
      if !writeAPIC(register, access.written(held), cpu) { return stop(cpu, Stop.apic) }
    } else {
      let isCommand =
        (register .== W(known: APICRegister.command)) .| (register .== W(known: APICRegister.destination))
      var value = W.choose(
        register .== W(known: APICRegister.command), own(.commandLow), own(.commandHigh))
      if (.!isCommand).isTrue {
        let isReadable = ((W(known: ReadableAPIC.registers) >> register) & 1) .== 1
        if (.!(isReadable .& hasEntry(register))).isTrue { return stop(cpu, Stop.apic) }
        value = apic(register)
      }
      setGeneral(access.register, access.loaded(value, over: held))
    }
    advance(by: access.length)
    return .resume
  }

  /// False where it is nothing that a guest may write; then nothing happens.
  @inline(never) private func writeAPIC(_ register: W, _ value: W, _ cpu: W) -> Bool {
    func isOne(_ number: UInt64) -> W.Condition { register .== W(known: number) }
    if isOne(APICRegister.command).isTrue {
      setOwn(.commandLow, value & W(known: ~InterruptCommand.status))
      carryOut(Command(low: value, destination: own(.commandHigh) >> 24), cpu)
      return true
    }
    if isOne(APICRegister.destination).isTrue {
      setOwn(.commandHigh, value & W(known: 0xff << 24))
      return true
    }
    if isEntry(register).isTrue { return setEntry(register, value) }
    if (isOne(APICRegister.id) .| isOne(APICRegister.logical) .| isOne(APICRegister.format)).isTrue {
      return true
    }
    // Of EOI and ESR any write means the same: 0.
    let isCleared = isOne(APICRegister.end) .| isOne(APICRegister.errors)
    let bits = W.choose(
      isOne(APICRegister.priority), W(known: PassedWrite.priority),
      W.choose(
        isOne(APICRegister.spurious), W(known: PassedWrite.spurious),
        W.choose(
          isOne(APICRegister.initialCount), W(known: PassedWrite.count),
          W.choose(isOne(APICRegister.divisor), W(known: PassedWrite.divisor), 0))))
    if (.!isCleared .& (bits .== 0)).isTrue { return false }
    setAPIC(register, value & bits)
    return true
  }
}

// SPDX-License-Identifier: Apache-2.0
// MOV to CR0 and CR4, LMSW, CLTS, XSETBV, where they touch a bit that is not the guest's. CR0: caching is never turned off (CD and NW are
// remembered and do nothing), NE stays on; else the guest gets what it asks for. CR4: VMXE, too, is remembered and does nothing (each VMX instruction is #UD); what the processor does
// not have is #GP.

/// Bits of CR0.
public enum CR0 {
  public static var protection: UInt64 { 1 << 0 }
  public static var taskSwitched: UInt64 { 1 << 3 }
  public static var notWriteThrough: UInt64 { 1 << 29 }
  public static var cacheDisable: UInt64 { 1 << 30 }
  public static var paging: UInt64 { 1 << 31 }
  /// All that has a meaning.
  public static var known: UInt64 { 0xe005_003f }
}

/// What made a control register exit, from the exit's qualification. SDM vol. 3C, table 28-3.
enum ControlAccess {
  /// Bits 3:0 the register, 5:4 how it is accessed: 0 MOV to it, 1 MOV from it, 2 CLTS, 3 LMSW; 11:8 the general register.
  static var moveToCR0: UInt64 { 0x00 }
  static var moveToCR4: UInt64 { 0x04 }
}

extension Processor {
  /// Handles an exit by a control register.
  func accessControlRegister(_ cpu: W) -> Verdict {
    count(.controlRegisters)
    let qualification = vmcs(.qualification)
    let access = qualification & 0x3f
    if access == W(known: ControlAccess.moveToCR0) { return setCR0(operand(qualification), cpu) }
    if access == W(known: ControlAccess.moveToCR4) { return setCR4(operand(qualification)) }
    return stop(cpu, Stop.unhandled)
  }

  /// The general register that MOV names.
  private func operand(_ qualification: W) -> W {
    let value = general((qualification >> 8) & 0xf)
    return W.choose(isIn64BitMode, value, value & 0xffff_ffff)
  }

  /// What exits differs in VMXE, or in what is not the guest's to set. KVM, loaded before the hypervisor came, sets VMXE before it tries VMXON, by a MOV for which Linux has no
  /// handler: it may. MOV with anything else changed at the same time is #GP.
  private func setCR4(_ value: W) -> Verdict {
    if (value | W(known: CR4.vmx)) != vmcs(.guestCR4) { return raise(Event.generalProtection) }
    setVMCS(.cr4Shadow, value)
    advance()
    return .resume
  }

  private func setCR0(_ value: W, _ cpu: W) -> Verdict {
    let (now, efer, cr4) = (vmcs(.guestCR0), vmcs(.guestEFER), vmcs(.guestCR4))
    let paging = value.has(CR0.paging)
    let isLong = paging .& efer.has(EFER.enabled)
    // SDM vol. 3A, 2.5 and 5.9; CR4: PAE bit 5, PCIDE bit 17.
    let isWrong =
      (value >> 32 .!= 0) .| (paging .& .!value.has(CR0.protection))
      .| (value.has(CR0.notWriteThrough) .& .!value.has(CR0.cacheDisable))
      .| (isLong .& .!now.has(CR0.paging) .& (.!cr4.has(1 << 5) .| vmcs(.accessCS).has(1 << 13)))
      .| (.!paging .& now.has(CR0.paging) .& (isIn64BitMode .| cr4.has(1 << 17)))
    if isWrong.isTrue { return raise(Event.generalProtection) }
    // 32-bit paging with PAE has its first table in the VMCS, which would have to be read from the guest's memory.
    if (paging .& .!isLong .& cr4.has(1 << 5)).isTrue { return stop(cpu, Stop.unhandled) }
    let known = value & W(known: CR0.known)
    let must = msr(.cr0Fixed0) & W(known: ~(CR0.paging | CR0.protection))
    setVMCS(.cr0Shadow, known)
    setVMCS(.guestCR0, (known | must) & msr(.cr0Fixed1))
    let active = W(known: EFER.active)
    setVMCS(.guestEFER, W.choose(isLong, efer | active, efer & W(known: ~EFER.active)))
    let entry = vmcs(.entryControls)
    let long = W(known: EntryControls.guest64.rawValue)
    setVMCS(.entryControls, W.choose(isLong, entry | long, entry & (W(known: .max) &- long)))
    advance()
    return .resume
  }

  /// XSETBV: XCR0 alone, and of it what the processor has, in combinations that it takes (SDM vol. 1, 13.3).
  func setExtendedState() -> Verdict {
    count(.xsetbv)
    let value = (guest(.rax) & 0xffff_ffff) | ((guest(.rdx) & 0xffff_ffff) << 32)
    // x87, SSE, AVX, AVX-512 (bits 7:5), PKRU.
    let offered = cpuid(W(known: CPUIDLeaf.xsave), 0).eax & 0x2e7
    let wide = value & 0xe0
    let isRight =
      ((guest(.rcx) & 0xffff_ffff) .== 0) .& value.has(1) .& ((value & offered) .== value)
      .& (value.has(4) ==> value.has(2)) .& ((wide .== 0) .| ((wide .== 0xe0) .& value.has(4)))
    if (.!isRight).isTrue { return raise(Event.generalProtection) }
    setXCR0(value)
    advance()
    return .resume
  }
}

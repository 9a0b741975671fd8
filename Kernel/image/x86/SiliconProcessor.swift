// SPDX-License-Identifier: Apache-2.0
// The machine that ships, as the processor that it runs on. All words are this CPU's, which its page tables have at one address.

import CVMX
import Core

extension Silicon: Processor {
  @inline(__always) public func vmcs(_ field: VMCSField) -> UInt64 {
    UInt64(x86_vmread(UInt(field.rawValue)))
  }
  @inline(__always) public func setVMCS(_ field: VMCSField, _ value: UInt64) {
    x86_vmwrite(UInt(field.rawValue), UInt(value))
  }
  @inline(__always) public func guest(_ register: GuestRegister) -> UInt64 {
    word(Virtual.cpu &+ Block.registers &+ 8 &* UInt64(register.rawValue)).pointee
  }
  @inline(__always) public func setGuest(_ register: GuestRegister, _ value: UInt64) {
    word(Virtual.cpu &+ Block.registers &+ 8 &* UInt64(register.rawValue)).pointee = value
  }
  @inline(__always) public func own(_ own: CPUWord) -> UInt64 {
    word(Virtual.cpu &+ Block.own &+ 8 &* UInt64(own.rawValue)).pointee
  }
  @inline(__always) public func setOwn(_ own: CPUWord, _ value: UInt64) {
    word(Virtual.cpu &+ Block.own &+ 8 &* UInt64(own.rawValue)).pointee = value
  }
  public func told(_ own: UInt64, by cpu: UInt64) -> UInt64 {
    precondition(cpu < capacity(.occupant) && own < CPUWord.count, "no such CPU or word")
    // Its block, where all CPUs see no more of it than this page.
    return word(UInt64(x86_at_image_end()) &+ cpu &* Block.size &+ Block.own &+ 8 &* own).pointee
  }
  @inline(__always) public func msr(_ msr: MSR) -> UInt64 {
    UInt64(x86_rdmsr(UInt32(truncatingIfNeeded: msr.rawValue)))
  }
  @inline(__always) public func cpuid(_ leaf: UInt64, _ subleaf: UInt64) -> CPUIDWords<UInt64> {
    var (a, b, c, d): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    x86_cpuid(UInt32(truncatingIfNeeded: leaf), UInt32(truncatingIfNeeded: subleaf), &a, &b, &c, &d)
    return CPUIDWords(eax: UInt64(a), ebx: UInt64(b), ecx: UInt64(c), edx: UInt64(d))
  }
  @inline(__always) public func captured(_ field: VMCSField) -> UInt64 {
    word(Virtual.cpu &+ Block.captured &+ Captured.place(field)).pointee
  }
  @inline(__always) public func apic(_ register: UInt64) -> UInt64 { APIC.read(register) }
  @inline(__always) public func setAPIC(_ register: UInt64, _ value: UInt64) { APIC.write(register, value) }
  public func chipRegister(_ address: UInt64, _ index: UInt64) -> UInt64 { Chip(at: address).read(index) }
  public func pin(_ address: UInt64, _ pin: UInt64) -> UInt64 { Chip(at: address).entry(pin) }
  public func setPin(_ address: UInt64, _ pin: UInt64, _ entry: UInt64) { Chip(at: address).set(pin, entry) }
  public func inPort(_ port: UInt64, _ width: UInt64) -> UInt64 {
    let port = UInt16(truncatingIfNeeded: port)
    if width == 1 { return UInt64(x86_in8(port)) }
    return width == 2 ? UInt64(x86_in16(port)) : UInt64(x86_in32(port))
  }
  public func outPort(_ port: UInt64, _ width: UInt64, _ value: UInt64) {
    let port = UInt16(truncatingIfNeeded: port)
    if width == 1 { return x86_out8(port, UInt8(truncatingIfNeeded: value)) }
    if width == 2 { return x86_out16(port, UInt16(truncatingIfNeeded: value)) }
    x86_out32(port, UInt32(truncatingIfNeeded: value))
  }
  /// Where the direct map has it; 0 where it has not.
  private func direct(_ address: UInt64, _ width: UInt64) -> UInt {
    let end = HostMemory.direct << 30
    return address < end && width <= end &- address ? UInt(Virtual.direct &+ address) : 0
  }
  public func readPhysical(_ address: UInt64, _ width: UInt64) -> UInt64? {
    let at = direct(address, width)
    if at == 0 { return nil }
    switch width {
    case 1: return UInt64(x86_load8(at))
    case 2: return UInt64(x86_load16(at))
    case 4: return UInt64(x86_read32(at))
    default: return UInt64(x86_load64(at))
    }
  }
  public func writePhysical(_ address: UInt64, _ width: UInt64, _ value: UInt64) -> Bool {
    let at = direct(address, width)
    if at == 0 { return false }
    switch width {
    case 1: x86_store8(at, UInt8(truncatingIfNeeded: value))
    case 2: x86_store16(at, UInt16(truncatingIfNeeded: value))
    case 4: x86_write32(at, UInt32(truncatingIfNeeded: value))
    default: x86_store64(at, UInt(value))
    }
    return true
  }
  @inline(__always) public func setXCR0(_ value: UInt64) { x86_xsetbv(UInt(value)) }
  @inline(__always) public func address(of table: Table, _ index: UInt64) -> UInt64 {
    // The pool's place is known in both ways.
    (read(.pool, PoolWord.start) << 12) &- words[Header.pool] &+ offset(table, index)
  }

  @inline(__always) public func flushTranslations() { x86_invept_all() }
  public func say(_ character: UInt64) { Line.add(UInt8(truncatingIfNeeded: character)) }
  @inline(__always) public func endNMI() { x86_end_nmi() }
  @inline(__always) public func noteBreakpoints(_ bits: UInt64) { x86_note_breakpoints(UInt(bits)) }
  public func logged(_ position: UInt64) -> UInt64 { Log.bytes(from: position) }
  public func recorded(_ half: UInt64) -> UInt64 { Log.half(half) }
  public func record(_ cell: UInt64, _ cpu: UInt64) { Log.record(self, cell, cpu) }
  @inline(__always) public func dropInterrupts() { APIC.drop() }
  @inline(__always) public func sendInterrupt(_ command: UInt64, to number: UInt64) {
    APIC.send(command, to: number)
  }

  public func clearProcessor() {
    x86_clear_debug()
    x86_clear_cr2()
    // What the cell before had begun to say.
    Line.forget()
    let state = UnsafeMutableRawPointer(word(Virtual.cpu &+ Block.state))
    clear(state, Limit.page)
    // FCW, MXCSR as after reset. SDM vol. 1, 13.6.
    state.storeBytes(of: 0x37f, as: UInt16.self)
    state.storeBytes(of: 0x1f80, toByteOffset: 24, as: UInt32.self)
    if Features.hasXSAVE {
      let all = Features.extendedState
      x86_xsetbv(UInt(all))
      x86_xrstor(state, UInt(all))
      x86_xsetbv(1)
    } else {
      x86_fxrstor(state)
    }
    func set(_ number: UInt32) { x86_wrmsr(number, 0) }
    // KERNEL_GS_BASE; STAR, LSTAR, CSTAR, SFMASK; TSC_AUX; SPEC_CTRL; the deadline.
    set(0xc000_0102)
    set(0xc000_0081)
    set(0xc000_0082)
    set(0xc000_0083)
    set(0xc000_0084)
    if Features.hasAuxiliary { set(0xc000_0103) }
    if Features.hasSpeculationControl {
      set(0x48)
      // What branch predictors have learned from others (IA32_PRED_CMD, IBPB).
      x86_wrmsr(0x49, 1)
    }
    // What others left in the first data cache (IA32_FLUSH_CMD, L1D_FLUSH).
    if Features.hasFlush { x86_wrmsr(0x10b, 1) }
    if Features.hasDeadline { set(0x6e0) }
    // MPERF, APERF: what the CPU has done for others.
    if Features.hasSpeedCounters {
      set(0xe7)
      set(0xe8)
    }
    let counters = Features.counters
    if counters.version >= 2 {
      set(0x38f)
      set(0x38d)
    }
    var fixed: UInt32 = 0
    while fixed < counters.fixed && fixed < 16 {
      set(0x309 &+ fixed)
      fixed &+= 1
    }
    // Supervisor state (IA32_XSS), processor trace.
    if Features.hasSupervisorState { set(0xda0) }
    if Features.hasTrace { set(0x570) }
    var number: UInt32 = 0
    while number < counters.count && number < 16 {
      set(0x186 &+ number)
      set(0xc1 &+ number)
      number &+= 1
    }
  }
}

/// Where a field's value is kept, bytes from the page's start: by width, kind and number, which are parts of its encoding.
enum Captured {
  @inline(__always) static func place(_ field: VMCSField) -> UInt64 { place(field.rawValue) }
  @inline(__always) static func place(_ raw: UInt64) -> UInt64 {
    ((((raw >> 13) & 3) << 7) | (((raw >> 10) & 3) << 5) | ((raw >> 1) & 31)) &* 8
  }
}

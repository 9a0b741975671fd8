// SPDX-License-Identifier: Apache-2.0
// The machine that ships, as the processor that it runs on. All words are this CPU's, which its page tables have at one address.

import CVMX
import Core

extension Silicon: Processor {
  @inline(__always) public func vmcs(_ field: VMCSField) -> UInt64 {
    UInt64(x86_vmread(UInt(field.rawValue)))
  }
  @inline(__always) public func setVMCS(_ field: VMCSField, _ value: UInt64) {
    // A field that the processor does not have is a mistake of ours.
    precondition(x86_vmwrite(UInt(field.rawValue), UInt(value)) != 0, "a field that there is")
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
}

/// Where a field's value is kept, bytes from the page's start: by width, kind and number, which are parts of its encoding.
enum Captured {
  static func place(_ field: VMCSField) -> UInt64 {
    let raw = field.rawValue
    return ((((raw >> 13) & 3) << 7) | (((raw >> 10) & 3) << 5) | ((raw >> 1) & 31)) &* 8
  }
}

// SPDX-License-Identifier: Apache-2.0
// This CPU's local APIC, in either of its modes. SDM vol. 3A, 11.4 and 11.12.

import CVMX
import Core

/// The local APIC. Registers by their x2APIC number; in xAPIC mode they lie 16 bytes apart.
enum APIC {
  /// Registers: numbers.
  static var version: UInt64 { 0x03 }
  static var priority: UInt64 { 0x08 }
  static var end: UInt64 { 0x0b }
  static var spurious: UInt64 { 0x0f }
  static var service: UInt64 { 0x10 }
  static var pending: UInt64 { 0x20 }
  static var command: UInt64 { 0x30 }
  static var errors: UInt64 { 0x28 }
  static var initialCount: UInt64 { 0x38 }
  static var divisor: UInt64 { 0x3e }

  private static var base: UInt64 { UInt64(x86_rdmsr(UInt32(truncatingIfNeeded: MSR.apicBase.rawValue))) }
  private static var page: UInt64 { Virtual.direct &+ 0xfee0_0000 }

  static func read(_ register: UInt64) -> UInt64 {
    if base & APICBase.x2apic != 0 { return UInt64(x86_rdmsr(UInt32(truncatingIfNeeded: 0x800 &+ register))) }
    return UInt64(x86_read32(UInt(page &+ register &* 16)))
  }
  static func write(_ register: UInt64, _ value: UInt64) {
    if base & APICBase.x2apic != 0 {
      x86_wrmsr(UInt32(truncatingIfNeeded: 0x800 &+ register), UInt(value))
    } else {
      x86_write32(UInt(page &+ register &* 16), UInt32(truncatingIfNeeded: value))
    }
  }

  /// Sends an interrupt command to the CPU with that number.
  static func send(_ command: UInt64, to number: UInt64) {
    if base & APICBase.x2apic != 0 {
      x86_wrmsr(UInt32(truncatingIfNeeded: 0x800 &+ Self.command), UInt(number << 32 | command))
      return
    }
    // What a guest writes to its command comes here, so that nobody is between the halves of one.
    let at = UInt(page &+ Self.command &* 16)
    if !hasSent(at) { return }
    x86_write32(at &+ 0x10, UInt32(truncatingIfNeeded: number << 24))
    x86_write32(at, UInt32(truncatingIfNeeded: command))
    _ = hasSent(at)
  }
  /// The last command has left (SDM vol. 3A, 11.6.1: delivery status, bit 12). Waits for it, but not for ever; where it never leaves, no other is written over it: what asks
  /// others to stand still is repeated, and fails in the end.
  @inline(never) private static func hasSent(_ command: UInt) -> Bool {
    var patience = 0
    while x86_read32(command) & 1 << 12 != 0 {
      if patience == 1 << 20 { return false }
      x86_pause()
      patience &+= 1
    }
    return true
  }

  /// An NMI.
  static func kick(_ number: UInt64) { send(0x4400, to: number) }

  /// Masks what this CPU's APIC raises by itself, takes what is pending and drops it. The APIC is off for the guest then, as after reset.
  static func drop() {
    let last = read(version) >> 16 & 0xff
    let masked: UInt64 = 1 << 16
    if last >= 6 { write(0x2f, masked) }
    write(0x32, masked)
    if last >= 5 { write(0x33, masked) }
    if last >= 4 { write(0x34, masked) }
    write(0x35, masked)
    write(0x36, masked)
    if last >= 3 { write(0x37, masked) }
    write(initialCount, 0)
    write(divisor, 0)
    write(errors, 0)
    write(priority, 0)
    write(spurious, 0x1ff)
    // In service first: until then nothing of a lower class is delivered.
    var patience = 0
    while isAny(service) && patience < 256 {
      write(end, 0)
      patience &+= 1
    }
    patience = 0
    while isAny(pending) && patience < 256 {
      HostSegments.letIn()
      patience &+= 1
    }
    write(spurious, 0xff)
  }
  private static func isAny(_ first: UInt64) -> Bool {
    var number: UInt64 = 0
    while number < 8 {
      if read(first &+ number) != 0 { return true }
      number &+= 1
    }
    return false
  }
}

/// An interrupt that was pending is taken, and dropped.
@c(ostrog_drop) public func drop() { APIC.write(APIC.end, 0) }

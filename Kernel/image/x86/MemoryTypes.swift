// SPDX-License-Identifier: Apache-2.0
// Which physical memory is write-back, by the MTRRs as they are at enable: what may be scrubbed and read (P8). A device register never is.
// SDM vol. 3A, 12.11.

import CVMX
import Core

/// The memory type range registers.
struct MemoryTypes {
  private static func msr(_ number: UInt32) -> UInt64 { UInt64(x86_rdmsr(number)) }
  private static var writeBack: UInt64 { 6 }
  private static var writeThrough: UInt64 { 4 }
  private static var uncached: UInt64 { 0 }

  private let defaults = Self.msr(0x2ff)
  private let count = Self.msr(0xfe) & 0xff
  private let width: UInt64

  init() {
    let most = Features.cpuid(0x8000_0000).a
    width = most >= 0x8000_0008 ? UInt64(Features.cpuid(0x8000_0008).a & 0xff) : 36
  }

  private var isOn: Bool { defaults & 1 << 11 != 0 }
  private var hasFixed: Bool { defaults & 1 << 10 != 0 && Self.msr(0xfe) & 1 << 8 != 0 }
  /// Bits that an address can have.
  private var most: UInt64 { width >= 52 ? Limit.physical : 1 << width }

  /// Base, mask of a range that is valid.
  @inline(never) private func range(_ number: UInt64) -> (base: UInt64, mask: UInt64, type: UInt64)? {
    let at = 0x200 &+ 2 &* UInt32(truncatingIfNeeded: number)
    let (base, mask) = (Self.msr(at), Self.msr(at &+ 1))
    if mask & 1 << 11 == 0 { return nil }
    return (base & (most &- 1) & ~0xfff, mask & (most &- 1) & ~0xfff, base & 0xff)
  }

  /// The type at an address at or above 1 MiB: where several ranges match, uncached wins, then write-through. (12.11.4.1.)
  @inline(never) private func type(at address: UInt64) -> UInt64 {
    if !isOn { return Self.uncached }
    var found: UInt64 = 0xff
    var number: UInt64 = 0
    while number < count {
      if let range = range(number), address & range.mask == range.base & range.mask {
        if range.type == Self.uncached { return Self.uncached }
        if found == 0xff || range.type == Self.writeThrough {
          found = range.type
        } else if found != range.type && found != Self.writeThrough {
          return Self.uncached
        }
      }
      number &+= 1
    }
    return found == 0xff ? defaults & 0xff : found
  }

  /// The next address above `address` where a range may begin or end.
  private func boundary(after address: UInt64, below end: UInt64) -> UInt64 {
    var next = end
    func look(_ at: UInt64) { if at > address && at < next { next = at } }
    var number: UInt64 = 0
    while number < count {
      if let range = range(number) {
        // A mask's lowest bit is the range's size, where the mask is contiguous; where it is not, every multiple of it is a boundary.
        let step = range.mask & (0 &- range.mask)
        if step != 0 {
          look(range.base)
          look(range.base &+ step)
          let isContiguous = (range.mask &+ step) & (most &- 1) == 0
          if !isContiguous { look((address | (step &- 1)) &+ 1) }
        }
      }
      number &+= 1
    }
    return next
  }

  /// The type of one of the 88 fixed ranges below 1 MiB, by its address.
  private func fixed(at address: UInt64) -> UInt64 {
    if !isOn { return Self.uncached }
    if !hasFixed { return type(at: address) }
    let (register, byte): (UInt32, UInt64)
    if address < 0x8_0000 {
      (register, byte) = (0x250, address >> 16)
    } else if address < 0xc_0000 {
      let number = (address &- 0x8_0000) >> 14
      (register, byte) = (0x258 &+ UInt32(truncatingIfNeeded: number >> 3), number & 7)
    } else {
      let number = (address &- 0xc_0000) >> 12
      (register, byte) = (0x268 &+ UInt32(truncatingIfNeeded: number >> 3), number & 7)
    }
    return Self.msr(register) >> (byte &* 8) & 0xff
  }

  /// Calls `tell` with each largest range of write-back memory below `end`, in order. False where `tell` has said false.
  func tellWriteBack(below end: UInt64, _ tell: (UInt64, UInt64) -> Bool) -> Bool {
    var first: UInt64 = 0
    var isOpen = false
    var address: UInt64 = 0
    while address < end {
      let isLow = address < 0x10_0000
      let isWriteBack = (isLow ? fixed(at: address) : type(at: address)) == Self.writeBack
      if isWriteBack && !isOpen { first = address }
      if !isWriteBack && isOpen {
        if !tell(first, address) { return false }
      }
      isOpen = isWriteBack
      address = isLow ? address &+ 0x1000 : boundary(after: address, below: end)
    }
    return !isOpen || tell(first, end)
  }
}

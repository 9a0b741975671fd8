// SPDX-License-Identifier: Apache-2.0
// An I/O APIC. 82093AA datasheet, 3.1 and 3.2. Whoever comes here has the management lock.

import CVMX
import Core

struct Chip {
  /// Where its registers are, virtual.
  private let page: UInt64

  /// The chip at a host-physical address, which is one of root's configuration.
  init(at address: UInt64) { page = Virtual.direct &+ address }

  private static var version: UInt64 { 1 }
  private static var firstPin: UInt64 { 0x10 }

  func read(_ index: UInt64) -> UInt64 {
    // What the direct map does not reach is no chip.
    if page >= Virtual.direct &+ HostMemory.direct << 30 { return 0 }
    x86_write32(UInt(page), UInt32(truncatingIfNeeded: index))
    return UInt64(x86_read32(UInt(page &+ 0x10)))
  }
  private func write(_ index: UInt64, _ value: UInt64) {
    x86_write32(UInt(page), UInt32(truncatingIfNeeded: index))
    x86_write32(UInt(page &+ 0x10), UInt32(truncatingIfNeeded: value))
  }
  /// The chip has the pin.
  private func has(_ pin: UInt64) -> Bool {
    page < Virtual.direct &+ HostMemory.direct << 30 && pin <= (read(Self.version) >> 16 & 0xff)
  }
  func entry(_ pin: UInt64) -> UInt64 {
    if !has(pin) { return PinEntry.masked }
    let low = Self.firstPin &+ pin &* 2
    return read(low) | read(low &+ 1) << 32
  }
  func set(_ pin: UInt64, _ entry: UInt64) {
    if !has(pin) { return }
    let low = Self.firstPin &+ pin &* 2
    if read(low &+ 1) != entry >> 32 {
      write(low, entry & 0xffff_ffff | PinEntry.masked)
      write(low &+ 1, entry >> 32)
    }
    write(low, entry & 0xffff_ffff)
  }
}

// SPDX-License-Identifier: Apache-2.0
// An I/O APIC: 82093AA datasheet, 3.1 and 3.2. An index, a window, and behind them the ID, the version, the arbitration ID and two halves for
// each pin.

/// An I/O APIC.
public struct InterruptChip {
  /// How many pins it has, less one (bits 23:16 of the version).
  public let lastPin: UInt64
  private var id: UInt64 = 0
  private var index: UInt64 = 0
  private var entries: [UInt64]

  /// After reset every pin is masked (3.2.4).
  public init(pins: UInt64) {
    lastPin = pins - 1
    entries = [UInt64](repeating: 1 << 16, count: Int(pins))
  }

  /// What a pin holds, both halves.
  public subscript(_ pin: UInt64) -> UInt64 {
    get { entries[Int(pin)] }
    set { entries[Int(pin)] = newValue }
  }

  mutating func select(_ value: UInt64) { index = value & 0xff }
  func window() -> UInt64 {
    switch index {
    case 0, 2: return id
    case 1: return 0x11 | lastPin << 16
    default:
      guard index >= 0x10, (index - 0x10) / 2 <= lastPin else { return 0 }
      let entry = self[(index - 0x10) / 2]
      return index & 1 == 0 ? entry & 0xffff_ffff : entry >> 32
    }
  }
  mutating func setWindow(_ value: UInt64) {
    if index == 0 { id = value & 0x0f00_0000 }
    guard index >= 0x10, (index - 0x10) / 2 <= lastPin else { return }
    let pin = (index - 0x10) / 2
    // Status and remote IRR (bits 12 and 14) are read only; above the mask there is nothing but the destination.
    if index & 1 == 0 {
      self[pin] = self[pin] & ~0xffff_ffff | value & 0x1_afff
    } else {
      self[pin] = self[pin] & 0xffff_ffff | (value & 0xff00_0000) << 32
    }
  }
}

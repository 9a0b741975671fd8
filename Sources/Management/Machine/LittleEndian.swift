// SPDX-License-Identifier: Apache-2.0
// Numbers in bytes, as firmware tables and PCI have them; what lies behind the end reads as 0.

/// The lowest `width` bytes of a number, the lowest first.
func littleEndian(_ value: UInt64, _ width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
}

extension [UInt8] {
  func number(_ offset: Int, _ width: Int) -> UInt64 {
    (0..<width).reduce(0) { sum, i in
      indices.contains(offset + i) ? sum | UInt64(self[offset + i]) << (8 * UInt64(i)) : sum
    }
  }
  /// Puts the lowest `width` bytes of a number there, the lowest first.
  mutating func set(_ offset: Int, _ value: UInt64, _ width: Int) {
    replaceSubrange(offset..<offset + width, with: littleEndian(value, width))
  }
  func u8(_ offset: Int) -> UInt8 { UInt8(number(offset, 1)) }
  func u16(_ offset: Int) -> UInt16 { UInt16(number(offset, 2)) }
  func u32(_ offset: Int) -> UInt32 { UInt32(number(offset, 4)) }
  func u64(_ offset: Int) -> UInt64 { number(offset, 8) }
}

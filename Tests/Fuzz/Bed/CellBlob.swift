// SPDX-License-Identifier: Apache-2.0
// What can be said of the bytes of a cell configuration, sound or not, without the core (jailhouse-interfaces, a.1 and a.10).

/// Bytes that are to be a cell configuration.
public enum CellBlob {
  /// Length of the descriptor; what it says of arrays stands from 48 on: how many elements, of so many bytes each.
  static let descriptor = 132
  private static let strides: [UInt64] = [1, 32, 12, 32, 4, 56, 8, 4]
  /// No configuration may be longer.
  public static let most = 0x1_0000

  /// A little-endian number of 32 bits; what lies behind the end is 0.
  static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    (0..<4).reduce(0) { sum, byte in
      offset + byte < bytes.count ? sum | UInt64(bytes[offset + byte]) << (8 * UInt64(byte)) : sum
    }
  }
  /// Which cell it is to be.
  public static func number(_ bytes: [UInt8]) -> UInt64 { word(bytes, 40) }
  /// Says which cell it is to be, as the driver does.
  public static func number(_ bytes: inout [UInt8], _ number: UInt64) {
    for byte in 0..<4 where 40 + byte < bytes.count {
      bytes[40 + byte] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(byte)))
    }
  }
  /// How many bytes it takes where it lies: as many as it says, with zeros behind what there is; or as there are, where it says more than may be.
  public static func placed(_ bytes: [UInt8]) -> Int {
    let length = length(bytes)
    return length <= UInt64(most) ? Int(length) : max(bytes.count, descriptor)
  }
  /// Without what lies behind its end, and without zeros at the end, which lie behind it anyway.
  public static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    let inside = bytes.prefix(placed(bytes))
    return Array(inside.prefix((inside.lastIndex { $0 != 0 } ?? -1) + 1))
  }
  /// How long it says that it is.
  public static func length(_ bytes: [UInt8]) -> UInt64 {
    strides.enumerated().reduce(UInt64(descriptor)) { $0 + word(bytes, 48 + 4 * $1.offset) * $1.element }
  }
}

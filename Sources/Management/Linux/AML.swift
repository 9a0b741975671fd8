// SPDX-License-Identifier: Apache-2.0
// The few words of ACPI's machine language that a cell's devices need (ACPI 6.5, 20.2; resources: 6.4).

/// Builds AML.
enum AML {
  /// A length of what follows, which counts itself.
  static func package(_ body: [UInt8]) -> [UInt8] {
    let length = body.count
    // One byte holds six bits; with more bytes the first holds four.
    if length + 1 < 0x40 { return [UInt8(length + 1)] + body }
    if length + 2 < 0x1000 {
      return [0x40 | UInt8((length + 2) & 0xf), UInt8((length + 2) >> 4)] + body
    }
    return [
      0x80 | UInt8((length + 3) & 0xf), UInt8((length + 3) >> 4 & 0xff), UInt8((length + 3) >> 12 & 0xff),
    ]
      + body
  }
  /// `Scope (\_SB)`.
  static func systemBus(_ body: [UInt8]) -> [UInt8] { [0x10] + package([0x5c] + Array("_SB_".utf8) + body) }
  /// `Device`; the name has four letters.
  static func device(_ name: String, _ body: [UInt8]) -> [UInt8] {
    [0x5b, 0x82] + package(Array(name.utf8) + body)
  }
  /// `Name`.
  static func name(_ name: String, _ value: [UInt8]) -> [UInt8] { [0x08] + Array(name.utf8) + value }
  /// A number of one byte.
  static func byte(_ value: UInt8) -> [UInt8] { [0x0a, value] }
  /// `EisaId`: three letters and four hexadecimal digits.
  static func eisa(_ letters: String, _ number: UInt16) -> [UInt8] {
    let word = letters.utf8.reduce(UInt16(0)) { $0 << 5 | UInt16($1 & 0x1f) }
    return [0x0c, UInt8(word >> 8), UInt8(word & 0xff), UInt8(number >> 8), UInt8(number & 0xff)]
  }
  /// `ResourceTemplate`.
  static func resources(_ items: [UInt8]) -> [UInt8] {
    // The end's checksum of 0 is taken as good.
    let bytes = items + [0x79, 0]
    return [0x11] + package(byte(UInt8(truncatingIfNeeded: bytes.count)) + bytes)
  }
  /// `IO (Decode16, …)`.
  static func ports(_ base: UInt16, _ count: UInt8) -> [UInt8] {
    let first = littleEndian(UInt64(base), 2)
    return [0x47, 1] + first + first + [1, count]
  }
  /// `Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive)`.
  static func interrupt(_ line: UInt32) -> [UInt8] {
    [0x89, 6, 0, 0b0011, 1] + littleEndian(UInt64(line), 4)
  }
}

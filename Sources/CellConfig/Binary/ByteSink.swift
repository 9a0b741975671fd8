// SPDX-License-Identifier: Apache-2.0
// Little-endian bytes, appended.

/// Collects little-endian values.
struct ByteSink {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ value: UInt8) { bytes.append(value) }
  mutating func put(_ value: UInt16) { append(UInt64(value), count: 2) }
  mutating func put(_ value: UInt32) { append(UInt64(value), count: 4) }
  mutating func put(_ value: UInt64) { append(value, count: 8) }
  mutating func put(raw: some Sequence<UInt8>) { bytes.append(contentsOf: raw) }

  /// Appends a field of exactly `width` bytes: `raw`, cut or filled with zeros.
  mutating func put(raw: some Sequence<UInt8>, width: Int) {
    let end = bytes.count + width
    bytes.append(contentsOf: raw.prefix(width))
    fill(to: end)
  }

  /// Appends zeros up to offset `end`.
  mutating func fill(to end: Int) {
    if bytes.count < end { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
  }

  private mutating func append(_ value: UInt64, count: Int) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
  }
}

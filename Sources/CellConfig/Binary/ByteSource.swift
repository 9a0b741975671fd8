// SPDX-License-Identifier: Apache-2.0
// Little-endian values at offsets of bytes that have already been accepted.

/// Reads little-endian values. A byte past the end reads as zero: what may not lie past the end has been
/// checked by `accept` before, and a mistake there must not become a crash here.
struct ByteSource {
  let bytes: [UInt8]

  func u8(_ offset: Int) -> UInt8 { offset >= 0 && offset < bytes.count ? bytes[offset] : 0 }
  func u16(_ offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: word(offset, 2)) }
  func u32(_ offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: word(offset, 4)) }
  func u64(_ offset: Int) -> UInt64 { word(offset, 8) }
  func raw(_ offset: Int, _ count: Int) -> [UInt8] { (0..<max(count, 0)).map { u8(offset + $0) } }

  private func word(_ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(u8(offset + $1)) << (8 * UInt64($1)) }
  }
}

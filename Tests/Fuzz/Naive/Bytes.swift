// SPDX-License-Identifier: Apache-2.0
// Little-endian numbers in bytes. The oracle shares no code with what it judges, so it has its own.

/// Bytes that can be asked for numbers; outside the bytes the answer is nil.
struct Bytes {
  let all: [UInt8]

  func number(_ offset: Int, _ width: Int) -> UInt64? {
    guard offset >= 0, width >= 0, offset + width <= all.count else { return nil }
    return (0..<width).reduce(0) { $0 | UInt64(all[offset + $1]) << (8 * UInt64($1)) }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Decisions out of the fuzzer's bytes. Whatever the bytes are, every decision has an answer.

/// Bytes taken from the front; zeros when they are used up.
struct Feed {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isEmpty: Bool { position >= bytes.count }

  mutating func byte() -> UInt8 {
    guard position < bytes.count else { return 0 }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func number(_ width: Int) -> UInt64 {
    (0..<width).reduce(0) { value, index in value | UInt64(byte()) << (8 * UInt64(index)) }
  }

  /// One of a few values, or, rarely, any 64-bit number.
  mutating func pick(_ usual: [UInt64]) -> UInt64 {
    let choice = byte()
    return choice == 0xff ? number(8) : usual[Int(choice) % usual.count]
  }

  mutating func take(_ count: Int) -> [UInt8] {
    (0..<min(count, bytes.count - position)).map { _ in byte() }
  }
}

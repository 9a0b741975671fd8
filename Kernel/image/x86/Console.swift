// SPDX-License-Identifier: Apache-2.0
// What the hypervisor says, on the serial port.

import CVMX

/// The console: a 16550 at a port, which the loader's side has set up.
struct Console {
  let port: UInt16

  /// The first one's.
  static var standard: Console { Console(port: 0x3f8) }

  func write(_ text: StaticString) {
    text.withUTF8Buffer { bytes in
      var i = 0
      while i < bytes.count {
        put(bytes[i])
        i &+= 1
      }
    }
  }
  func write(_ text: StaticString, _ value: UInt64) {
    write(text)
    var shift: UInt64 = 64
    var isLeading = true
    while shift > 0 {
      shift &-= 4
      let digit = UInt8(truncatingIfNeeded: value >> shift & 0xf)
      if digit != 0 || shift == 0 { isLeading = false }
      if !isLeading { put(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit) }
    }
  }
  private func put(_ byte: UInt8) {
    if byte == 0x0a { put(0x0d) }
    // A port that is no UART never says that it is ready: not for ever.
    var patience = 0
    while x86_in8(port &+ 5) & 0x20 == 0 && patience < 100_000 { patience &+= 1 }
    x86_out8(port, byte)
  }
}

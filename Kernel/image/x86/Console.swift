// SPDX-License-Identifier: Apache-2.0
// What the hypervisor says, on the serial port.

import CVMX

/// The console: a 16550 at a port, which the loader's side has set up.
struct Console {
  let port: UInt16

  /// The one that the system configuration names; port 0: none.
  nonisolated(unsafe) static var standard = Console(port: 0)

  /// By the console of the system configuration: a 16550 (type 2) at a port (flags, bit 0, is not set).
  static func named(_ address: UInt64, typeAndFlags: UInt32) -> Console {
    let isPort = typeAndFlags & 0x1_ffff == 2 && address > 0 && address < 0xfff9
    return Console(port: isPort ? UInt16(truncatingIfNeeded: address) : 0)
  }

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
  func put(_ byte: UInt8) {
    Log.add(byte)
    if port == 0 { return }
    if byte == 0x0a { send(0x0d) }
    send(byte)
  }
  private func send(_ byte: UInt8) {
    // A port that is no UART never says that it is ready: not for ever.
    var patience = 0
    while x86_in8(port &+ 5) & 0x20 == 0 && patience < 100_000 { patience &+= 1 }
    x86_out8(port, byte)
  }
}

/// The console is one CPU's at a time.
private enum Speaker {
  nonisolated(unsafe) static var taken: UInt = 0
  @inline(never) static func take() {
    var patience = 0
    while x86_exchange_word(&taken, 1) != 0 && patience < 1 << 26 {
      x86_pause()
      patience &+= 1
    }
  }
}

/// Says something that nobody else's words come between; but for a CPU that would wait for ever, as one does that was stopped while it spoke.
func speaking(_ body: (Console) -> Void) {
  Speaker.take()
  body(.standard)
  _ = x86_exchange_word(&Speaker.taken, 0)
}

/// What a guest says, until it is a line.
enum Line {
  /// Bytes of a line, at most.
  static var most: UInt64 { 256 }

  static func forget() { word(Virtual.cpu &+ Block.line).pointee = 0 }

  static func add(_ byte: UInt8) {
    let count = word(Virtual.cpu &+ Block.line)
    let bytes = UnsafeMutableRawPointer(count) + 8
    if byte != 0x0d {
      bytes.storeBytes(of: byte, toByteOffset: Int(truncatingIfNeeded: count.pointee), as: UInt8.self)
      count.pointee &+= 1
    }
    if byte != 0x0a && count.pointee < most { return }
    speaking { console in
      var i: UInt64 = 0
      while i < count.pointee {
        console.put(bytes.load(fromByteOffset: Int(truncatingIfNeeded: i), as: UInt8.self))
        i &+= 1
      }
    }
    count.pointee = 0
  }
}

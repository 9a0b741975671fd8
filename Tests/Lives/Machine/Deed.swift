// SPDX-License-Identifier: Apache-2.0
// One thing that a guest does on a CPU of the simulated machine. A value, so that a life can be repeated and shortened.

import Core
import Simulator

/// A configuration that root puts into memory.
struct Offer: Sendable {
  let wish: Wish
  let id: UInt64
  /// The file, with the id in it.
  private(set) var bytes: [UInt8]
  /// Bytes of it were changed afterwards: what it asks for, nobody knows.
  private(set) var changes: [(offset: Int, byte: UInt8)] = []

  /// Changes a byte.
  mutating func change(_ offset: Int, to byte: UInt8) {
    guard offset < bytes.count, bytes[offset] != byte else { return }
    bytes[offset] = byte
    changes.append((offset, byte))
  }

  init(_ wish: Wish, id: UInt64) {
    var bytes = wish.bytes
    for byte in 0..<4 where 40 + byte < bytes.count {
      bytes[40 + byte] = UInt8(truncatingIfNeeded: id >> (8 * UInt64(byte)))
    }
    (self.wish, self.id, self.bytes) = (wish, id, bytes)
  }
}

/// What a guest does.
struct Deed: Sendable {
  /// What happens before the instruction, in memory.
  enum Preparation: Sendable {
    case none
    /// A configuration is put there.
    case offer(Offer, at: UInt64)
    /// The cell's communication page says so from now on.
    case say(UInt64, state: UInt64, reply: UInt64)
  }
  let cpu: Int
  var preparation = Preparation.none
  var instruction: GuestInstruction

  /// In words.
  var words: String {
    switch preparation {
    case .none: "CPU \(cpu): \(instruction.words)"
    case .offer(let offer, let address):
      "CPU \(cpu) writes a configuration to \(hex(address)), of cell \(offer.id): \(offer.wish.words); then: "
        + offer.changes.map { "byte \($0.offset) is \($0.byte); " }.joined() + instruction.words
    case .say(let cell, let state, let reply):
      "the page of cell \(cell) says: state \(state), reply \(reply); CPU \(cpu): \(instruction.words)"
    }
  }
}

extension GuestInstruction {
  /// In words.
  var words: String {
    switch self {
    case .touch(let address, let access, _): "\(access)s \(hex(address))"
    case .port(let port, let count, let isOut): "\(isOut ? "OUT" : "IN") \(hex(port)) + \(count)"
    case .readMSR(let number): "RDMSR \(hex(number))"
    case .writeMSR(let number, let value): "WRMSR \(hex(number)), \(hex(value))"
    case .move(let move):
      "\(move.isWrite ? "writes \(hex(move.value)) to" : "reads") device register \(hex(move.address)) (\(move.form), register \(move.register), code in \(hex(move.page)))"
    case .out(let port, let count, let value): "OUT \(hex(port)) + \(count), \(hex(value))"
    case .device(let chip, let pin): "a device raises pin \(pin) of the chip at \(hex(chip))"
    case .exception(let information, let met): "exception \(hex(information)), breakpoints \(hex(met))"
    case .cpuid(let leaf, let subleaf): "CPUID \(hex(leaf)), \(subleaf)"
    case .vmcall(let code, let first, let second): "VMCALL \(code), \(hex(first)), \(hex(second))"
    case .moveToCR0(let value): "CR0 = \(hex(value))"
    case .moveToCR3(let value): "CR3 = \(hex(value))"
    case .moveToCR4(let value): "CR4 = \(hex(value))"
    case .setXCR(let number, let value): "XCR\(number) = \(hex(value))"
    case .invalidate(let address): "INVLPG \(hex(address))"
    case .speculate(let address): "caches the translation of \(hex(address))"
    default: "\(self)"
    }
  }
}

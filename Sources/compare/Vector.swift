// SPDX-License-Identifier: Apache-2.0
// What both machines are asked: one entry of a guest, and what it then does.

import Core
import Simulator

/// A field of the VMCS, by its encoding, and its value.
struct FieldValue: Sendable {
  let field: UInt64
  let value: UInt64
  init(_ field: VMCSField, _ value: UInt64) { (self.field, self.value) = (field.rawValue, value) }
  init(encoding: UInt64, _ value: UInt64) { (field, self.value) = (encoding, value) }
}

/// One record of the disk.
struct Vector: Sendable {
  /// What is asked.
  enum Question: Sendable {
    /// Nothing: it puts words into memory that stay.
    case memory
    /// What a guest's access comes to.
    case access(UInt64, MemoryAccess)
    /// Whether the guest's instruction leaves it.
    case instruction(GuestInstruction)
    /// Whether the guest is entered.
    case entry
  }
  let question: Question
  /// Fields that are not as in `Baseline`.
  var fields: [FieldValue] = []
  /// Words of memory, by their address; the later ones count.
  var memory: [(address: UInt64, value: UInt64)] = []
  /// RAX, RCX, RDX, RBX, RDI.
  var registers: [UInt64] = [0, 0, 0, 0, 0]

  var runs: Bool { if case .memory = question { false } else { true } }
  /// Puts the guest's code where it begins.
  mutating func setCode(_ bytes: [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: 8) {
      var word: UInt64 = 0
      for (place, byte) in bytes[start..<min(start + 8, bytes.count)].enumerated() {
        word |= UInt64(byte) << (8 * UInt64(place))
      }
      memory.append((Place.code + UInt64(start), word))
    }
  }
  /// VMCALL; "mov (%rdi), %rbx"; "mov %rax, 8(%rdi)"; "jmp *%rdi".
  static let call: [UInt8] = [0x0f, 0x01, 0xc1]
  static let loadMark: [UInt8] = [0x48, 0x8b, 0x1f]
  static let store: [UInt8] = [0x48, 0x89, 0x47, 0x08]
  static let jump: [UInt8] = [0xff, 0xe7]
}

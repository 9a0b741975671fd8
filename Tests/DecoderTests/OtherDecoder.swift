// SPDX-License-Identifier: Apache-2.0
// What Capstone says of an instruction, in the words of the core's decoder; and what the core's decoder refuses on purpose, found out by looking
// at the bytes once more.

import CCapstone

/// The mode of the code: its value is the address size in bytes, as `Code.size` has it.
enum CodeMode: UInt64, CaseIterable, Sendable {
  case bits16 = 2
  case bits32 = 4
  case bits64 = 8
}

/// A move between memory and a register or a constant.
struct Move: Equatable, CustomStringConvertible {
  var isWrite: Bool
  var width: UInt64
  /// Register and first bit; nil where a constant is written.
  var register: UInt64?
  var shift: UInt64 = 0
  var constant: UInt64?
  var isSigned = false
  var target: UInt64
  var length: UInt64
  var description: String {
    let from = constant.map { "constant \($0)" } ?? "register \(register ?? 99) from bit \(shift)"
    return
      "\(isWrite ? "write" : "read") of \(width) bytes, \(from), \(isSigned ? "signed" : "plain") into \(target), length \(length)"
  }
}

/// Capstone, in one mode. Not to be shared between threads.
final class OtherDecoder {
  private var handle: csh = 0
  private let instruction: UnsafeMutablePointer<cs_insn>
  private let mode: CodeMode
  private var registers: [UInt32: (number: UInt64, shift: UInt64, width: UInt64)] = [:]

  init?(_ mode: CodeMode) {
    self.mode = mode
    let bits =
      switch mode {
      case .bits16: CS_MODE_16
      case .bits32: CS_MODE_32
      case .bits64: CS_MODE_64
      }
    guard cs_open(CS_ARCH_X86, bits, &handle) == CS_ERR_OK,
      cs_option(handle, CS_OPT_DETAIL, Int(CS_OPT_ON.rawValue)) == CS_ERR_OK,
      let room = cs_malloc(handle)
    else { return nil }
    instruction = room
    learnRegisters()
  }
  deinit {
    cs_free(instruction, 1)
    cs_close(&handle)
  }

  private func learnRegisters() {
    let old = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"]
    var names: [String: (UInt64, UInt64, UInt64)] = [
      "ah": (0, 8, 1), "ch": (1, 8, 1), "dh": (2, 8, 1), "bh": (3, 8, 1),
    ]
    for (number, name) in old.enumerated() {
      let n = UInt64(number)
      names[number < 4 ? "\(name.first.map(String.init) ?? "")l" : "\(name)l"] = (n, 0, 1)
      names[name] = (n, 0, 2)
      names["e\(name)"] = (n, 0, 4)
      names["r\(name)"] = (n, 0, 8)
    }
    for n in UInt64(8)..<16 {
      names["r\(n)b"] = (n, 0, 1)
      names["r\(n)w"] = (n, 0, 2)
      names["r\(n)d"] = (n, 0, 4)
      names["r\(n)"] = (n, 0, 8)
    }
    for id in UInt32(1)..<X86_REG_ENDING.rawValue {
      guard let text = cs_reg_name(handle, id) else { continue }
      if let found = names[String(cString: text)] { registers[id] = found }
    }
  }

  /// The move that Capstone sees; nil where it sees another instruction, or none.
  func move(_ bytes: [UInt8]) -> Move? {
    bytes.withUnsafeBufferPointer { buffer -> Move? in
      guard var at = buffer.baseAddress else { return nil }
      var left = buffer.count
      var address: UInt64 = 0x1000
      var next: UnsafePointer<UInt8>? = at
      guard cs_disasm_iter(handle, &next, &left, &address, instruction) else { return nil }
      at = next ?? at
      let kinds = [X86_INS_MOV, X86_INS_MOVABS, X86_INS_MOVZX, X86_INS_MOVSX, X86_INS_MOVSXD]
      let id = instruction.pointee.id
      guard kinds.contains(where: { $0.rawValue == id }), let detail = instruction.pointee.detail else {
        return nil
      }
      let x86 = detail.pointee.x86
      guard x86.op_count == 2 else { return nil }
      let isSigned = id == X86_INS_MOVSX.rawValue || id == X86_INS_MOVSXD.rawValue
      return Self.move(
        x86.operands.0, x86.operands.1, isSigned: isSigned, length: UInt64(instruction.pointee.size),
        registers)
    }
  }

  private static func move(
    _ first: cs_x86_op, _ second: cs_x86_op, isSigned: Bool, length: UInt64,
    _ registers: [UInt32: (number: UInt64, shift: UInt64, width: UInt64)]
  ) -> Move? {
    let isWrite = first.type == X86_OP_MEM
    let (memory, other) = isWrite ? (first, second) : (second, first)
    guard memory.type == X86_OP_MEM else { return nil }
    let width = UInt64(memory.size)
    if other.type == X86_OP_IMM {
      let mask = width == 8 ? UInt64.max : (1 << (8 * width)) - 1
      return Move(
        isWrite: isWrite, width: width, constant: UInt64(bitPattern: other.imm) & mask, target: width,
        length: length)
    }
    guard other.type == X86_OP_REG, let found = registers[other.reg.rawValue] else { return nil }
    return Move(
      isWrite: isWrite, width: width, register: found.number, shift: found.shift, isSigned: isSigned,
      target: found.width, length: length)
  }
}

/// What the core's decoder refuses although Capstone knows it: LOCK and REP prefixes, more than four prefixes, a prefix behind REX, and 63
/// without REX.W, which moves 32 bits (and which Capstone 4 takes for one with it).
func isRefusedOnPurpose(_ bytes: [UInt8], _ mode: CodeMode) -> Bool {
  let plain: Set<UInt8> = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67]
  let others: Set<UInt8> = [0xf0, 0xf2, 0xf3]
  func isREX(_ byte: UInt8) -> Bool { mode == .bits64 && byte & 0xf0 == 0x40 }
  let count = bytes.prefix { plain.contains($0) }.count
  guard count <= 4, count + 1 < bytes.count else { return true }
  var (next, isWide) = (bytes[count], false)
  if isREX(next) {
    isWide = next & 8 != 0
    next = bytes[count + 1]
    if plain.contains(next) || isREX(next) { return true }
  }
  return others.contains(next) || (mode == .bits64 && next == 0x63 && !isWide)
}

// SPDX-License-Identifier: Apache-2.0
// An instruction in words, and whether it can have done what a CPU was stopped for. Capstone decodes; how wide the code is no record says, so all widths are tried.

import CCapstone
import Core

/// The width of code (SDM vol. 3A, section 3.4.5: CS.L and CS.D).
enum CodeWidth: Int, CaseIterable, Sendable {
  case bits16 = 16
  case bits32 = 32
  case bits64 = 64

  fileprivate var mode: cs_mode {
    switch self {
    case .bits16: CS_MODE_16
    case .bits32: CS_MODE_32
    case .bits64: CS_MODE_64
    }
  }

  /// The widths that code at this address can have: a segment's offset has 16 bits in 16-bit code, and 32 in 32-bit code.
  static func possible(at rip: UInt64) -> [CodeWidth] {
    allCases.filter { $0 == .bits64 || rip >> UInt64($0.rawValue) == 0 }
  }
}

/// An instruction.
struct Instruction: Sendable, Equatable {
  /// As Capstone writes it, in Intel's syntax.
  var text: String
  /// Of code this wide.
  var width: CodeWidth
  /// What it does to ports: 1 in, 2 out; and how many bytes. Nil: nothing.
  var port: (isInput: Bool, bytes: UInt64)?
  /// It reads or writes memory.
  var touchesMemory: Bool
  /// The exits' reasons that it, and no access, can have (SDM vol. 3D, appendix C).
  var exits: Set<UInt64>

  static func == (one: Instruction, other: Instruction) -> Bool {
    one.text == other.text && one.width == other.width
  }

  /// Decodes the first instruction of `bytes`, which lie at `address`; nil where there is none.
  init?(_ bytes: [UInt8], at address: UInt64, _ width: CodeWidth) {
    var handle: csh = 0
    guard cs_open(CS_ARCH_X86, width.mode, &handle) == CS_ERR_OK else { return nil }
    defer { cs_close(&handle) }
    guard cs_option(handle, CS_OPT_DETAIL, Int(CS_OPT_ON.rawValue)) == CS_ERR_OK, let room = cs_malloc(handle)
    else { return nil }
    defer { cs_free(room, 1) }
    let isDecoded = bytes.withUnsafeBufferPointer { buffer -> Bool in
      var next = buffer.baseAddress
      var (left, place) = (buffer.count, address)
      return left > 0 && cs_disasm_iter(handle, &next, &left, &place, room)
    }
    guard isDecoded, let detail = room.pointee.detail else { return nil }
    let words = [
      withUnsafeBytes(of: room.pointee.mnemonic) { Self.text($0) },
      withUnsafeBytes(of: room.pointee.op_str) { Self.text($0) },
    ]
    text = words.filter { !$0.isEmpty }.joined(separator: " ")
    self.width = width
    let x86 = detail.pointee.x86
    let operands = withUnsafeBytes(of: x86.operands) { bytes in
      Array(bytes.bindMemory(to: cs_x86_op.self).prefix(Int(x86.op_count)))
    }
    let id = x86_insn(room.pointee.id)
    port = Self.port(id, operands)
    let loadsAddress = [X86_INS_LEA, X86_INS_NOP, X86_INS_INVLPG].contains(id)
    touchesMemory =
      !loadsAddress && operands.contains { $0.type == X86_OP_MEM } || Self.usesStack.contains(id)
    exits = Self.exits(id, operands)
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static let usesStack: [x86_insn] = [
    X86_INS_PUSH, X86_INS_POP, X86_INS_CALL, X86_INS_RET, X86_INS_RETF, X86_INS_IRET, X86_INS_IRETD,
    X86_INS_IRETQ, X86_INS_LEAVE, X86_INS_ENTER, X86_INS_PUSHF, X86_INS_PUSHFD, X86_INS_PUSHFQ, X86_INS_POPF,
    X86_INS_POPFD, X86_INS_POPFQ, X86_INS_PUSHAW, X86_INS_PUSHAL, X86_INS_POPAW, X86_INS_POPAL, X86_INS_LCALL,
    X86_INS_XLATB, X86_INS_INT, X86_INS_INT3,
  ]

  private static func port(_ id: x86_insn, _ operands: [cs_x86_op]) -> (isInput: Bool, bytes: UInt64)? {
    switch id {
    case X86_INS_IN: (true, UInt64(operands.first?.size ?? 0))
    case X86_INS_OUT: (false, UInt64(operands.last?.size ?? 0))
    case X86_INS_INSB: (true, 1)
    case X86_INS_INSW: (true, 2)
    case X86_INS_INSD: (true, 4)
    case X86_INS_OUTSB: (false, 1)
    case X86_INS_OUTSW: (false, 2)
    case X86_INS_OUTSD: (false, 4)
    default: nil
    }
  }

  private static let controlRegisters: [x86_reg] = [
    X86_REG_CR0, X86_REG_CR1, X86_REG_CR2, X86_REG_CR3, X86_REG_CR4, X86_REG_CR8,
  ]
  private static func exits(_ id: x86_insn, _ operands: [cs_x86_op]) -> Set<UInt64> {
    switch id {
    case X86_INS_CPUID: [10]
    case X86_INS_INVD: [13]
    case X86_INS_VMCALL: [18]
    case X86_INS_RDMSR: [31]
    case X86_INS_WRMSR: [32]
    case X86_INS_WBINVD: [54]
    case X86_INS_XSETBV: [55]
    case X86_INS_CLTS, X86_INS_LMSW: [28]
    case X86_INS_MOV:
      operands.contains { $0.type == X86_OP_REG && controlRegisters.contains($0.reg) } ? [28] : []
    default: []
    }
  }

  /// It can have done what the CPU was stopped for.
  func fits(_ violation: Violation) -> Bool {
    switch violation.stop {
    case Stop.port:
      // SDM vol. 3C, table 28-5: size less one, and which way.
      let q = violation.qualification
      return port.map { $0.isInput == (q & 8 != 0) && $0.bytes == q & 7 + 1 } ?? false
    case Stop.memory, Stop.apic, Stop.chip: return touchesMemory
    default:
      let known: Set<UInt64> = [10, 13, 18, 28, 31, 32, 54, 55]
      let reason = violation.reason & 0xffff
      return known.contains(reason) ? exits.contains(reason) : true
    }
  }
}

/// What code does that lies at a stopped CPU's RIP.
enum Disassembler {
  /// In words; nil where no width of code has an instruction there that can have done it.
  static func words(_ bytes: [UInt8], _ violation: Violation) -> String? {
    let fitting = CodeWidth.possible(at: violation.rip).compactMap {
      Instruction(bytes, at: violation.rip, $0)
    }.filter { $0.fits(violation) }
    guard let first = fitting.first else { return nil }
    if fitting.allSatisfy({ $0.text == first.text }) { return first.text }
    return fitting.map { "\($0.text) (if \($0.width.rawValue)-bit code)" }.joined(separator: ", ")
  }
}

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
  /// What it does to ports; nil: nothing.
  var port: PortUse?
  /// It reads or writes memory: its operand, the stack, a descriptor, PAE's first table.
  var touchesMemory: Bool
  /// What it does to a control register, as an exit's qualification has it: register, and in bits 5:4 how (SDM vol. 3C, table 28-3).
  var control: UInt64?
  /// The exits' reasons that it alone can have (SDM vol. 3D, appendix C).
  var exit: UInt64?

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
    port = PortUse(id, operands)
    control = Self.control(id, operands)
    exit = Self.exits[id.rawValue]
    let loadsAddress = [X86_INS_LEA, X86_INS_NOP, X86_INS_INVLPG].contains(id)
    let isSegment = id == X86_INS_MOV && operands.first.map(Self.isSegment) ?? false
    touchesMemory =
      !loadsAddress && operands.contains { $0.type == X86_OP_MEM } || Self.usesMemory.contains(id)
      || isSegment
      || control == 3
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Without an operand that says so: the stack, or the descriptor tables.
  private static let usesMemory: [x86_insn] = [
    X86_INS_PUSH, X86_INS_POP, X86_INS_CALL, X86_INS_RET, X86_INS_RETF, X86_INS_RETFQ, X86_INS_IRET,
    X86_INS_IRETD, X86_INS_IRETQ, X86_INS_LEAVE, X86_INS_ENTER, X86_INS_PUSHF, X86_INS_PUSHFD,
    X86_INS_PUSHFQ, X86_INS_POPF, X86_INS_POPFD, X86_INS_POPFQ, X86_INS_PUSHAW, X86_INS_PUSHAL,
    X86_INS_POPAW, X86_INS_POPAL, X86_INS_LCALL, X86_INS_LJMP, X86_INS_LTR, X86_INS_LLDT, X86_INS_XLATB,
    X86_INS_INT, X86_INS_INT3, X86_INS_INT1, X86_INS_INTO,
  ]
  private static func isSegment(_ operand: cs_x86_op) -> Bool {
    operand.type == X86_OP_REG
      && [X86_REG_DS, X86_REG_ES, X86_REG_SS, X86_REG_FS, X86_REG_GS].contains(operand.reg)
  }

  private static let exits: [UInt32: UInt64] = [
    X86_INS_CPUID.rawValue: 10, X86_INS_HLT.rawValue: 12, X86_INS_INVD.rawValue: 13,
    X86_INS_VMCALL.rawValue: 18, X86_INS_RDMSR.rawValue: 31, X86_INS_WRMSR.rawValue: 32,
    X86_INS_WBINVD.rawValue: 54, X86_INS_XSETBV.rawValue: 55,
  ]

  private static func control(_ id: x86_insn, _ operands: [cs_x86_op]) -> UInt64? {
    func number(_ operand: cs_x86_op) -> UInt64? {
      let (first, last) = (X86_REG_CR0.rawValue, X86_REG_CR15.rawValue)
      guard operand.type == X86_OP_REG, (first...last).contains(operand.reg.rawValue) else { return nil }
      return UInt64(operand.reg.rawValue - first)
    }
    switch id {
    case X86_INS_CLTS: return 2 << 4
    case X86_INS_LMSW: return 3 << 4
    case X86_INS_MOV where operands.count == 2:
      return number(operands[0]) ?? number(operands[1]).map { $0 | 1 << 4 }
    default: return nil
    }
  }

  /// It can have done what the CPU was stopped for, and `Disassembler.judges` that.
  func fits(_ violation: Violation) -> Bool {
    let q = violation.qualification
    switch violation.reason & 0xffff {
    case ExitReason.port: return port?.fits(q) ?? false
    case ExitReason.controlRegister: return control == q & 0x3f
    case ExitReason.eptViolation, 44, 49: return touchesMemory
    case let reason: return exit == reason
    }
  }
}

/// What an instruction does to a port.
struct PortUse: Sendable {
  private var isInput: Bool
  private var bytes: UInt64
  private var isString = false
  /// The port that stands in the instruction; else it is DX's.
  private var immediate: UInt64?

  fileprivate init?(_ id: x86_insn, _ operands: [cs_x86_op]) {
    let strings: [UInt32: (Bool, UInt64)] = [
      X86_INS_INSB.rawValue: (true, 1), X86_INS_INSW.rawValue: (true, 2), X86_INS_INSD.rawValue: (true, 4),
      X86_INS_OUTSB.rawValue: (false, 1), X86_INS_OUTSW.rawValue: (false, 2),
      X86_INS_OUTSD.rawValue: (false, 4),
    ]
    if let (isInput, bytes) = strings[id.rawValue] {
      (self.isInput, self.bytes, isString) = (isInput, bytes, true)
      return
    }
    guard id == X86_INS_IN || id == X86_INS_OUT, operands.count == 2 else { return nil }
    isInput = id == X86_INS_IN
    let (value, port) = isInput ? (operands[0], operands[1]) : (operands[1], operands[0])
    bytes = UInt64(value.size)
    immediate = port.type == X86_OP_IMM ? UInt64(bitPattern: port.imm) & 0xff : nil
  }

  /// It is what an exit's qualification says (SDM vol. 3C, table 28-5).
  func fits(_ q: UInt64) -> Bool {
    isInput == (q & 8 != 0) && bytes == q & 7 + 1 && isString == (q & 16 != 0)
      && (immediate != nil) == (q & 64 != 0) && immediate ?? q >> 16 & 0xffff == q >> 16 & 0xffff
  }
}

/// What code does that lies at a stopped CPU's RIP.
enum Disassembler {
  /// The stop is of a kind that tells one instruction from another. A fetch, a walk of the guest's own page tables (bits 8:7 of an EPT violation's qualification), a triple fault are not.
  static func judges(_ violation: Violation) -> Bool {
    let q = violation.qualification
    switch violation.reason & 0xffff {
    case ExitReason.eptViolation: return q & 4 == 0 && q & 0x180 != 0x80
    case 44, 49, ExitReason.port, ExitReason.controlRegister, 10, 12, 13, 18, 31, 32, 54, 55: return true
    default: return false
    }
  }

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

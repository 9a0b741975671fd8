// SPDX-License-Identifier: Apache-2.0
// Which instructions may touch memory that the hypervisor answers for: MOV between memory and a general register or a constant (88 to 8B,
// A0 to A3, C6, C7), MOVZX and MOVSX (0F B6, B7, BE, BF), MOVSXD into 64 bits (63). Promise (theorem "instructions-are-sound"): whatever the
// bytes are, either the instruction is refused, or its width, register and length are ones that there are. That they are the right
// ones a test shows, by another decoder. SDM vol. 2, 2.1, 2.2, and the tables of appendix A.
//
// Refused as well: LOCK and REP, more than four prefixes, prefixes behind REX, a register in the memory's place.

/// What the prefixes of an instruction say.
private struct Prefixes<W: Word> {
  /// How many there are; whether the next byte may be one more.
  var count: W = 0
  var isOpen = W.Condition(known: true)
  /// The other operand size (66), the other address size (67).
  var operand = W.Condition(known: false)
  var address = W.Condition(known: false)

  mutating func take(_ byte: W) {
    // ES, CS, SS, DS: 26, 2E, 36, 3E. FS, GS: 64, 65.
    let isSegment = ((byte & 0xe7) .== 0x26) .| ((byte & 0xfe) .== 0x64)
    let isOne = isOpen .& (isSegment .| ((byte & 0xfe) .== 0x66))
    operand = operand .| (isOne .& (byte .== 0x66))
    address = address .| (isOne .& (byte .== 0x67))
    count = count &+ W.choose(isOne, 1, 0)
    isOpen = isOne
  }
}

/// The addressing form: bytes of ModRM, SIB and displacement, and the parts of ModRM.
private struct Form<W: Word> {
  let mod: W
  let register: W
  let length: W

  /// `bytes` begin with ModRM.
  init(_ bytes: W, addressBytes: W) {
    let (modrm, sib) = (bytes & 0xff, (bytes >> 8) & 0xff)
    let rm = modrm & 7
    let isShort = addressBytes .== 2
    mod = modrm >> 6
    register = (modrm >> 3) & 7
    let hasSIB = .!isShort .& (rm .== 4)
    let hasNoBase = W.choose(hasSIB, sib & 7, rm) .== 5
    let wide = W.choose(isShort, 2, 4)
    let absolute = W.choose(isShort, W.choose(rm .== 6, 2, 0), W.choose(hasNoBase, 4, 0))
    let displacement = W.choose(mod .== 0, absolute, W.choose(mod .== 1, 1, wide))
    length = 1 &+ W.choose(hasSIB, 1, 0) &+ displacement
  }
}

extension Machine {
  /// What the instruction moves that begins with these bytes.
  public func decode(_ code: Code<W>) -> Instruction<W> {
    step(.decode, given: code, Instruction<W>.none, frame: .none) {
      W.Condition(known: true)
    } ensures: { found in
      let isWidth = (found.width .== 1) .| (found.width .== 2) .| (found.width .== 4) .| (found.width .== 8)
      let isTarget =
        (found.target .== 1) .| (found.target .== 2) .| (found.target .== 4) .| (found.target .== 8)
      let isPlace =
        (found.register .< 16) .& ((found.shift .== 0) .| ((found.shift .== 8) .& (found.width .== 1)))
      let isSound =
        isWidth .& isTarget .& isPlace .& (found.width .<= found.target) .& (found.isWrite .<= 1)
        .& (1 .<= found.length) .& (found.length .<= 15)
      return (found.isKnown .<= 1) .& ((found.isKnown .== 1) ==> isSound)
    } body: {
      self.decoded(code)
    }
  }

  @_optimize(speed) @inline(never) private func decoded(_ code: Code<W>) -> Instruction<W> {
    let is64 = code.size .== 8
    var prefixes = Prefixes<W>()
    for i in 0..<4 { prefixes.take((code.low >> W(known: UInt64(i) &* 8)) & 0xff) }
    let rexByte = code.window(prefixes.count) & 0xff
    let hasREX = is64 .& ((rexByte & 0xf0) .== 0x40)
    let rex = W.choose(hasREX, rexByte, 0)
    let opening = prefixes.count &+ W.choose(hasREX, 1, 0)
    let bytes = code.window(opening)

    let isTwo = (bytes & 0xff) .== 0x0f
    let opcode = W.choose(isTwo, 0x0f00 | ((bytes >> 8) & 0xff), bytes & 0xff)
    let opcodeBytes = W.choose(isTwo, 2, 1)
    let isOdd = (opcode & 1) .== 1
    let isMove = (opcode & W(known: ~3)) .== 0x88
    let isOffset = (opcode & W(known: ~3)) .== 0xa0
    let isConstant = (opcode & W(known: ~1)) .== 0xc6
    let isExtending = (opcode & W(known: ~9)) .== 0x0fb6
    let isWide = rex.has(REX.wide)
    let isDoubling = is64 .& isWide .& (opcode .== 0x63)

    let is16 = W.Condition.choose(code.size .== 2, .!prefixes.operand, prefixes.operand)
    let operandBytes = W.choose(isWide, 8, W.choose(is16, 2, 4))
    let addressBytes = W.choose(
      is64, W.choose(prefixes.address, 4, 8),
      W.choose(W.Condition.choose(code.size .== 4, prefixes.address, .!prefixes.address), 2, 4))

    let plain = W.choose(isOdd, operandBytes, 1)
    let narrow = W.choose(isDoubling, 4, W.choose(isOdd, 2, 1))
    let extends = isExtending .| isDoubling
    let width = W.choose(extends, narrow, plain)
    let target = W.choose(extends, operandBytes, plain)

    let form = Form(code.window(opening &+ opcodeBytes), addressBytes: addressBytes)
    let constantBytes = W.choose(isConstant, W.lesser(plain, 4), 0)
    let length =
      opening &+ opcodeBytes &+ W.choose(isOffset, addressBytes, form.length) &+ constantBytes
    let hasForm = isMove .| extends .| (isConstant .& (form.register .== 0))
    let isKnown = ((hasForm .& (form.mod .!= 3)) .| isOffset) .& (length .<= 15)

    let isHigh = isMove .& .!isOdd .& .!hasREX .& (4 .<= form.register)
    let number = W.choose(isHigh, form.register & 3, form.register | W.choose(rex.has(REX.register), 8, 0))
    let isWrite = W.Condition.choose(
      isMove, (opcode & 2) .== 0, (isOffset .& ((opcode & 2) .!= 0)) .| isConstant)
    return Instruction(
      isKnown: W.choose(isKnown, 1, 0), isWrite: W.choose(isWrite, 1, 0), width: width,
      register: W.choose(isOffset .| isConstant, 0, number), shift: W.choose(isHigh, 8, 0),
      isImmediate: W.choose(isConstant, 1, 0),
      immediate: constant(code.window(length &- constantBytes), constantBytes, of: width),
      isSigned: W.choose(isDoubling .| (isExtending .& opcode.has(8)), 1, 0), target: target, length: length
    ).kept(isKnown)
  }

  /// The constant of so many bytes that `bytes` begin with, as wide as the memory: of eight bytes the upper half is the sign of the lower.
  private func constant(_ bytes: W, _ count: W, of width: W) -> W {
    let all = W.choose(
      count .== 4, 0xffff_ffff, W.choose(count .== 2, 0xffff, W.choose(count .== 1, 0xff, 0)))
    let isNegative = (width .== 8) .& bytes.has(1 << 31)
    return W.choose(isNegative, bytes | W(known: 0xffff_ffff << 32), bytes & all)
  }
}

extension Instruction {
  /// None, where the condition does not hold.
  fileprivate func kept(_ condition: W.Condition) -> Instruction<W> {
    map { W.choose(condition, $0, 0) }
  }
}

/// Bits of the prefix REX. SDM vol. 2A, table 2-4. (X and B are parts of the address.)
private enum REX {
  static var wide: UInt64 { 1 << 3 }
  static var register: UInt64 { 1 << 2 }
}

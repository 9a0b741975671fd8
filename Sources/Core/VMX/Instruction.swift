// SPDX-License-Identifier: Apache-2.0
// An instruction that reads or writes memory, as far as whoever answers in the memory's place must know it: what it moves, between which
// register and how many bytes, and how long it is. Where the memory lies the processor has said already.

/// Bytes of an instruction, and how the code segment has them read.
public struct Code<W: Word>: LoopState {
  /// Bytes 0 to 7, and 8 to 14, the first one lowest. What was not fetched is 0.
  public var low: W
  public var high: W
  /// Bytes of an address, unless a prefix says otherwise: 8 in 64-bit code; else 4 or 2, by CS.D.
  public var size: W
  /// Makes one.
  @inlinable public init(low: W, high: W, size: W) { (self.low, self.high, self.size) = (low, high, size) }
  public func map(_ transform: (W) -> W) -> Code<W> {
    Code(low: transform(low), high: transform(high), size: transform(size))
  }

  /// The eight bytes from byte `at` on.
  func window(_ at: W) -> W {
    let bits = at << 3
    return W.choose(at .< 8, (low >> bits) | (high << (64 &- bits)), high >> (bits &- 64))
  }
}

/// What an instruction moves. All zero where it is none that is known.
public struct Instruction<W: Word>: LoopState {
  /// 1 where it is one of those that `decode` knows.
  public var isKnown: W
  /// 1 where it writes memory, 0 where it reads.
  public var isWrite: W
  /// Bytes of memory: 1, 2, 4 or 8.
  public var width: W
  /// Number of the general register that it reads or sets, and where in it the operand begins: bit 8 for AH, CH, DH and BH, else bit 0.
  public var register: W
  public var shift: W
  /// 1 where it writes a constant instead: that, as wide as the memory.
  public var isImmediate: W
  public var immediate: W
  /// 1 where what it reads is extended by its sign.
  public var isSigned: W
  /// Bytes of the register that a read sets, before what the processor sets on its own.
  public var target: W
  /// Bytes of the instruction: at most 15.
  public var length: W

  /// None.
  public static var none: Instruction<W> {
    Instruction(
      isKnown: 0, isWrite: 0, width: 0, register: 0, shift: 0, isImmediate: 0, immediate: 0, isSigned: 0,
      target: 0, length: 0)
  }
  public func map(_ transform: (W) -> W) -> Instruction<W> {
    Instruction(
      isKnown: transform(isKnown), isWrite: transform(isWrite), width: transform(width),
      register: transform(register), shift: transform(shift), isImmediate: transform(isImmediate),
      immediate: transform(immediate), isSigned: transform(isSigned), target: transform(target),
      length: transform(length))
  }

  /// All bits of so many bytes.
  private func mask(_ bytes: W) -> W {
    W.choose(bytes .== 8, W(known: .max), (W(known: 1) << (bytes << 3)) &- 1)
  }
  /// What it writes, where its register holds `value`.
  public func written(_ value: W) -> W {
    W.choose(isImmediate .== 1, immediate, value >> shift) & mask(width)
  }
  /// What its register holds after it has read `value` from memory, where it held `old`. A byte or two leave the rest of the register
  /// alone, four clear the upper half (SDM vol. 1, 3.4.1.1).
  public func loaded(_ value: W, over old: W) -> W {
    let all = mask(width)
    let isNegative = (isSigned .== 1) .& (((value >> ((width << 3) &- 1)) & 1) .== 1)
    let extended = W.choose(isNegative, value | (W(known: .max) &- all), value & all)
    let part = mask(target)
    let kept = old & (W(known: .max) &- (part << shift))
    return W.choose(target .< 4, kept | ((extended & part) << shift), extended & part)
  }
}

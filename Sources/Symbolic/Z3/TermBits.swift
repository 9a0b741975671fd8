// SPDX-License-Identifier: Apache-2.0
// Bit-vector terms. Arithmetic is modulo 2^width; comparisons are unsigned. A shift by the width or more gives 0.

import CZ3

extension Term {
  private static func binary(
    _ make: (Z3_context?, Z3_ast?, Z3_ast?) -> Z3_ast?, _ a: Term, _ b: Term, _ name: String
  ) -> Term {
    a.context.term(make(a.context.raw, a.raw, b.raw), making: name)
  }

  /// Sum modulo 2^width.
  public static func &+ (a: Term, b: Term) -> Term { binary(Z3_mk_bvadd, a, b, "a sum") }
  /// Difference modulo 2^width.
  public static func &- (a: Term, b: Term) -> Term { binary(Z3_mk_bvsub, a, b, "a difference") }
  /// Product modulo 2^width.
  public static func &* (a: Term, b: Term) -> Term { binary(Z3_mk_bvmul, a, b, "a product") }
  /// Quotient, unsigned; all ones where the divisor is 0.
  public static func / (a: Term, b: Term) -> Term { binary(Z3_mk_bvudiv, a, b, "a quotient") }
  /// Remainder, unsigned; the dividend where the divisor is 0.
  public static func % (a: Term, b: Term) -> Term { binary(Z3_mk_bvurem, a, b, "a remainder") }
  /// Bitwise and.
  public static func & (a: Term, b: Term) -> Term { binary(Z3_mk_bvand, a, b, "a bitwise and") }
  /// Bitwise or.
  public static func | (a: Term, b: Term) -> Term { binary(Z3_mk_bvor, a, b, "a bitwise or") }
  /// Bitwise exclusive or.
  public static func ^ (a: Term, b: Term) -> Term { binary(Z3_mk_bvxor, a, b, "a bitwise xor") }
  /// Bitwise complement.
  public static prefix func ~ (a: Term) -> Term {
    a.context.term(Z3_mk_bvnot(a.context.raw, a.raw), making: "a complement")
  }
  /// Shift towards the high end.
  public static func << (a: Term, b: Term) -> Term { binary(Z3_mk_bvshl, a, b, "a left shift") }
  /// Shift towards the low end, zeros move in.
  public static func >> (a: Term, b: Term) -> Term { binary(Z3_mk_bvlshr, a, b, "a right shift") }

  /// Unsigned less-than.
  public static func .< (a: Term, b: Term) -> Term { binary(Z3_mk_bvult, a, b, "a comparison") }
  /// Unsigned less-or-equal.
  public static func .<= (a: Term, b: Term) -> Term { binary(Z3_mk_bvule, a, b, "a comparison") }
  /// Unsigned greater-than.
  public static func .> (a: Term, b: Term) -> Term { b .< a }
  /// Unsigned greater-or-equal.
  public static func .>= (a: Term, b: Term) -> Term { b .<= a }

  /// Bits `low` to `high`, both included, of this bit-vector.
  public func extract(_ high: UInt32, _ low: UInt32) -> Term {
    context.term(Z3_mk_extract(context.raw, high, low, raw), making: "an extract")
  }
  /// This bit-vector above `low` (its bits become the high ones).
  public func concat(_ low: Term) -> Term { Term.binary(Z3_mk_concat, self, low, "a concatenation") }
  /// This bit-vector with zeros above, `width` bits in all (not fewer than it has).
  public func zeroExtended(to width: UInt32) -> Term {
    guard width >= self.width else {
      context.record(error: "zero extension of \(self.width) bits to \(width)")
      return context.fresh("refused", context.bits(max(width, 1)))
    }
    return context.term(Z3_mk_zero_ext(context.raw, width - self.width, raw), making: "a zero extension")
  }
}

// SPDX-License-Identifier: Apache-2.0
// The machine word: 64 bits, unsigned. `UInt64` on silicon and in the simulator, a Z3 bit-vector in the
// symbolic machine.
//
// `<`, `==` and their like return `Bool` and so branch: the explorer sees both outcomes. `.<`, `.==` and their
// like return a `Truth` and merge. `+`, `-` and `times` trap on overflow, and that trap is an obligation;
// `&+` and `&-` wrap where wrapping is meant.

/// A 64-bit unsigned word of some machine.
public protocol Word: Sendable, Comparable, ExpressibleByIntegerLiteral where IntegerLiteralType == UInt64 {
  /// What comparisons that do not branch yield.
  associatedtype Condition: Truth

  /// A known value.
  init(known value: UInt64)

  /// Sum; traps on overflow.
  static func + (a: Self, b: Self) -> Self
  /// Difference; traps on underflow.
  static func - (a: Self, b: Self) -> Self
  /// Product with a constant; traps on overflow.
  func times(_ factor: UInt64) -> Self
  /// Sum modulo 2^64.
  static func &+ (a: Self, b: Self) -> Self
  /// Difference modulo 2^64.
  static func &- (a: Self, b: Self) -> Self
  /// Bitwise and.
  static func & (a: Self, b: Self) -> Self
  /// Bitwise or.
  static func | (a: Self, b: Self) -> Self
  /// Shift towards the high end by a word; 0 where the distance is 64 or more.
  static func << (a: Self, distance: Self) -> Self
  /// Shift towards the low end by a word, zeros move in; 0 where the distance is 64 or more.
  static func >> (a: Self, distance: Self) -> Self

  /// Equality, merged.
  static func .== (a: Self, b: Self) -> Condition
  /// Unsigned less-than, merged.
  static func .< (a: Self, b: Self) -> Condition
  /// Unsigned less-or-equal, merged.
  static func .<= (a: Self, b: Self) -> Condition
  /// `a` where the condition holds, else `b`; merged (a conditional move).
  static func choose(_ condition: Condition, _ a: Self, _ b: Self) -> Self
}

extension Word {
  /// Inequality, merged.
  @inlinable public static func .!= (a: Self, b: Self) -> Condition { .!(a .== b) }
  /// True where every bit of `bits` is set in this word.
  @inlinable public func has(_ bits: UInt64) -> Condition {
    (self & Self(known: bits)) .== Self(known: bits)
  }
  /// True where some bit of `bits` is set in this word.
  @inlinable public func hasAny(_ bits: UInt64) -> Condition {
    (self & Self(known: bits)) .!= Self(known: 0)
  }
  /// The smaller of two words, merged.
  @inlinable public static func lesser(_ a: Self, _ b: Self) -> Self { choose(a .< b, a, b) }
}

extension UInt64: Word {
  @inlinable public init(known value: UInt64) { self = value }
  @inlinable public func times(_ factor: UInt64) -> UInt64 { self * factor }
  @inlinable public static func .== (a: UInt64, b: UInt64) -> Bool { a == b }
  @inlinable public static func .< (a: UInt64, b: UInt64) -> Bool { a < b }
  @inlinable public static func .<= (a: UInt64, b: UInt64) -> Bool { a <= b }
  @inlinable public static func choose(_ condition: Bool, _ a: UInt64, _ b: UInt64) -> UInt64 {
    condition ? a : b
  }
}

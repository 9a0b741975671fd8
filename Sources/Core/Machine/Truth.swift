// SPDX-License-Identifier: Apache-2.0
// A truth value of a machine: `Bool` where the core runs, a Z3 formula where it is explored.
//
// `.&`, `.|`, `.!` and `==>` merge: they build one formula and never branch. `isTrue` branches.

infix operator ==> : TernaryPrecedence

/// A truth value that can be combined without branching.
public protocol Truth: Sendable {
  /// A known truth value.
  init(known value: Bool)
  /// Conjunction; both sides are evaluated.
  static func .& (a: Self, b: Self) -> Self
  /// Disjunction; both sides are evaluated.
  static func .| (a: Self, b: Self) -> Self
  /// Negation.
  static prefix func .! (a: Self) -> Self
  /// Decides: the symbolic machine explores both answers where both are possible.
  var isTrue: Bool { get }
}

extension Truth {
  /// Implication, merged.
  @inlinable public static func ==> (a: Self, b: Self) -> Self { .!a .| b }
  /// `a` where the condition holds, else `b`, merged.
  @inlinable public static func choose(_ condition: Self, _ a: Self, _ b: Self) -> Self {
    (condition ==> a) .& (.!condition ==> b)
  }
}

extension Bool: Truth {
  @inlinable public init(known value: Bool) { self = value }
  @inlinable public static func .& (a: Bool, b: Bool) -> Bool { a && b }
  @inlinable public static func .| (a: Bool, b: Bool) -> Bool { a || b }
  @inlinable public static prefix func .! (a: Bool) -> Bool { !a }
  @inlinable public var isTrue: Bool { self }
}

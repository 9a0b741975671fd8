// SPDX-License-Identifier: Apache-2.0
// What the model is written in: propositions, and individuals that can be equal and chosen between.
//
// The same text is evaluated on the host (Bool, Int) and stated to a solver (formulas, constants of
// uninterpreted sorts), so nothing here branches: every operator builds a value.

/// Something that can be compared and chosen.
public protocol Individual {
  /// What a comparison yields.
  associatedtype Truth: Proposition
  /// Equality.
  static func .== (a: Self, b: Self) -> Truth
  /// `a` where the proposition holds, else `b`.
  static func choose(_ condition: Truth, _ a: Self, _ b: Self) -> Self
}

extension Individual {
  /// Inequality.
  public static func .!= (a: Self, b: Self) -> Truth { .!(a .== b) }
}

/// A statement that is true or false.
public protocol Proposition: Individual where Truth == Self {
  /// Conjunction.
  static func .& (a: Self, b: Self) -> Self
  /// Disjunction.
  static func .| (a: Self, b: Self) -> Self
  /// Negation.
  static prefix func .! (a: Self) -> Self
}

extension Proposition {
  /// Implication.
  public func implies(_ consequence: Self) -> Self { .!self .| consequence }
}

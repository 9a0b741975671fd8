// SPDX-License-Identifier: Apache-2.0
// Bool and Int speak the model's language.

extension Bool: Proposition {
  /// Equivalence.
  public static func .== (a: Bool, b: Bool) -> Bool { a == b }
  /// Choice.
  public static func choose(_ condition: Bool, _ a: Bool, _ b: Bool) -> Bool { condition ? a : b }
  /// Conjunction.
  public static func .& (a: Bool, b: Bool) -> Bool { a && b }
  /// Disjunction.
  public static func .| (a: Bool, b: Bool) -> Bool { a || b }
  /// Negation.
  public static prefix func .! (a: Bool) -> Bool { !a }
}

extension Int: Individual {
  /// Equality.
  public static func .== (a: Int, b: Int) -> Bool { a == b }
  /// Choice.
  public static func choose(_ condition: Bool, _ a: Int, _ b: Int) -> Int { condition ? a : b }
}

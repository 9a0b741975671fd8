// SPDX-License-Identifier: Apache-2.0
// Quantified formulas. To be used sparingly: instantiated by hand, an obligation is faster and never `unknown`.

import CZ3

extension Term {
  private static func quantified(_ universal: Bool, _ bound: [Term], _ body: Term) -> Term {
    if bound.isEmpty { return body }
    let context = body.context
    let variables: [Z3_app?] = bound.map { Z3_to_app(context.raw, $0.raw) }
    let ast = Z3_mk_quantifier_const(
      context.raw, universal, 1, UInt32(variables.count), variables, 0, nil, body.raw)
    return context.term(ast, making: "a quantifier")
  }

  /// `body` for every value of the constants `bound`.
  public static func forAll(_ bound: [Term], _ body: Term) -> Term { quantified(true, bound, body) }

  /// `body` for some value of the constants `bound`.
  public static func exists(_ bound: [Term], _ body: Term) -> Term { quantified(false, bound, body) }
}

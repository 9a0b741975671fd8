// SPDX-License-Identifier: Apache-2.0
// Formulas: conjunction, disjunction, negation, implication, equations, choice.

import CZ3
import Core

extension Term {
  private static func nary(
    _ make: (Z3_context?, UInt32, UnsafePointer<Z3_ast?>?) -> Z3_ast?, _ terms: [Term], _ name: String,
    in context: Z3Context
  ) -> Term {
    let asts: [Z3_ast?] = terms.map(\.raw)
    return context.term(make(context.raw, UInt32(asts.count), asts), making: name)
  }

  /// The parts of a conjunction, nested ones flattened; the formula itself where it is none.
  public var conjuncts: [Term] {
    guard let application = Z3_to_app(context.raw, raw), Z3_get_ast_kind(context.raw, raw) == Z3_APP_AST,
      Z3_get_decl_kind(context.raw, Z3_get_app_decl(context.raw, application)) == Z3_OP_AND
    else { return [self] }
    return (0..<Z3_get_app_num_args(context.raw, application)).flatMap { index in
      context.term(Z3_get_app_arg(context.raw, application, index), making: "a conjunct").conjuncts
    }
  }

  /// Conjunction of any number of formulas; of none: true.
  public static func all(_ terms: [Term], in context: Z3Context) -> Term {
    nary(Z3_mk_and, terms, "a conjunction", in: context)
  }
  /// Disjunction of any number of formulas; of none: false.
  public static func any(_ terms: [Term], in context: Z3Context) -> Term {
    nary(Z3_mk_or, terms, "a disjunction", in: context)
  }
  /// Pairwise different.
  public static func distinct(_ terms: [Term], in context: Z3Context) -> Term {
    terms.count < 2 ? context.known(true) : nary(Z3_mk_distinct, terms, "distinct", in: context)
  }

  /// Conjunction.
  public static func .& (a: Term, b: Term) -> Term { all([a, b], in: a.context) }
  /// Disjunction.
  public static func .| (a: Term, b: Term) -> Term { any([a, b], in: a.context) }
  /// Negation.
  public static prefix func .! (a: Term) -> Term {
    a.context.term(Z3_mk_not(a.context.raw, a.raw), making: "a negation")
  }
  /// Implication.
  public static func ==> (a: Term, b: Term) -> Term {
    a.context.term(Z3_mk_implies(a.context.raw, a.raw, b.raw), making: "an implication")
  }
  /// Equation; between formulas: equivalence.
  public static func .== (a: Term, b: Term) -> Term {
    a.context.term(Z3_mk_eq(a.context.raw, a.raw, b.raw), making: "an equation")
  }
  /// Inequation.
  public static func .!= (a: Term, b: Term) -> Term { .!(a .== b) }

  /// `a` where the formula `condition` holds, else `b`.
  public static func choose(_ condition: Term, _ a: Term, _ b: Term) -> Term {
    a.context.term(Z3_mk_ite(a.context.raw, condition.raw, a.raw, b.raw), making: "a choice")
  }
}

// SPDX-License-Identifier: Apache-2.0
// A model: an assignment that Z3 found to make assertions true.

import CZ3

/// An assignment of values to all constants and functions of a context.
public final class Model: @unchecked Sendable {
  private let raw: Z3_model
  private let context: Z3Context

  init(_ raw: Z3_model, in context: Z3Context) {
    self.raw = raw
    self.context = context
    Z3_model_inc_ref(context.raw, raw)
  }

  deinit { Z3_model_dec_ref(context.raw, raw) }

  /// The term's value as a term; constants that do not matter get some value.
  public func evaluate(_ term: Term) -> Term {
    var ast: Z3_ast?
    guard Z3_model_eval(context.raw, raw, term.raw, true, &ast), let ast else { return term }
    return Term(ast, in: context)
  }

  /// The value of a bit-vector term of up to 64 bits.
  public func value(of term: Term) -> UInt64? { evaluate(term).numeral }

  /// The value of a formula.
  public func truth(of term: Term) -> Bool? {
    switch Z3_get_bool_value(context.raw, evaluate(term).raw) {
    case Z3_L_TRUE: true
    case Z3_L_FALSE: false
    default: nil
    }
  }

  /// Every constant (not the functions) by name, with its value as SMT-LIB text.
  public var assignment: [String: String] {
    var result: [String: String] = [:]
    for index in 0..<Z3_model_get_num_consts(context.raw, raw) {
      guard let declaration = Z3_model_get_const_decl(context.raw, raw, index),
        let symbol = Z3_get_decl_name(context.raw, declaration),
        let value = Z3_model_get_const_interp(context.raw, raw, declaration)
      else { continue }
      let name = String(cString: Z3_get_symbol_string(context.raw, symbol))
      result[name] = String(cString: Z3_ast_to_string(context.raw, value))
    }
    return result
  }
}

extension Model: CustomStringConvertible {
  /// The whole model, functions included, as Z3 prints it.
  public var description: String { String(cString: Z3_model_to_string(context.raw, raw)) }
}

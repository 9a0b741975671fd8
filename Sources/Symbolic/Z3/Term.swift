// SPDX-License-Identifier: Apache-2.0
// A term: a formula or a value, as Z3 holds it. Terms are values: operators make new ones.

import CZ3

/// A term of a context. Equality and hash are those of the term's structure, which Z3 keeps once per context.
public final class Term: @unchecked Sendable {
  let raw: Z3_ast
  /// The context that the term belongs to.
  public let context: Z3Context

  init(_ raw: Z3_ast, in context: Z3Context) {
    self.raw = raw
    self.context = context
    Z3_inc_ref(context.raw, raw)
  }

  deinit { Z3_dec_ref(context.raw, raw) }

  /// Number that identifies the term in its context while it lives.
  public var identity: UInt32 { Z3_get_ast_id(context.raw, raw) }

  /// The term's sort.
  public var sort: Sort {
    guard let sort = Z3_get_sort(context.raw, raw) else { return context.boolean }
    return Sort(sort, in: context)
  }

  /// Number of bits of a bit-vector term, else 0.
  public var width: UInt32 { sort.width ?? 0 }

  /// An equal term, simplified by Z3's rewriter (no search).
  public var simplified: Term {
    if let known = context.simplified(self) { return known }
    let simple = context.term(Z3_simplify(context.raw, raw), making: "a simplified term")
    context.keep(self, simple)
    return simple
  }

  /// True if the rewriter alone reduces this formula to true.
  public var isTrue: Bool { Z3_get_bool_value(context.raw, simplified.raw) == Z3_L_TRUE }

  /// True if the rewriter alone reduces this formula to false.
  public var isFalse: Bool { Z3_get_bool_value(context.raw, simplified.raw) == Z3_L_FALSE }

  /// The value of a bit-vector term of up to 64 bits if the rewriter alone finds it.
  public var constant: UInt64? { simplified.numeral }

  /// The value if the term is a numeral of up to 64 bits as it stands.
  var numeral: UInt64? {
    guard Z3_get_ast_kind(context.raw, raw) == Z3_NUMERAL_AST else { return nil }
    var value: UInt64 = 0
    return Z3_get_numeral_uint64(context.raw, raw, &value) ? value : nil
  }

  /// The arguments of a function's application; none of anything else.
  var arguments: [Term] {
    guard Z3_get_ast_kind(context.raw, raw) == Z3_APP_AST, let application = Z3_to_app(context.raw, raw)
    else {
      return []
    }
    return (0..<Z3_get_app_num_args(context.raw, application)).map {
      context.term(Z3_get_app_arg(context.raw, application, $0), making: "an argument")
    }
  }

  /// The name of the uninterpreted constant or function that is applied here; nil where there is none.
  var symbol: String? {
    guard Z3_get_ast_kind(context.raw, raw) == Z3_APP_AST, let application = Z3_to_app(context.raw, raw),
      let declaration = Z3_get_app_decl(context.raw, application),
      Z3_get_decl_kind(context.raw, declaration) == Z3_OP_UNINTERPRETED
    else { return nil }
    return Z3_get_symbol_string(context.raw, Z3_get_decl_name(context.raw, declaration)).map {
      String(cString: $0)
    }
  }

  /// What stands at the top of the term: the function that is applied here with its parameters, or the whole term where
  /// no function is applied to anything.
  var head: String {
    guard Z3_get_ast_kind(context.raw, raw) == Z3_APP_AST, let application = Z3_to_app(context.raw, raw),
      Z3_get_app_num_args(context.raw, application) > 0,
      let declaration = Z3_get_app_decl(context.raw, application)
    else { return description }
    let symbol = Z3_get_symbol_string(context.raw, Z3_get_decl_name(context.raw, declaration))
    var text = symbol.map { String(cString: $0) } ?? ""
    for index in 0..<Z3_get_decl_num_parameters(context.raw, declaration)
    where Z3_get_decl_parameter_kind(context.raw, declaration, index) == Z3_PARAMETER_INT {
      text += " \(Z3_get_decl_int_parameter(context.raw, declaration, index))"
    }
    return text
  }

  /// This term with each `from` replaced by its `to`, all at once.
  public func replacing(_ pairs: [(from: Term, to: Term)]) -> Term {
    let from: [Z3_ast?] = pairs.map(\.from.raw)
    let to: [Z3_ast?] = pairs.map(\.to.raw)
    return context.term(
      Z3_substitute(context.raw, raw, UInt32(pairs.count), from, to), making: "a substitution")
  }
}

extension Term: Hashable {
  /// Structural equality, by identity (not the equation `.==`).
  public static func == (a: Term, b: Term) -> Bool {
    a.context === b.context && Z3_is_eq_ast(a.context.raw, a.raw, b.raw)
  }
  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}

extension Term: CustomStringConvertible {
  /// The term as SMT-LIB text.
  public var description: String { String(cString: Z3_ast_to_string(context.raw, raw)) }
}

// SPDX-License-Identifier: Apache-2.0
// Uninterpreted functions and relations.

import CZ3

/// A function of which nothing is known but that equal arguments have equal results.
public final class Function: @unchecked Sendable {
  let raw: Z3_func_decl
  /// The context that the function belongs to.
  public let context: Z3Context
  /// Number of arguments.
  public let arity: Int
  /// Its name.
  public let name: String

  init(_ raw: Z3_func_decl, named name: String, arity: Int, in context: Z3Context) {
    self.raw = raw
    self.name = name
    self.arity = arity
    self.context = context
    Z3_inc_ref(context.raw, Z3_func_decl_to_ast(context.raw, raw))
  }

  deinit { Z3_dec_ref(context.raw, Z3_func_decl_to_ast(context.raw, raw)) }

  /// The function's value at `arguments`.
  public func callAsFunction(_ arguments: Term...) -> Term { apply(arguments) }

  /// The function's value at `arguments`.
  public func apply(_ arguments: [Term]) -> Term {
    // Z3 reads as many arguments as it is told, without looking at the declaration first.
    guard arguments.count == arity else {
      context.record(error: "function of \(arity) arguments applied to \(arguments.count)")
      return context.fresh("refused", context.boolean)
    }
    let asts: [Z3_ast?] = arguments.map(\.raw)
    return context.term(Z3_mk_app(context.raw, raw, UInt32(asts.count), asts), making: "an application")
  }
}

extension Z3Context {
  /// Declares a function; the same name with the same sorts is the same function.
  public func function(_ name: String, _ domain: [Sort], _ range: Sort) -> Function {
    let sorts: [Z3_sort?] = domain.map(\.raw)
    guard let raw = Z3_mk_func_decl(raw, symbol(name), UInt32(sorts.count), sorts, range.raw) else {
      fatalError("Z3 cannot declare \(name)")
    }
    return Function(raw, named: name, arity: domain.count, in: self)
  }
}

// SPDX-License-Identifier: Apache-2.0
// Sorts: Boolean, bit-vectors, and uninterpreted sorts (sets of unknown size).

import CZ3

/// A sort of a context.
public final class Sort: @unchecked Sendable {
  let raw: Z3_sort
  /// The context that the sort belongs to.
  public let context: Z3Context

  init(_ raw: Z3_sort, in context: Z3Context) {
    self.raw = raw
    self.context = context
    Z3_inc_ref(context.raw, Z3_sort_to_ast(context.raw, raw))
  }

  deinit { Z3_dec_ref(context.raw, Z3_sort_to_ast(context.raw, raw)) }

  /// Number of bits if this is a bit-vector sort, else nil.
  public var width: UInt32? {
    Z3_get_sort_kind(context.raw, raw) == Z3_BV_SORT ? Z3_get_bv_sort_size(context.raw, raw) : nil
  }

  /// True for the sort of truth values.
  public var isBoolean: Bool { Z3_get_sort_kind(context.raw, raw) == Z3_BOOL_SORT }
}

extension Sort: Equatable {
  /// Sorts are equal if they are the same sort of the same context.
  public static func == (a: Sort, b: Sort) -> Bool {
    a.context === b.context && Z3_is_eq_sort(a.context.raw, a.raw, b.raw)
  }
}

extension Sort: CustomStringConvertible {
  /// The sort as SMT-LIB text.
  public var description: String { String(cString: Z3_sort_to_string(context.raw, raw)) }
}

extension Z3Context {
  private func sort(_ raw: Z3_sort?) -> Sort {
    guard let raw else {
      record(error: "making a sort: error \(Z3_get_error_code(self.raw).rawValue)")
      return boolean
    }
    return Sort(raw, in: self)
  }

  /// The sort of truth values.
  public var boolean: Sort {
    guard let raw = Z3_mk_bool_sort(raw) else { fatalError("Z3 cannot make the Boolean sort") }
    return Sort(raw, in: self)
  }

  /// Bit-vectors of `width` bits (at least 1).
  public func bits(_ width: UInt32) -> Sort { sort(Z3_mk_bv_sort(raw, width)) }

  /// A sort of which nothing is known but that it is not empty: the same one for the same name.
  public func uninterpreted(_ name: String) -> Sort { sort(Z3_mk_uninterpreted_sort(raw, symbol(name))) }
}

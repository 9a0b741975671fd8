// SPDX-License-Identifier: Apache-2.0
// Known values and unknown constants.

import CZ3

extension Z3Context {
  /// A known truth value.
  public func known(_ value: Bool) -> Term {
    term(value ? Z3_mk_true(raw) : Z3_mk_false(raw), making: "a truth value")
  }

  /// A known bit-vector: `value` modulo 2^width.
  public func known(_ value: UInt64, width: UInt32) -> Term {
    term(Z3_mk_unsigned_int64(raw, value, Z3_mk_bv_sort(raw, width)), making: "a numeral")
  }

  /// An unknown value; the same name and sort is the same value.
  public func constant(_ name: String, _ sort: Sort) -> Term {
    term(Z3_mk_const(raw, symbol(name), sort.raw), making: "constant \(name)")
  }

  /// An unknown value that no other term mentions.
  public func fresh(_ stem: String, _ sort: Sort) -> Term { constant(freshName(stem), sort) }
}

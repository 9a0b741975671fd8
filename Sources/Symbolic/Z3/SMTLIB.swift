// SPDX-License-Identifier: Apache-2.0
// Questions as SMT-LIB 2.6 text, so that another solver can answer them.

import CZ3

extension Satisfiability {
  /// The question as a script; `sat` means yes, `unsat` no. `status` is the answer to expect, if one is.
  public func smtlib(status: String? = nil) -> String {
    guard let last = assertions.last else { return "(set-logic ALL)\n(check-sat)\n" }
    let context = last.context
    let title = name.split(whereSeparator: \.isNewline).joined(separator: " ")
    let rest: [Z3_ast?] = assertions.dropLast().map(\.raw)
    // This printer writes assertions as they are, in linear time. A solver's own writes them rewritten, with operators
    // that only Z3 knows, or pretty, in quadratic time.
    let text = Z3_benchmark_to_smtlib_string(
      context.raw, title, "ALL", status ?? "unknown", "", UInt32(rest.count), rest, last.raw)
    return text.map { String(cString: $0) } ?? "; Z3 cannot write this question\n"
  }
}

extension Obligation {
  /// The obligation as a script; `unsat` means that it holds.
  public var smtlib: String { refutation.smtlib(status: "unsat") }
}

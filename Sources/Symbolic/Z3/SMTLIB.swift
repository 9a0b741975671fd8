// SPDX-License-Identifier: Apache-2.0
// Questions as SMT-LIB 2.6 text, so that another solver can answer them.

extension Satisfiability {
  /// The question as a script; `sat` means yes, `unsat` no. `status` is the answer to expect, if one is.
  public func smtlib(status: String? = nil) -> String {
    let title = name.split(whereSeparator: \.isNewline).joined(separator: " ")
    let head = "; \(title)\n(set-logic ALL)\n" + (status.map { "(set-info :status \($0))\n" } ?? "")
    // A solver made from a tactic prints assertions as they are; others print them rewritten, with operators
    // that only Z3 knows.
    guard let context = assertions.first?.context,
      let solver = Solver(.tactic("smt"), rlimit: 0, in: context)
    else { return head + "(check-sat)\n" }
    solver.assert(assertions)
    return head + "\(solver.text)(check-sat)\n"
  }
}

extension Obligation {
  /// The obligation as a script; `unsat` means that it holds.
  public var smtlib: String { refutation.smtlib(status: "unsat") }
}

// SPDX-License-Identifier: Apache-2.0
// Questions as SMT-LIB 2.6 text, so that another solver can answer them.

extension Satisfiability {
  /// The question as a script; `sat` means yes, `unsat` no.
  public var smtlib: String {
    // A solver made from a tactic prints assertions as they are; others print them rewritten, with operators
    // that only Z3 knows.
    guard let context = assertions.first?.context,
      let solver = Solver(.tactic("smt"), rlimit: 0, in: context)
    else { return "(set-logic ALL)\n(check-sat)\n" }
    solver.assert(assertions)
    let title = name.split(whereSeparator: \.isNewline).joined(separator: " ")
    return "; \(title)\n(set-logic ALL)\n\(solver.text)(check-sat)\n"
  }
}

extension Obligation {
  /// The obligation as a script; `unsat` means that it holds.
  public var smtlib: String { refutation.smtlib }
}

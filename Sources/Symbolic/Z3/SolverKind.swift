// SPDX-License-Identifier: Apache-2.0
// Which of Z3's solvers answers.

import CZ3

/// A way to make a solver. Measured figures: see `Prover`.
public enum SolverKind: Sendable, Hashable, CustomStringConvertible {
  /// Z3's default: a strategy that looks at the formulas first.
  case standard
  /// The incremental core alone.
  case simple
  /// The strategy for an SMT-LIB logic, such as "QF_UFBV".
  case logic(String)
  /// A named tactic, such as "qfufbv".
  case tactic(String)

  /// Name for reports.
  public var description: String {
    switch self {
    case .standard: "default"
    case .simple: "simple"
    case .logic(let name): "logic \(name)"
    case .tactic(let name): "tactic \(name)"
    }
  }

  func make(in context: Z3Context) -> Z3_solver? {
    switch self {
    case .standard: return Z3_mk_solver(context.raw)
    case .simple: return Z3_mk_simple_solver(context.raw)
    case .logic(let name): return Z3_mk_solver_for_logic(context.raw, context.symbol(name))
    case .tactic(let name):
      guard let tactic = Z3_mk_tactic(context.raw, name) else { return nil }
      Z3_tactic_inc_ref(context.raw, tactic)
      defer { Z3_tactic_dec_ref(context.raw, tactic) }
      return Z3_mk_solver_from_tactic(context.raw, tactic)
    }
  }
}

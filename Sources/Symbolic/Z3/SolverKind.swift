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
  /// Tactics one after the other.
  case tactics([String])

  /// Words and unknown functions without quantifiers: functions become words with side conditions (Ackermann) before the
  /// search. Several times as fast as the default on what the explorer asks.
  public static let ackermann = tactics([
    "simplify", "propagate-values", "solve-eqs", "ackermannize_bv", "simplify", "smt",
  ])

  /// The same, and then bit by bit: for where arithmetic is the difficulty. Gives no answer where a quantifier is left.
  public static let blasted = tactics([
    "simplify", "propagate-values", "solve-eqs", "ackermannize_bv", "simplify", "bit-blast", "sat",
  ])

  /// Name for reports.
  public var description: String {
    switch self {
    case .standard: "default"
    case .simple: "simple"
    case .logic(let name): "logic \(name)"
    case .tactic(let name): "tactic \(name)"
    case .tactics(let names): "tactics \(names.joined(separator: ", "))"
    }
  }

  func make(in context: Z3Context) -> Z3_solver? {
    switch self {
    case .standard: return Z3_mk_solver(context.raw)
    case .simple: return Z3_mk_simple_solver(context.raw)
    case .logic(let name): return Z3_mk_solver_for_logic(context.raw, context.symbol(name))
    case .tactic(let name): return Self.tactics([name]).make(in: context)
    case .tactics(let names):
      // Z3 counts references: each tactic is kept until the solver holds the whole.
      var kept: [Z3_tactic] = []
      defer { kept.forEach { Z3_tactic_dec_ref(context.raw, $0) } }
      func keep(_ tactic: Z3_tactic?) -> Z3_tactic? {
        guard let tactic else { return nil }
        Z3_tactic_inc_ref(context.raw, tactic)
        kept.append(tactic)
        return tactic
      }
      guard var whole = names.last.flatMap({ keep(Z3_mk_tactic(context.raw, $0)) }) else { return nil }
      for name in names.dropLast().reversed() {
        guard let first = keep(Z3_mk_tactic(context.raw, name)),
          let both = keep(Z3_tactic_and_then(context.raw, first, whole))
        else { return nil }
        whole = both
      }
      return Z3_mk_solver_from_tactic(context.raw, whole)
    }
  }
}

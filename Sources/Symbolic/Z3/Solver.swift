// SPDX-License-Identifier: Apache-2.0
// One solver, for one question.

import CZ3
import Core

/// A Z3 solver that is used once.
final class Solver {
  private let raw: Z3_solver
  private let context: Z3Context

  init?(_ kind: SolverKind, rlimit: UInt32, in context: Z3Context) {
    guard let raw = kind.make(in: context) else { return nil }
    self.raw = raw
    self.context = context
    Z3_solver_inc_ref(context.raw, raw)
    if rlimit > 0 { set("rlimit", rlimit) }
  }

  private func set(_ parameter: String, _ value: UInt32) {
    guard let parameters = Z3_mk_params(context.raw) else { return }
    Z3_params_inc_ref(context.raw, parameters)
    Z3_params_set_uint(context.raw, parameters, context.symbol(parameter), value)
    Z3_solver_set_params(context.raw, raw, parameters)
    Z3_params_dec_ref(context.raw, parameters)
  }

  /// Lets the solver of kind `simple` look at all at once: several times as fast for the explorer's questions.
  func ignoreRelevancy() { set("relevancy", 0) }

  deinit { Z3_solver_dec_ref(context.raw, raw) }

  func assert(_ terms: [Term]) {
    for term in terms {
      guard term.context === context else {
        context.record(error: "a term of another context was asserted")
        continue
      }
      Z3_solver_assert(context.raw, raw, term.raw)
      let code = Z3_get_error_code(context.raw)
      if code != Z3_OK {
        let text = Z3_get_error_msg(context.raw, code).map { String(cString: $0) } ?? ""
        context.record(error: "asserting a term: \(text)")
      }
    }
  }

  func check() -> Answer {
    switch Z3_solver_check(context.raw, raw) {
    case Z3_L_FALSE: return .no
    case Z3_L_TRUE:
      guard let model = Z3_solver_get_model(context.raw, raw) else { return .unknown("no model") }
      return .yes(Model(model, in: context))
    default:
      let reason = Z3_solver_get_reason_unknown(context.raw, raw).map { String(cString: $0) }
      return .unknown(reason ?? "no reason given")
    }
  }

  /// Which of `terms` contradict what was asserted, as far as the solver found out; nil where it found no contradiction.
  func core(of terms: [Term]) -> [Term]? {
    // Each hypothesis gets a name that implies it; assumed are the names.
    let names = terms.indices.map { context.constant("hypothesis!\($0)", context.boolean) }
    assert(zip(names, terms).map { $0 ==> $1 })
    let raws: [Z3_ast?] = names.map(\.raw)
    guard Z3_solver_check_assumptions(context.raw, raw, UInt32(raws.count), raws) == Z3_L_FALSE,
      let found = Z3_solver_get_unsat_core(context.raw, raw)
    else { return nil }
    Z3_ast_vector_inc_ref(context.raw, found)
    defer { Z3_ast_vector_dec_ref(context.raw, found) }
    let core = Set(
      (0..<Z3_ast_vector_size(context.raw, found)).map {
        context.term(Z3_ast_vector_get(context.raw, found, $0), making: "a name")
      })
    return zip(names, terms).filter { core.contains($0.0) }.map(\.1)
  }

  /// Declarations and assertions as SMT-LIB.
  var text: String { String(cString: Z3_solver_to_string(context.raw, raw)) }
}

// SPDX-License-Identifier: Apache-2.0
// One solver, for one question.

import CZ3

/// A Z3 solver that is used once.
final class Solver {
  private let raw: Z3_solver
  private let context: Z3Context

  init?(_ kind: SolverKind, rlimit: UInt32, in context: Z3Context) {
    guard let raw = kind.make(in: context) else { return nil }
    self.raw = raw
    self.context = context
    Z3_solver_inc_ref(context.raw, raw)
    guard rlimit > 0, let parameters = Z3_mk_params(context.raw) else { return }
    Z3_params_inc_ref(context.raw, parameters)
    Z3_params_set_uint(context.raw, parameters, context.symbol("rlimit"), rlimit)
    Z3_solver_set_params(context.raw, raw, parameters)
    Z3_params_dec_ref(context.raw, parameters)
  }

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

  /// Declarations and assertions as SMT-LIB.
  var text: String { String(cString: Z3_solver_to_string(context.raw, raw)) }
}

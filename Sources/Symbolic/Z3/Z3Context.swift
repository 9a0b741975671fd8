// SPDX-License-Identifier: Apache-2.0
// One Z3 context: the home of all terms of one thread.
//
// Nothing here traps on a mistake reported by Z3: the mistake is recorded, the result is a fresh constant that
// nothing is known of, and a prover answers `unknown` for every question of a context with recorded mistakes.

import CZ3

/// A Z3 context. Not thread-safe: one per thread, and its terms must be made, used and released on that thread.
public final class Z3Context: @unchecked Sendable {
  /// The context that code without a context at hand (literals) uses; set for the length of a closure.
  @TaskLocal public static var current: Z3Context?

  /// Z3's handle.
  let raw: Z3_context
  /// Mistakes that Z3 reported (sort mismatch, wrong arity…), oldest first. Not empty: nothing is proved.
  public private(set) var errors: [String] = []
  private var freshNames: UInt64 = 0
  /// Simplified terms, and what came of them, by the identity of the first.
  private var kept: [UInt32: (term: Term, simple: Term)]?

  /// Makes a context; nil only if Z3 cannot allocate one.
  public init?() {
    guard let configuration = Z3_mk_config() else { return nil }
    defer { Z3_del_config(configuration) }
    guard let raw = Z3_mk_context_rc(configuration) else { return nil }
    self.raw = raw
    // The default handler ends the process. Ours returns; the error code stays readable in the context.
    Z3_set_error_handler(raw) { _, _ in }
  }

  deinit { Z3_del_context(raw) }

  /// Keeps all terms that `body` simplifies until it ends. Z3 orders the parts of sums and disjunctions by when they were made; a
  /// term that was given up and made again would come out in another order. And each path makes most terms of the one before again.
  func keepingTerms<R>(_ body: () throws -> R) rethrows -> R {
    let outer = kept
    kept = outer ?? [:]
    defer { kept = outer }
    return try body()
  }
  func keep(_ term: Term, _ simple: Term) { kept?[term.identity] = (term, simple) }
  func simplified(_ term: Term) -> Term? { kept?[term.identity]?.simple }

  /// Runs `body` with this context as `Z3Context.current`.
  public func whileCurrent<R>(_ body: () throws -> R) rethrows -> R {
    try Z3Context.$current.withValue(self, operation: body)
  }

  /// Records a mistake: from now on no question of this context is answered with anything but `unknown`.
  public func record(error: String) { errors.append(error) }

  /// A term for `ast`; a fresh constant and a recorded mistake if Z3 refused to make it.
  func term(_ ast: Z3_ast?, making what: @autoclosure () -> String) -> Term {
    if let ast { return Term(ast, in: self) }
    let code = Z3_get_error_code(raw)
    let message = Z3_get_error_msg(raw, code).map { String(cString: $0) } ?? "error \(code.rawValue)"
    record(error: "making \(what()): \(message)")
    let poison = Z3_mk_fresh_const(raw, "refused", Z3_mk_bool_sort(raw))
    // A Boolean constant cannot be refused; were it, no later answer could be trusted either.
    guard let poison else { fatalError("Z3 cannot make a Boolean constant") }
    return Term(poison, in: self)
  }

  /// Z3's symbol for a name. Four characters Z3 would write in SMT-LIB so that nobody could read them again.
  func symbol(_ name: String) -> Z3_symbol? {
    if name.utf8.contains(where: { "'|\\\"".utf8.contains($0) }) {
      record(error: "a name that SMT-LIB cannot write: \(name)")
    }
    return Z3_mk_string_symbol(raw, name)
  }

  /// A name that this context has not given out before, starting with `stem`.
  public func freshName(_ stem: String) -> String {
    freshNames += 1
    return "\(stem)!\(freshNames)"
  }
}

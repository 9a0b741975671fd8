// SPDX-License-Identifier: Apache-2.0
// What a cached proof holds for: one program, one solver, one way of asking.

import Proofs

/// Names everything that the result of a theorem depends on.
public struct ProofKey: Sendable, Hashable {
  /// SHA-256 over the parts, in hexadecimal.
  public let text: String

  /// The key of a program, given by the SHA-256 of its executable (theorems, core, model and explorer are linked into it),
  /// of a solver's full version, and of the options.
  public init(program: String, solver: String = solverVersion, options: Report.Options = Report.Options()) {
    let kind = options.solver?.description ?? "each theorem's own"
    text = sha256(
      Array("program \(program)\nsolver \(solver)\nkind \(kind)\nrlimit \(options.rlimit)\n".utf8))
  }
}

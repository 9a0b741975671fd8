// SPDX-License-Identifier: Apache-2.0
// The results of theorems as JSON.

/// Reports about theorems, for programs.
public enum TheoremJSON {
  /// The report; its members are stable.
  public static func render(
    _ results: [TheoremResult], _ circumstances: TheoremText.Circumstances, program: String?
  ) -> String {
    JSON.compact([
      ("format", "ostrog-theorems"), ("version", .integer(1)), ("tool", "ostrog verify"),
      ("toolVersion", .string(toolVersion)), ("toolSHA256", .optional(program)),
      ("solver", .string(solverVersion)),
      ("proved", .bool(!results.isEmpty && results.allSatisfy(\.isProved))),
      ("milliseconds", .number(Int(circumstances.elapsed / .milliseconds(1)))),
      ("threads", .number(circumstances.threads)), ("theorems", .array(results.map(theorem))),
    ]).text
  }

  private static func theorem(_ result: TheoremResult) -> JSON {
    JSON.compact([
      ("name", .string(result.name)), ("statement", .string(result.statement)),
      ("properties", .array(result.properties.map(JSON.string))), ("proved", .bool(result.isProved)),
      ("cached", .bool(result.provedOn != nil)), ("provedOn", .optional(result.provedOn)),
      ("obligations", .number(result.obligations)), ("paths", .number(result.paths)),
      ("milliseconds", .number(Int(result.milliseconds.rounded()))),
      (
        "failures",
        .array(
          result.failures.map { failure in
            .object([
              ("obligation", .string(failure.obligation)),
              ("outcome", failure.isUnknown ? "unknown" : "failed"),
              ("text", .string(failure.text)),
            ])
          })
      ),
    ])
  }
}

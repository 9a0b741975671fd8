// SPDX-License-Identifier: Apache-2.0
// The results of theorems as text.

/// Reports about theorems, for people.
public enum TheoremText {
  /// What a table says beside the results.
  public struct Circumstances: Sendable {
    /// Wall time of the run.
    public var elapsed: Duration
    /// Threads that proved.
    public var threads: Int
    /// Makes them.
    public init(elapsed: Duration, threads: Int) {
      self.elapsed = elapsed
      self.threads = threads
    }
  }

  /// One line for a theorem that has ended.
  public static func line(_ result: TheoremResult) -> String {
    let verdict = result.isProved ? "proved    " : "NOT PROVED"
    return "\(verdict)  \(result.name), \(counted(result.obligations, "obligation")), \(time(result))"
  }

  /// Names and statements, without results.
  public static func list(_ results: [(name: String, properties: [String], statement: String)], verbose: Bool)
    -> String
  {
    results.map { "\($0.name)  \($0.properties.joined(separator: " "))\n" + statement($0.statement, verbose) }
      .joined()
  }

  /// The table, the failures, and one line that sums up. Quiet: without the table.
  public static func render(
    _ results: [TheoremResult], _ circumstances: Circumstances, style: Style,
    detail: TextReport.Detail = .normal
  ) -> String {
    var text = detail == .quiet ? "" : table(results, style, verbose: detail == .full)
    for result in results {
      for failure in result.failures {
        let word = failure.isUnknown ? "UNKNOWN" : "FAILED"
        text += style.red("\(word) \(result.name) / \(failure.obligation)") + "\n"
        text += failure.text.split(separator: "\n").map { "  \($0)\n" }.joined()
      }
    }
    return text + summary(results, circumstances, style) + "\n"
  }

  private static func table(_ results: [TheoremResult], _ style: Style, verbose: Bool) -> String {
    let name = max(7, results.map(\.name.count).max() ?? 0) + 2
    let properties = max(10, results.map { $0.properties.joined(separator: " ").count }.max() ?? 0) + 2
    var text =
      style.bold(
        "THEOREM".padded(name) + "PROPERTIES".padded(properties) + "OBLIGATIONS   PATHS       TIME") + "\n"
    for result in results {
      text +=
        style.bold(result.name.padded(name)) + result.properties.joined(separator: " ").padded(properties)
      text += right(String(result.obligations), 11) + right(result.paths == 0 ? "-" : String(result.paths), 8)
      text += right(Duration.milliseconds(result.milliseconds).text, 11)
      if result.provedOn != nil { text += style.dim("  cached") }
      if !result.isProved { text += style.red("  NOT PROVED") }
      text += "\n" + style.dim(statement(result.statement, verbose))
    }
    return text + "\n"
  }

  private static func summary(_ results: [TheoremResult], _ circumstances: Circumstances, _ style: Style)
    -> String
  {
    let proved = results.count { $0.isProved }
    let cached = results.count { $0.provedOn != nil }
    let obligations = results.reduce(0) { $0 + $1.obligations }
    let paths = results.reduce(0) { $0 + $1.paths }
    let verdict =
      proved == results.count && !results.isEmpty
      ? style.green("proved: \(proved) of \(counted(results.count, "theorem"))")
      : style.red("NOT PROVED: \(results.count - proved) of \(counted(results.count, "theorem"))")
    var text = "\(verdict), \(counted(obligations, "obligation")), \(counted(paths, "path")) of the core; "
    text += "\(circumstances.elapsed.text) on \(counted(circumstances.threads, "thread")), \(solverVersion)"
    if cached > 0 {
      let before = results.filter { $0.provedOn != nil }.reduce(0.0) { $0 + $1.milliseconds }
      text +=
        "; \(cached) from the cache, which took \(Duration.milliseconds(before).text) when they were proved"
    }
    return text
  }

  private static func time(_ result: TheoremResult) -> String {
    let took = Duration.milliseconds(result.milliseconds).text
    return result.provedOn.map { "\(took) when proved on \($0), cached" } ?? took
  }

  private static func statement(_ statement: String, _ verbose: Bool) -> String {
    broken(verbose ? statement : firstSentence(statement), width: 106).map { "    \($0)\n" }.joined()
  }

  /// The first sentence, which says what is claimed; what follows it are conditions and explanations.
  static func firstSentence(_ text: String) -> String {
    var before: Character = " "
    for index in text.indices {
      let rest = text[text.index(after: index)...]
      if text[index] == ".", rest.first == " ", rest.dropFirst().first?.isUppercase == true,
        before.isLetter || before == ")"
      {
        return String(text[...index])
      }
      before = text[index]
    }
    return text
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

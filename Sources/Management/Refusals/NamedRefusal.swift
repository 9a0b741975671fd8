// SPDX-License-Identifier: Apache-2.0
// Why something was not done: what, why, where that comes from, and what to do about it.

/// A refusal in words.
public struct NamedRefusal: Error, Sendable, Equatable {
  /// What was asked for: `enable`, `cell load tick`.
  public var what: String
  /// Why it was not done, in one sentence.
  public var reason: String
  /// The errno's name where there was one, a code of verify's, or of the tool's.
  public var code: String
  /// Where that comes from.
  public var causes: [String]
  /// What to do about it.
  public var remedies: [String]
  /// What the loader said of it in the kernel's log.
  public var said: [String]
  /// A report that comes before all this, as it is: verify's.
  public var report: String

  /// Makes one.
  public init(
    _ what: String, _ reason: String, code: String, causes: [String] = [], remedies: [String] = [],
    said: [String] = [], report: String = ""
  ) {
    self.what = what
    self.reason = reason
    self.code = code
    self.causes = causes
    self.remedies = remedies
    self.said = said
    self.report = report
  }

  /// The lines to print.
  public var lines: [String] {
    report.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLastEmpty()
      + ["error: \(what): \(reason) [\(code)]"]
      + said.map { "    the loader says: \($0)" }
      + causes.map { "    cause: \($0)" }
      + remedies.map { "    remedy: \($0)" }
  }
}

extension Array where Element == String {
  /// Without the empty lines at the end.
  fileprivate func dropLastEmpty() -> [String] { Array(reversed().drop(while: \.isEmpty).reversed()) }
}

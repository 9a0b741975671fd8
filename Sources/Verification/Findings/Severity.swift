// SPDX-License-Identifier: Apache-2.0
// How grave a finding is.

/// How grave a finding is; errors alone decide the exit status (with `--strict`, warnings too).
public enum Severity: Int, Sendable, Hashable, Comparable, CaseIterable {
  /// Worth knowing; nothing needs to change.
  case note
  /// Works, but a user would want to know.
  case warning
  /// Isolation is broken, or the hypervisor must refuse the configuration.
  case error

  /// The word that reports print.
  public var word: String {
    switch self {
    case .note: "note"
    case .warning: "warning"
    case .error: "error"
    }
  }

  /// Orders note before warning before error.
  public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
}

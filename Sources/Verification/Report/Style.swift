// SPDX-License-Identifier: Apache-2.0
// Colours of a terminal, or none.

/// How words are set off in text reports.
public struct Style: Sendable {
  /// True where the output is a terminal that shows colours.
  public var colours: Bool
  /// Plain or coloured.
  public init(colours: Bool) { self.colours = colours }

  private func wrap(_ code: String, _ text: String) -> String {
    colours ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
  func bold(_ text: String) -> String { wrap("1", text) }
  func dim(_ text: String) -> String { wrap("2", text) }
  func blue(_ text: String) -> String { wrap("1;34", text) }
  func green(_ text: String) -> String { wrap("1;32", text) }
  func red(_ text: String) -> String { wrap("1;31", text) }
  func severity(_ severity: Severity, _ text: String) -> String {
    switch severity {
    case .error: wrap("1;31", text)
    case .warning: wrap("1;33", text)
    case .note: wrap("1;36", text)
    }
  }
}

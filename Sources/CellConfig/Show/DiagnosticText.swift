// SPDX-License-Identifier: Apache-2.0
// Messages as a compiler prints them: place, sentence, the line with a caret, the remedy.

extension Place {
  /// `file:line:column`, or `file: byte N`.
  public var label: String {
    if let line { return "\(file):\(line):\(column ?? 1)" }
    if let offset { return "\(file): byte \(offset)" }
    return file
  }
}

extension Diagnostic {
  /// The lines to print.
  public var lines: [String] {
    var lines = ["\(place.label): \(isError ? "error" : "warning"): \(message) [\(code)]"]
    if let excerpt = place.excerpt, !excerpt.isEmpty, let column = place.column {
      // Tabs stay tabs, so that the caret stands under the letter.
      let lead = String(excerpt.prefix(max(0, column - 1)).map { $0 == "\t" ? "\t" : " " })
      lines += ["    \(excerpt)", "    \(lead)^"]
    }
    if !remedy.isEmpty { lines.append("    remedy: \(remedy)") }
    return lines
  }
}

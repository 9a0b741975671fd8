// SPDX-License-Identifier: Apache-2.0
// One finding on the page.

import CellConfig

/// Findings as HTML.
enum FindingCard {
  static func html(_ finding: Finding) -> String {
    var html =
      "<article class=\"finding \(finding.severity.word)\"><h3><span class=\"code\">\(escaped(finding.code))"
    html += "</span> <span class=\"word\">\(finding.severity.word)</span> \(escaped(finding.title))</h3>"
    html += side(finding.primary)
    if let other = finding.secondary { html += side(other) }
    html += "<dl>"
    if let witness = finding.witness { html += "<dt>witness</dt><dd>\(escaped(witness.text))</dd>" }
    html += "<dt>consequence</dt><dd>\(escaped(finding.consequence))</dd>"
    return html + "<dt>remedy</dt><dd>\(escaped(finding.remedy))</dd></dl></article>"
  }

  private static func side(_ side: Side) -> String {
    var html = "<div class=\"side\"><div class=\"place\">\(escaped(placeText(side.place)))</div>"
    if let line = side.place.line, let excerpt = side.place.excerpt {
      let (start, length) = span(side.place, excerpt)
      let text = Array(excerpt)
      let end = min(start + length, text.count)
      let from = min(start, end)
      html += "<pre><span class=\"line\">\(line)</span>\(escaped(String(text[..<from])))"
      html += "<mark>\(escaped(String(text[from..<end])))</mark>\(escaped(String(text[end...])))</pre>"
    }
    return html + "<div class=\"label\">\(escaped(side.label))</div></div>"
  }
}

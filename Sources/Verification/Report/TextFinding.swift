// SPDX-License-Identifier: Apache-2.0
// One finding as a good compiler prints it: both places with excerpts, then witness, consequence, remedy.

import CellConfig

/// Text is broken at this width, where it is prose.
private let textWidth = 110

/// A finding as lines of text.
func textReport(_ finding: Finding, _ style: Style) -> String {
  let head = style.severity(finding.severity, "\(finding.severity.word)[\(finding.code)]")
  let numbers = [finding.primary.place.line, finding.secondary?.place.line].compactMap { $0 }
  let margin = String(numbers.max() ?? 0).count
  var lines = ["\(head)\(style.bold(": " + finding.title))"]
  lines += sideLines(finding.primary, "-->", "^", margin, finding.severity, style)
  if let other = finding.secondary { lines += sideLines(other, ":::", "-", margin, nil, style) }
  let pad = String(repeating: " ", count: margin)
  lines.append("\(pad) \(style.blue("|"))")
  if let witness = finding.witness { lines += note("witness", witness.text, pad, style) }
  lines += note("consequence", finding.consequence, pad, style)
  lines += note("remedy", finding.remedy, pad, style)
  return lines.joined(separator: "\n") + "\n"
}

/// A place, its excerpt with a mark under it, and what stands there.
private func sideLines(
  _ side: Side, _ arrow: String, _ mark: Character, _ margin: Int, _ severity: Severity?, _ style: Style
) -> [String] {
  let pad = String(repeating: " ", count: margin)
  let place = side.place
  var lines = ["\(pad)\(style.blue(arrow)) \(placeText(place))"]
  func paint(_ text: String) -> String { severity.map { style.severity($0, text) } ?? style.blue(text) }
  guard let line = place.line, let excerpt = place.excerpt else {
    if side.label.isEmpty { return lines }
    return lines + broken(side.label, width: textWidth).map { "\(pad) \(style.blue("|"))  \(paint($0))" }
  }
  let number = String(line)
  let text = excerpt.replacingTabs
  let (start, length) = span(place, text)
  lines.append("\(pad) \(style.blue("|"))")
  lines.append(
    style.blue(String(repeating: " ", count: margin - number.count) + number + " | ") + text)
  let under = String(repeating: " ", count: start) + paint(String(repeating: mark, count: length))
  let bar = "\(pad) \(style.blue("|")) "
  if side.label.isEmpty {
    lines.append(bar + under)
  } else if start + length + side.label.count < textWidth {
    lines.append("\(bar)\(under) \(paint(side.label))")
  } else {
    // A long label goes below its mark.
    let indent = min(start, 12)
    lines.append(bar + under)
    lines += broken(side.label, width: textWidth - indent).map {
      bar + String(repeating: " ", count: indent) + paint($0)
    }
  }
  return lines
}

/// Column (from 0) and length of what a place marks: the value that begins at its column.
func span(_ place: Place, _ text: String) -> (start: Int, length: Int) {
  let characters = Array(text)
  let indent = characters.prefix { $0 == " " }.count
  let start = min(max((place.column ?? indent + 1) - 1, 0), max(characters.count - 1, 0))
  // Inside `[…]` or `{…}` a value ends at a comma or at the bracket that closes around it.
  let isInside = depth(characters[..<start]) > 0
  var level = 0
  var quote: Character?
  var end = start
  while end < characters.count {
    let character = characters[end]
    if let open = quote {
      if character == open { quote = nil }
    } else if character == "\"" || character == "'" {
      quote = character
    } else if character == "[" || character == "{" {
      level += 1
    } else if character == "]" || character == "}" {
      if level == 0, isInside { break }
      level -= 1
    } else if character == ",", level == 0, isInside {
      break
    } else if character == "#", end > start, characters[end - 1] == " " {
      break
    }
    end += 1
  }
  while end > start + 1, characters[end - 1] == " " { end -= 1 }
  return (start, max(1, end - start))
}

/// How many brackets are open at the end of a text.
private func depth(_ text: ArraySlice<Character>) -> Int {
  text.reduce(0) { level, character in
    "[{".contains(character) ? level + 1 : "]}".contains(character) ? level - 1 : level
  }
}

/// `configs/rtos.cell:12:5`, or `rtos.cell, byte 0x84`.
func placeText(_ place: Place) -> String {
  if let line = place.line { return "\(place.file):\(line)" + (place.column.map { ":\($0)" } ?? "") }
  if let offset = place.offset { return "\(place.file), byte \(hex(offset))" }
  return place.file
}

private func note(_ word: String, _ text: String, _ pad: String, _ style: Style) -> [String] {
  let indent = pad + " " + String(repeating: " ", count: word.count + 4)
  let lines = broken(text, width: textWidth - indent.count)
  return lines.enumerated().map { index, line in
    index == 0 ? "\(pad) \(style.blue("=")) \(style.bold(word + ":")) \(line)" : indent + line
  }
}

/// Prose broken at spaces.
func broken(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  if !line.isEmpty || lines.isEmpty { lines.append(line) }
  return lines
}

extension String {
  /// Tabs as single spaces, so that columns count.
  fileprivate var replacingTabs: String { String(map { $0 == "\t" ? " " : $0 }) }
}

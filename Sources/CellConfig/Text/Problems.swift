// SPDX-License-Identifier: Apache-2.0
// Collects what is wrong with one file, so that a run reports all of it and not the first mistake only.

/// The codes of the text form's messages. docs/cell-format.md lists them.
enum TextCode: String, CaseIterable {
  /// Not YAML, or YAML that the form does not use.
  case syntax = "Y1"
  case unknownKey = "Y2"
  case duplicate = "Y3"
  case wrongKind = "Y4"
  case malformed = "Y5"
  case outOfRange = "Y6"
  case missing = "Y7"
  case unknownName = "Y8"
  case placement = "Y9"
  case contradiction = "Y10"
  case noMachine = "Y11"
  case ambiguous = "Y12"
  case unreadable = "Y13"
  case noInterrupt = "Y14"
}

/// The messages of one file.
final class Problems {
  let path: String
  private let lines: [Substring]
  private var collected: [Diagnostic] = []
  /// A hostile file must not make an endless report.
  private static let limit = 50

  init(path: String, text: String = "") {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// All messages, in the order of the file.
  var diagnostics: [Diagnostic] {
    func key(_ diagnostic: Diagnostic) -> (Int, Int) {
      (diagnostic.place.line ?? 0, diagnostic.place.column ?? 0)
    }
    return collected.enumerated().sorted { a, b in
      key(a.element) == key(b.element) ? a.offset < b.offset : key(a.element) < key(b.element)
    }.map(\.element)
  }

  private var isFull: Bool { collected.count >= Self.limit }

  var hasErrors: Bool { collected.contains(where: \.isError) }
  var warnings: [Diagnostic] { diagnostics.filter { !$0.isError } }

  /// The place of a position, with the text of its line (at most 200 characters).
  func place(_ position: TextPosition) -> Place {
    let index = position.line - 1
    var excerpt: String?
    if lines.indices.contains(index) {
      excerpt = String(lines[index].prefix(200).filter { $0 != "\r" && $0 != "\0" })
    }
    return Place(file: path, line: position.line, column: position.column, excerpt: excerpt)
  }

  /// Notes an error.
  ///
  /// The texts are made only if they are kept: looking for what a user may have meant takes time, and a hostile
  /// file can be wrong in a hundred thousand places.
  func error(
    _ code: TextCode, _ message: @autoclosure () -> String, remedy: @autoclosure () -> String,
    at position: TextPosition
  ) {
    if isFull { return }
    add(Diagnostic(code: code.rawValue, message: message(), remedy: remedy(), place: place(position)))
  }

  /// Notes something that does not make the file unusable.
  func warning(_ code: TextCode, _ message: String, remedy: String, at position: TextPosition) {
    add(
      Diagnostic(
        code: code.rawValue, isError: false, message: message, remedy: remedy, place: place(position)))
  }

  /// Notes a message made elsewhere.
  func add(_ diagnostic: Diagnostic) {
    if !isFull { collected.append(diagnostic) }
  }
}

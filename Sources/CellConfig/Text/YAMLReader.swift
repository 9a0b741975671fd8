// SPDX-License-Identifier: Apache-2.0
// The only file that knows Yams: text in, nodes with positions out.

import Yams

/// Parses YAML into nodes. Anchors, aliases, tags and several documents are not part of the form.
enum YAMLReader {
  /// The document's root, or nil with the reason in `problems`.
  static func read(_ text: String, problems: Problems) -> TextNode? {
    let start = TextPosition(line: 1, column: 1)
    if let position = TextGuard.firstExcessAlias(text) {
      refuseAlias(at: position, problems)
      return nil
    }
    do {
      // `basic` leaves every scalar a string: no regular expressions are compiled.
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else {
        problems.error(
          .syntax, "the file is empty", remedy: "start it with `machine: NAME` or `cell: NAME`", at: start)
        return nil
      }
      let node = convert(root, depth: 0, problems)
      // Anchors are weak references into the parser: it must outlive the conversion.
      return withExtendedLifetime(parser) { node }
    } catch let error as YamlError {
      report(error, problems)
    } catch {
      problems.error(.syntax, "the file cannot be parsed", remedy: "check its YAML syntax", at: start)
    }
    return nil
  }

  private static func refuseAlias(at position: TextPosition, _ problems: Problems) {
    problems.error(
      .syntax, "anchors (&name) and aliases (*name) are not part of the form",
      remedy: "write the value out; put text that starts with & or * into quotes", at: position)
  }

  private static func position(_ node: Node) -> TextPosition {
    TextPosition(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func convert(_ node: Node, depth: Int, _ problems: Problems) -> TextNode? {
    let position = position(node)
    guard depth <= TextGuard.maximumDepth else {
      problems.error(
        .syntax, "more than \(TextGuard.maximumDepth) nested levels", remedy: "the form needs seven",
        at: position)
      return nil
    }
    guard node.anchor == nil else {
      refuseAlias(at: position, problems)
      return nil
    }
    let count = node.sequence?.count ?? node.mapping?.count ?? 0
    guard count <= TextGuard.maximumItems else {
      problems.error(
        .syntax, "\(count) items in one place",
        remedy: "no list or mapping has more than \(TextGuard.maximumItems)",
        at: position)
      return nil
    }
    switch node {
    case .scalar(let scalar):
      let quoted = scalar.style != .plain && scalar.style != .any
      return TextNode(value: .scalar(scalar.string, quoted: quoted), position: position)
    case .sequence(let sequence):
      var items: [TextNode] = []
      for item in sequence {
        guard let converted = convert(item, depth: depth + 1, problems) else { return nil }
        items.append(converted)
      }
      return TextNode(value: .list(items), position: position)
    case .mapping(let mapping):
      var entries: [TextEntry] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          problems.error(
            .wrongKind, "a key must be a single word", remedy: "write `key: value`", at: Self.position(key))
          return nil
        }
        guard let converted = convert(value, depth: depth + 1, problems) else { return nil }
        entries.append(TextEntry(key: name.string, position: Self.position(key), value: converted))
      }
      return TextNode(value: .map(entries), position: position)
    case .alias:
      refuseAlias(at: position, problems)
      return nil
    }
  }

  private static func report(_ error: YamlError, _ problems: Problems) {
    func syntax(_ context: YamlError.Context?, _ problem: String, _ mark: Mark) {
      problems.error(
        .syntax, "not valid YAML: \(problem)" + (context.map { " (\($0.text))" } ?? ""),
        remedy: "check indentation, quotes and brackets here and in the line above",
        at: TextPosition(line: max(1, mark.line), column: max(1, mark.column)))
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      syntax(context, problem, mark)
    case .duplicatedKeysInMapping(let names, let context):
      let shown = names.prefix(3).map { "`\($0.prefix(40))`" }.joined(separator: ", ")
      problems.error(
        .duplicate, "\(shown) stands more than once in this mapping",
        remedy: "remove one, or make one list of the two",
        at: TextPosition(line: max(1, context.mark.line), column: max(1, context.mark.column)))
    case .reader(let problem, _, _, _):
      problems.error(
        .syntax, "the text holds a character that YAML forbids: \(problem)",
        remedy: "remove control characters", at: TextPosition(line: 1, column: 1))
    default:
      problems.error(
        .syntax, "the file cannot be parsed", remedy: "check its YAML syntax",
        at: TextPosition(line: 1, column: 1))
    }
  }
}

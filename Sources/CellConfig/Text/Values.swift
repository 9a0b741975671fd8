// SPDX-License-Identifier: Apache-2.0
// Single values of the text form, read with an error at their position where they are wrong.

extension Problems {
  private func fault<T>(_ fault: NumberFault, _ node: TextNode, _ what: String, maximum: T) -> T?
  where T: FixedWidthInteger & UnsignedInteger {
    let shown = node.scalar.map { "`\($0.prefix(60))`" } ?? node.kind
    switch fault {
    case .malformed(let expected):
      error(
        .malformed, "`\(what)` is \(shown), which is no number", remedy: "write \(expected)",
        at: node.position)
    case .tooLarge:
      error(
        .outOfRange, "`\(what)` is \(shown), which does not fit \(T.bitWidth) bits",
        remedy: "the largest value is 0x\(hex(UInt64(maximum)))", at: node.position)
    }
    return nil
  }

  /// The word of a scalar.
  func word(_ node: TextNode, _ what: String) -> String? {
    if let word = node.scalar, !node.isNull { return word }
    error(
      .wrongKind, "`\(what)` must be a single value, not \(node.kind)", remedy: "write `\(what): VALUE`",
      at: node.position)
    return nil
  }

  func string(_ node: TextNode, _ what: String) -> String? {
    if case .scalar(let text, quoted: true) = node.value { return text }
    return word(node, what)
  }

  func bool(_ node: TextNode, _ what: String) -> Bool? {
    switch word(node, what) {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    case let word?:
      error(
        .malformed, "`\(what)` is `\(word.prefix(60))`, neither true nor false",
        remedy: "write true or false",
        at: node.position)
      return nil
    case nil: return nil
    }
  }

  func number<T: FixedWidthInteger & UnsignedInteger>(_ node: TextNode, _ what: String, _: T.Type = T.self)
    -> T?
  {
    guard let word = word(node, what) else { return nil }
    do throws(NumberFault) {
      let value = try Numbers.number(word)
      guard let narrow = T(exactly: value) else { throw NumberFault.tooLarge }
      return narrow
    } catch { return fault(error, node, what, maximum: T.max) }
  }

  func size(_ node: TextNode, _ what: String) -> UInt64? {
    guard let word = word(node, what) else { return nil }
    do throws(NumberFault) { return try Numbers.size(word) } catch {
      return fault(error, node, what, maximum: UInt64.max)
    }
  }

  /// The items of a list; a single value is a list of one.
  func list(_ node: TextNode) -> [TextNode] {
    if case .list(let items) = node.value { return items }
    return node.isNull ? [] : [node]
  }

  /// A type: one of `terms`, or its number.
  func term(_ node: TextNode, _ what: String, _ terms: [Term]) -> UInt64? {
    guard let word = word(node, what) else { return nil }
    if let term = terms.first(where: { $0.word == word }) { return term.value }
    if let number = try? Numbers.number(word) { return number }
    error(
      .unknownName, "`\(what)` is `\(word.prefix(60))`, which is unknown",
      remedy: remedy(for: word, in: terms.map(\.word)), at: node.position)
    return nil
  }

  /// A type that must fit a narrow field.
  func term<T: FixedWidthInteger & UnsignedInteger>(
    _ node: TextNode, _ what: String, _ terms: [Term], as _: T.Type
  ) -> T? {
    guard let value = term(node, what, terms) else { return nil }
    return T(exactly: value) ?? fault(.tooLarge, node, what, maximum: T.max)
  }

  /// A set of flags: words of `terms`, or numbers, or'ed together.
  func flags(_ node: TextNode, _ what: String, _ terms: [Term]) -> UInt64? {
    var bits: UInt64 = 0
    var good = true
    for item in list(node) {
      if let value = term(item, what, terms) { bits |= value } else { good = false }
    }
    return good ? bits : nil
  }

  /// Ranges of numbers: `3`, `2-3`, `0-1,4`, `[0, 4-7]`; every end at most `maximum`.
  func ranges(_ node: TextNode, _ what: String, maximum: UInt64) -> [ClosedRange<UInt64>] {
    var result: [ClosedRange<UInt64>] = []
    for item in list(node) {
      guard let word = word(item, what) else { continue }
      let parts = word.split(separator: ",", omittingEmptySubsequences: false)
      if parts.count > TextGuard.maximumItems {
        error(
          .outOfRange, "`\(what)` lists \(parts.count) ranges",
          remedy: "no list has more than \(TextGuard.maximumItems)", at: item.position)
        continue
      }
      for part in parts {
        do throws(NumberFault) {
          let range = try Numbers.range(String(part).trimmed)
          guard range.upperBound <= maximum else {
            error(
              .outOfRange, "`\(what)`: \(range.upperBound) is too large",
              remedy: "the largest value here is \(maximum) (0x\(hex(maximum)))", at: item.position)
            continue
          }
          result.append(range)
        } catch { _ = fault(error, item, what, maximum: UInt64.max) }
      }
    }
    return result
  }

  /// A PCI function.
  func function(_ node: TextNode, _ what: String) -> PCIFunction? {
    guard let word = word(node, what) else { return nil }
    if let function = PCIFunction(word) { return function }
    error(
      .malformed, "`\(what)` is `\(word.prefix(60))`, which is no PCI function",
      remedy: "write bus:device.function in hexadecimal, like 00:1f.6", at: node.position)
    return nil
  }

  /// A cell's name: what the binary form can hold.
  func cellName(_ node: TextNode) -> String? {
    guard let name = string(node, "cell") else { return nil }
    if name.utf8.count <= 31, !name.utf8.contains(0) { return name }
    error(
      .outOfRange, "the cell's name has \(name.utf8.count) bytes", remedy: "use at most 31, none of them NUL",
      at: node.position)
    return nil
  }

  /// A name of a machine or device: 1 to 31 printable ASCII characters without blanks.
  func identifier(_ node: TextNode, _ what: String) -> String? {
    guard let word = string(node, what) else { return nil }
    let good = (1...31).contains(word.utf8.count) && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    if good { return word }
    error(
      .malformed, "`\(what)` is `\(word.prefix(60))`, which cannot be a name",
      remedy: "use 1 to 31 letters, digits, `-`, `_` or other printable ASCII characters, without blanks",
      at: node.position)
    return nil
  }
}

// SPDX-License-Identifier: Apache-2.0
// Channels: declared in the machine file, referred to in cell files.

/// Reads links.
enum LinkSyntax {
  static let example = "{between: [control, vision], size: 1M}"

  /// `{between: [control, vision], size: 1M, as: ivshmem, common: 64K}` of a machine file.
  static func declaration(_ node: TextNode, _ problems: Problems) -> MachineLink? {
    let keys = ["between", "size", "at", "as", "common", "writer", "vectors", "protocol", "function"]
    guard let fields = Fields(node, "this link", keys: keys, problems, example: example) else { return nil }
    let ends = fields.required("between", example: "[control, vision]").map { problems.list($0) } ?? []
    let names = ends.compactMap { problems.string($0, "between") }
    guard let sizeNode = fields.required("size", example: "1M"), let size = problems.size(sizeNode, "size")
    else {
      return nil
    }
    guard names.count == ends.count, (2...12).contains(names.count), Set(names).count == names.count else {
      problems.error(
        .outOfRange, "a link has 2 to 12 different cells at its ends",
        remedy: "write `between: [control, vision]`",
        at: fields.place(of: "between"))
      return nil
    }
    var link = MachineLink(between: names, size: size, position: node.position)
    link.at = fields.size("at")
    link.common = fields.size("common") ?? 0
    if let word = fields.string("as") {
      guard let form = MachineLink.Form(rawValue: word) else {
        problems.error(
          .unknownName, "`\(word.prefix(60))` is no form of link",
          remedy: remedy(for: word, in: ["ivshmem", "plain"]),
          at: fields.place(of: "as"))
        return nil
      }
      link.form = form
    }
    link.writer = fields.string("writer")
    if let writer = link.writer, !names.contains(writer) || link.form == .ivshmem {
      problems.error(
        .contradiction, "`writer` must be one end of a link `as: plain`",
        remedy: "in ivshmem every end has a section that only it writes", at: fields.place(of: "writer"))
    }
    link.vectors = fields.number("vectors") ?? 2
    if link.vectors > 16 {
      problems.error(
        .outOfRange, "a link has at most 16 vectors", remedy: "lower `vectors`",
        at: fields.place(of: "vectors"))
    }
    if let node = fields["protocol"] {
      link.protocolNumber = problems.term(node, "protocol", Vocabulary.protocols, as: UInt16.self) ?? 0
    }
    link.function = fields["function"].flatMap { problems.function($0, "function") }
    check(link, fields)
    return link
  }

  private static func check(_ link: MachineLink, _ fields: Fields) {
    let pages = [link.size, link.at ?? 0, link.common].allSatisfy { $0 % 4096 == 0 }
    let least = UInt64(1 + (link.form == .ivshmem ? link.between.count : 0)) * 4096
    let room = link.size >= least && link.common <= link.size - least
    if link.form == .plain, link.common != 0 {
      fields.problems.error(
        .contradiction, "a plain link has no sections, so `common` means nothing",
        remedy: "remove `common`: all of it is common unless `writer` names one end",
        at: fields.place(of: "common"))
    }
    guard !pages || !room else { return }
    fields.problems.error(
      .placement,
      pages
        ? "\(link.size) bytes have no room for the sections of this link" : "a link is made of whole pages",
      remedy: "an ivshmem link needs one page for its state table and one for each end, plus `common`",
      at: fields.place(of: "size"))
  }

  /// `{with: vision, size: 1M}` or `vision` of a cell file.
  static func reference(_ node: TextNode, _ problems: Problems) -> LinkReference? {
    if let word = node.scalar { return LinkReference(with: [word], position: node.position) }
    guard
      let fields = Fields(
        node, "this link", keys: ["with", "size", "guest"], problems, example: "{with: vision, size: 1M}"),
      let with = fields.required("with", example: "vision")
    else { return nil }
    let names = problems.list(with).compactMap { problems.string($0, "with") }
    var reference = LinkReference(with: names, position: fields.place(of: "with"))
    reference.size = fields.size("size")
    reference.sizePosition = fields.place(of: "size")
    reference.guest = fields.size("guest")
    return reference
  }
}

/// A cell's wish for a link.
struct LinkReference {
  /// The cells at the other ends.
  var with: [String]
  /// What the cell believes the size to be.
  var size: UInt64?
  var sizePosition = TextPosition(line: 1, column: 1)
  /// Guest-physical address; nil: the same as the host's.
  var guest: UInt64?
  var position: TextPosition
}

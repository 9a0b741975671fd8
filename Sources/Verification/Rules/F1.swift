// SPDX-License-Identifier: Apache-2.0
// F1: the file's shape.

import CellConfig

extension Rule {
  /// Signature, revision, architecture, and arrays that fit the file.
  static let f1 = Rule(
    "F1", .form, .error,
    "The file has a known signature, revision and architecture, and its header and arrays fit it exactly.",
    why: """
      The binary form has no checksum and no total length: a wrong count makes a reader take other bytes for regions. Counts are \
      added in 64 bits, so they cannot wrap. Bytes behind the last array are a warning (files with an array that is \
      declared but not counted ship), as is a revision that does not record its architecture.
      """,
    example: "A header that counts 12 memory regions in a file that ends after the tenth.",
    remedy: "Copy the file again, or rebuild it with a tool of revision 12, 13 or 14."
  ) { set in
    let mixed = set.cells.filter { $0.file.configuration.architecture != set.architecture }.map { member in
      Finding(
        "F1", .error,
        "\(member.title) is for \(member.file.configuration.architecture.label), its machine is "
          + set.architecture.label, at: set.side(member.index, .header), against: set.side(0, .header),
        witness: Witness(
          .number, UInt64(member.file.configuration.architecture.rawValue),
          "architecture \(member.file.configuration.architecture.rawValue)"),
        consequence: "The hypervisor refuses the cell (EINVAL).", remedy: "Use a cell file for this machine.")
    }
    return mixed
      + set.members.flatMap { member in
        member.file.warnings.map { Finding(diagnostic: $0, cell: member.name) }
      }
  }
}

extension Finding {
  /// A message of the reader as a finding.
  init(diagnostic: Diagnostic, cell: String? = nil) {
    let offset = diagnostic.place.offset.map { Witness(.fileOffset, UInt64($0), "byte \($0) (\(hex($0)))") }
    // A message about a whole file begins with its verb.
    let isWhole = diagnostic.place.line == nil && diagnostic.place.offset == nil
    self.init(
      diagnostic.code, diagnostic.isError ? .error : .warning,
      isWhole ? "\(diagnostic.place.file): \(diagnostic.message)" : diagnostic.message,
      at: Side(place: diagnostic.place, label: "", cell: cell), witness: offset,
      consequence: diagnostic.isError
        ? "The file says nothing that can be relied on." : "The file may not say what its author meant.",
      remedy: sentence(diagnostic.remedy))
  }
}

/// With a capital letter and a full stop, where it has neither.
private func sentence(_ text: String) -> String {
  guard let first = text.first else { return text }
  let body = first.uppercased() + text.dropFirst()
  return text.hasSuffix(".") ? body : body + "."
}

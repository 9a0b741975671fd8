// SPDX-License-Identifier: Apache-2.0
// F3: names.

import CellConfig

extension Rule {
  /// Every cell has a name of its own.
  static let f3 = Rule(
    "F3", .form, .error, "Every cell has a name of 1 to 31 characters, and no two cells share it.",
    why: """
      Tools address cells by name, and the hypervisor refuses a second cell with a name in use (EEXIST). The field has 32 \
      bytes with the terminator; a name that fills it has none.
      """,
    example: "Two cell files with the name linux-demo.", remedy: "Rename one of them."
  ) { set in
    var found: [Finding] = []
    var seen: [String: Int] = [:]
    for member in set.members {
      let name = member.cell.name
      func report(
        _ title: String, _ other: Side?, _ witness: Witness, _ consequence: String, _ remedy: String
      ) {
        found.append(
          Finding(
            "F3", .error, title, at: set.side(member.index, .name), against: other, witness: witness,
            consequence: consequence, remedy: remedy))
      }
      if name.isEmpty {
        report(
          "\(member.file.path): the cell has no name", nil, Witness(.number, 0, "the name has 0 characters"),
          "No tool can address the cell by name.", "Give it a name of up to 31 characters.")
      } else if name.utf8.count > 31 {
        report(
          "the name \"\(name)\" is not terminated", nil,
          Witness(.number, UInt64(name.utf8.count), "the name has \(name.utf8.count) bytes, at most 31 fit"),
          "A reader that trusts the terminator runs on into the next field.", "Shorten the name to 31 bytes.")
      } else if let other = seen[name] {
        report(
          "two cells have the name \(name)", set.side(other, .name),
          Witness(
            .number, UInt64(member.index), "\"\(name)\" is the name of members \(other) and \(member.index)"),
          "The second one cannot be created (EEXIST).", "Rename one of them.")
      } else {
        seen[name] = member.index
      }
    }
    return found
  }
}

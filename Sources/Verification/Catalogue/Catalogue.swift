// SPDX-License-Identifier: Apache-2.0
// All rules, in the order of the documentation.

/// The rules that `verify` checks.
public enum Catalogue {
  /// Every rule, in the order of the documentation.
  public static let rules: [Rule] = [
    .f1, .f2, .f3, .f4, .f5,
    .m1, .m2, .m3, .m4, .m5, .m6, .m7, .m8, .m9, .m10, .m11, .m12,
    .c1, .c2, .c3,
    .i1, .i2, .i3, .i4,
    .d1, .d2, .d3, .d4, .d5, .d6, .d7,
    .l1, .l2, .l3,
    .r3, .r9, .r10, .r16, .r17,
  ]

  /// The rule with a code, in any case.
  public static func rule(_ code: String) -> Rule? {
    rules.first { $0.code == code.uppercased() }
  }

  /// A rule reports at most so many findings of one set: nobody reads more, and hostile files have more.
  static let mostPerRule = 100

  /// What all rules find in a set, gravest first, then in the order of the catalogue.
  public static func check(_ set: MachineSet) -> [Finding] {
    let found = rules.flatMap { rule in
      capped(rule.check(set), set).map { finding in
        var finding = finding
        finding.machine = set.name
        return finding
      }
    }
    return gravestFirst(found)
  }

  /// The gravest findings of a rule, and a note that counts the rest.
  private static func capped(_ found: [Finding], _ set: MachineSet) -> [Finding] {
    guard found.count > mostPerRule, let code = found.first?.code else { return found }
    let grave = found.filter { $0.severity == .error } + found.filter { $0.severity != .error }
    let rest = Finding(
      code, .note, "\(found.count - mostPerRule) more findings of rule \(code) are not shown",
      at: set.side(0, .file),
      consequence: "They are of the same kind as those shown.",
      remedy: "Repair those that are shown, and verify again.")
    return grave.prefix(mostPerRule) + [rest]
  }
}

/// Errors before warnings before notes; within each, the order stays.
func gravestFirst(_ findings: [Finding]) -> [Finding] {
  findings.enumerated().sorted {
    ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
  }.map(\.element)
}

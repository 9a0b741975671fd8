// SPDX-License-Identifier: Apache-2.0
// Every rule has a set of files that triggers it and a near miss that does not.

import CellConfig
import Testing

@testable import Verification

@Suite struct RuleTests {
  /// Codes that no file can trigger, because they would be an error of Ostrog (tested in ConfirmTests), or that need
  /// --alternatives (tested in SetTests).
  static let withoutFiles: Set<String> = ["X2", "X3", "S4"]

  @Test func everyCodeHasATriggerAndANearMiss() {
    let codes = Catalogue.rules.map(\.code) + (Catalogue.grouping + Catalogue.proof).map(\.code)
    #expect(Set(codes).count == codes.count)
    for code in codes where !Self.withoutFiles.contains(code) {
      #expect(ruleCases.contains { $0.code == code && $0.isTrigger }, "\(code) has no trigger")
      #expect(ruleCases.contains { $0.code == code && !$0.isTrigger }, "\(code) has no near miss")
    }
    for one in ruleCases where one.code != "clean" {
      #expect(codes.contains(one.code), "\(one.name) belongs to no rule")
    }
  }

  @Test(arguments: ruleCases.filter(\.isTrigger))
  func triggers(_ one: RuleCase) throws {
    let outcome = one.run()
    let found = (outcome.findings + outcome.problems).filter { $0.code == one.code }
    #expect(!found.isEmpty, "\(one.name) finds only \((outcome.findings + outcome.problems).map(\.code))")
    for finding in found {
      #expect(!finding.title.isEmpty && !finding.consequence.isEmpty && !finding.remedy.isEmpty)
      #expect(!finding.primary.place.file.isEmpty)
    }
    // A set with an error is not isolated, and one whose only findings are warnings is.
    let hasError = outcome.findings.contains { $0.severity == .error }
    #expect(outcome.status(strict: false) == (outcome.problems.isEmpty ? (hasError ? 1 : 0) : 2))
  }

  @Test(arguments: ruleCases.filter { !$0.isTrigger })
  func staysSilent(_ one: RuleCase) {
    let outcome = one.run()
    let found = outcome.findings + outcome.problems
    if one.code == "clean" {
      #expect(found.isEmpty, "\(found.map { "\($0.code): \($0.title)" })")
    } else {
      #expect(!found.contains { $0.code == one.code }, "\(found.filter { $0.code == one.code }.map(\.title))")
    }
  }

  @Test(arguments: Catalogue.rules.map(\.code))
  func gravestFindingIsTheRulesSeverity(_ code: String) throws {
    let rule = try #require(Catalogue.rule(code))
    let found = ruleCases.filter { $0.code == code && $0.isTrigger }.flatMap { one in
      let outcome = one.run()
      return (outcome.findings + outcome.problems).filter { $0.code == code }
    }
    if RuleTests.withoutFiles.contains(code) || found.isEmpty { return }
    #expect(found.map(\.severity).max() == rule.severity)
  }
}

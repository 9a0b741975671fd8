// SPDX-License-Identifier: Apache-2.0
// Configurations of the shapes that ship with existing systems are not rejected for being unusual.

import CellConfig
import Testing

@testable import Verification

@Suite struct LeniencyTests {
  static let golden =
    testFolder.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Golden/files/"

  @Test(arguments: [
    ["classic-q35-root", "classic-q35-apic"], ["classic-q35-root", "classic-q35-linux"],
    ["classic-q35-r12-root"], ["classic-arm0-root", "classic-arm0-linux"],
    ["classic-arm1-root", "classic-arm1-linux"], ["classic-arm2-root", "classic-arm2-linux"],
    ["classic-arm64-root", "classic-arm64-cell"], ["classic-arm64-root", "classic-arm64-id-past-peers"],
    ["classic-carve-root", "classic-carve-cell"],
  ])
  func classicConfigurationsAreAccepted(_ names: [String]) {
    let outcome = verified(names.map { Self.golden + $0 + ".cell" })
    let errors = (outcome.findings + outcome.problems).filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(errors.map { "\($0.code): \($0.title)" })")
    #expect(outcome.status(strict: false) == 0)
  }
}

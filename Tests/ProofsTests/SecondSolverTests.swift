// SPDX-License-Identifier: Apache-2.0
// A second solver, cvc5, agrees with Z3 about the theorems of the model.
//
// By default about one obligation in eight is put to it; with SECOND_SOLVER=all in the environment, every one.

import Foundation
import Testing

@testable import Proofs

@Suite struct SecondSolverTests {
  @Test(.enabled(if: hasSecondSolver)) func aSecondSolverConfirms() throws {
    let everything = ProcessInfo.processInfo.environment["SECOND_SOLVER"] == "all"
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    var runner = Runner()
    runner.options.directory = folder.path
    // Z3's verdicts are tested elsewhere; here only the questions matter.
    let reports = runner.run(Catalogue.model)
    var (asked, confirmed) = (0, 0)
    for report in reports {
      let theorem = folder.appending(path: report.theorem)
      let files = (try? FileManager.default.contentsOfDirectory(atPath: theorem.path)) ?? []
      for file in files.sorted() where everything || Self.isDrawn(file) {
        let script = try String(contentsOf: theorem.appending(path: file), encoding: .utf8)
        let answer = try cvc5(script)
        asked += 1
        if script.contains("(set-info :status \(answer))") {
          confirmed += 1
        } else {
          Issue.record("\(report.theorem)/\(file): cvc5 says \(answer)")
        }
      }
    }
    print("cvc5 confirms \(confirmed) of \(asked) obligations of the model")
    #expect(asked >= Catalogue.model.count)
  }

  /// The first of each theorem, and then every eighth.
  private static func isDrawn(_ file: String) -> Bool { (Int(file.prefix(4)) ?? 1) % 8 == 1 }
}

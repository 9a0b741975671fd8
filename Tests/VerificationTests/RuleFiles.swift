// SPDX-License-Identifier: Apache-2.0
// The configurations under Tests/VerificationTests/Rules, by rule: what triggers it, and what just does not.

import CellConfig
@testable import Verification

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One set of files: all files that begin with `CODE-triggerN` or `CODE-nearN`.
struct RuleCase: CustomStringConvertible, Sendable {
  var code: String
  var name: String
  var isTrigger: Bool
  var paths: [String]
  var description: String { name }

  /// Verifies the set.
  func run() -> Outcome { verified(paths) }
}

/// Reads and verifies files.
func verified(_ paths: [String], _ options: VerifyOptions = VerifyOptions()) -> Outcome {
  let loaded = Loader.load(paths: paths)
  return verify(loaded.files, problems: loaded.problems, options: options)
}

/// The folder of the tests' configurations.
let testFolder: String = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }

/// All sets, in order.
let ruleCases: [RuleCase] = {
  let folder = testFolder + "/Rules"
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  var cases: [String: RuleCase] = [:]
  for name in names.sorted() where name.hasSuffix(".cell") {
    let parts = name.dropLast(5).split(separator: "-", maxSplits: 2)
    guard parts.count >= 2 else { continue }
    let set = "\(parts[0])-\(parts[1])"
    cases[
      set,
      default: RuleCase(
        code: String(parts[0]), name: set, isTrigger: parts[1].hasPrefix("trigger"), paths: [])
    ].paths.append(folder + "/" + name)
  }
  return cases.values.sorted { $0.name < $1.name }
}()

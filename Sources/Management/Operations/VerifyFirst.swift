// SPDX-License-Identifier: Apache-2.0
// Before the hypervisor is asked, verify is: of the whole set that there would be then.

import CellConfig
import Verification

/// What verify says of a set.
struct SetVerdict {
  /// The files that were read.
  var loaded: Loaded
  /// Whether the set is isolated, and what can be used at all.
  var status: Int32
  /// Verify's findings and verdict.
  var report: String
  /// What to print where all went well, but something is worth a look: the report, or nothing.
  var warnings: [String] = []
}

/// Judges sets.
enum VerifyFirst {
  /// Verifies what was loaded, if it was asked for; else status 0 where all could be read.
  static func judge(_ loaded: Loaded, isWanted: Bool) -> SetVerdict {
    if !isWanted {
      let problems = loaded.problems.filter(\.isError)
      return SetVerdict(
        loaded: loaded, status: problems.isEmpty ? 0 : 2,
        report: problems.flatMap(\.lines).joined(separator: "\n"))
    }
    let outcome = verify(loaded.files, problems: loaded.problems)
    let report = TextReport.render(outcome, style: Style(colours: false), detail: .quiet)
    return SetVerdict(
      loaded: loaded, status: outcome.status(strict: false), report: report,
      warnings: outcome.status(strict: true) == 0 ? [] : [report])
  }

  /// The refusal that comes of a verdict; nil where the set is isolated.
  static func refusal(_ what: String, _ verdict: SetVerdict) -> NamedRefusal? {
    switch verdict.status {
    case 0: nil
    case 1:
      NamedRefusal(
        what, "the set is not isolated; nothing was changed", code: "VERIFY",
        causes: ["verify's findings, above"],
        remedies: ["correct the files; `--no-verify` does it all the same"], report: verdict.report)
    default:
      NamedRefusal(
        what, "the files cannot be used; nothing was changed", code: "VERIFY",
        causes: ["the messages above"], remedies: ["correct the files"], report: verdict.report)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// `verify --diff OLD NEW`

import Verification

/// Compares two sets of files.
enum DiffMode {
  /// Returns the exit status: that of the new files.
  static func run(_ command: Verify) -> Int32 {
    let outcomes = command.diff.map { path in
      FilesMode.outcome(of: Inputs.expand([path]), command)
    }
    let (old, new) = (outcomes[0], outcomes[1])
    let style = Output.style(command.color)
    for outcome in outcomes where outcome.status(strict: false) == 2 {
      Output.complain(TextReport.render(outcome, style: Style(colours: false), detail: .quiet))
    }
    if outcomes.contains(where: { $0.status(strict: false) == 2 }) { return 2 }
    let diffs = compare(old, new)
    Output.print(command.format == .json ? DiffReport.json(diffs) : DiffReport.text(diffs, style: style))
    return new.status(strict: command.strict)
  }
}

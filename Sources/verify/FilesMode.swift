// SPDX-License-Identifier: Apache-2.0
// `verify FILES…`

import CellConfig
import Verification

/// Verifies files.
enum FilesMode {
  /// Returns the exit status.
  static func run(_ command: Verify) -> Int32 {
    let paths = Inputs.expand(command.files)
    let outcome = outcome(of: paths, command)
    let status = outcome.status(strict: command.strict)
    switch command.format {
    case .json: Output.print(JSONReport.render(outcome, strict: command.strict))
    case .sarif: Output.print(SARIFReport.render(outcome))
    case .text, .markdown:
      let detail: TextReport.Detail = command.quiet ? .quiet : command.verbose ? .full : .normal
      Output.print(TextReport.render(outcome, style: Output.style(command.color), detail: detail))
    }
    var written = true
    if command.report != nil || command.certificate != nil {
      let identity = Output.identity(date: command.date)
      if let path = command.report {
        written = Output.write(HTMLReport.render(outcome, identity), to: path, inputs: paths) && written
      }
      if let path = command.certificate {
        let theorems = TheoremStanding.all(in: TheoremsMode.cache(command, identity))
        let text =
          path.hasSuffix(".json")
          ? Certificate.json(outcome, identity, theorems: theorems)
          : Certificate.text(outcome, identity, theorems: theorems)
        written = Output.write(text, to: path, inputs: paths) && written
      }
    }
    return written ? status : 2
  }

  /// Reads and verifies.
  static func outcome(of paths: [String], _ command: Verify) -> Outcome {
    let loaded = Loader.load(paths: paths)
    var options = VerifyOptions()
    options.alternatives = command.alternatives
    options.tables = !command.noTables
    return verify(loaded.files, problems: loaded.problems, options: options)
  }
}

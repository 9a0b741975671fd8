// SPDX-License-Identifier: Apache-2.0
// `verify --replay FOLDER FILES…`: writes what boots a counterexample in the testbed. Exit status: 0 written, 2 not.

import CellConfig
import Verification

/// Turns a counterexample into files that `scripts/replay.py` boots.
enum ReplayMode {
  /// Returns the exit status.
  static func run(_ command: Verify, into folder: String) -> Int32 {
    let paths = Inputs.expand(command.files)
    let outcome = FilesMode.outcome(of: paths, command)
    guard outcome.status(strict: false) != 2, outcome.sets.count == 1, let set = outcome.sets.first else {
      Output.complain(TextReport.render(outcome, style: Style(colours: false), detail: .quiet))
      Output.complain("--replay goes with the files of one machine.")
      return 2
    }
    let replay: Replay
    do throws(ReplayProblem) { replay = try Replay(set, given: command.replayWitness) } catch {
      Output.complain(error.text)
      return 2
    }
    guard makeFolder(folder) else {
      Output.complain("\(folder): cannot be made; give a folder that can be written to")
      return 2
    }
    for (name, bytes) in replay.files {
      let path = folder + "/" + name
      do throws(Diagnostic) { try FileBytes.write(bytes, to: path) } catch {
        Output.complain("\(path): \(error.message); \(error.remedy)")
        return 2
      }
    }
    Output.print("\(folder): \(replay.words). To boot it in Bochs: scripts/replay.py \(folder)\n")
    return 0
  }
}

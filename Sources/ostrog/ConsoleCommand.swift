// SPDX-License-Identifier: Apache-2.0
// `ostrog console`

import ArgumentParser
import CellConfig
import Management

/// Shows what the hypervisor says.
struct ConsoleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Shows what the hypervisor, and cells through it, have said.",
    discussion: """
      The last 2048 bytes are kept. After `ostrog disable` they can still be read. After a warm reboot, too, as long as the memory is kept off \
      Linux as before: `ostrog console --last machine.cell` shows them, how far each CPU had come, and which CPUs had been stopped.
      """)

  @Flag(name: .shortAndLong, help: "Go on as more is said.")
  var follow = false

  @Option(
    help: ArgumentHelp("What was left in the memory that this machine file names.", valueName: "file"),
    completion: .file(extensions: ["cell"]))
  var last: String?

  func validate() throws {
    if follow, last != nil { throw ValidationError("--follow and --last exclude each other.") }
  }

  func run() throws {
    if let last {
      let log = try HypervisorLog.left(Tool.files, path: last)
      _ = FileBytes.write(Array(log.text.utf8), toDescriptor: 1)
      Output.complain(log.phaseLines + log.records.map(\.violation.line))
      return
    }
    let failure = ConsoleStream.read(follows: follow) { FileBytes.write($0, toDescriptor: 1) }
    if failure != 0 { throw consoleRefusal(failure) }
  }
}

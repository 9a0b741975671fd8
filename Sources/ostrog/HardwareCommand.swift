// SPDX-License-Identifier: Apache-2.0
// `ostrog hardware check`

import ArgumentParser
import CellConfig
import Management

/// The group of commands on the machine.
struct HardwareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hardware", abstract: "Says whether this machine can carry the hypervisor.",
    subcommands: [HardwareCheckCommand.self])
}

/// Checks each requirement.
struct HardwareCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks each requirement of this machine: found or missing, and what to do.",
    discussion: """
      The core is asked whether it takes this processor, register by register (/dev/cpu/N/msr: modprobe msr). With a machine file, that is \
      compared with the machine.

      Exit status: 0 all is there, 1 something is missing or could not be found out.
      """)

  @Argument(help: "A machine file to compare.", completion: .file(extensions: ["cell"]))
  var file: String?

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp("Check a machine that `ostrog config collect` has copied.", valueName: "folder"),
    completion: .directory)
  var folder: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var machine: SystemDescription?
    if let file {
      let loaded = Loader.load(paths: [file])
      try Output.report(loaded)
      guard case .system(_, let system)? = loaded.files.first(where: { $0.path == file })?.configuration
      else {
        throw NamedRefusal(
          "hardware check", "\(file) is no machine file", code: "USAGE",
          remedies: ["give one that begins with `machine:`"])
      }
      machine = system
    }
    let report = HardwareCheck(SystemFiles(folder ?? "")).report(machine)
    Output.print(json ? report.json : report.lines.joined(separator: "\n"))
    if report.status != 0 { throw ExitCode(report.status) }
  }
}

// SPDX-License-Identifier: Apache-2.0
// `verify`: from configurations to a proof, or to findings. Exit status: 0 isolated, 1 findings, 2 unusable input.

import ArgumentParser
import Verification

/// The command line.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Proves that the cells of .cell files are isolated, or shows where they are not.",
    discussion: """
      Files are grouped by machine: a system file and the cells that name it. Each set is checked against the rules, taken \
      through its life by the hypervisor's own core on a simulated machine, and confirmed by Z3 for every address, port, CPU, \
      function and interrupt line.

      Exit status: 0 isolated (with --theorems: all proved), 1 findings, 2 unusable input or wrong usage.
      """,
    version: "verify \(toolVersion)")

  @Argument(
    help: ArgumentHelp(
      "Configuration files, or folders of them; text and binary form may be mixed.", valueName: "files"),
    completion: .file(extensions: ["cell"]))
  var files: [String] = []

  @Flag(
    help:
      "Treat cells that exclude each other as alternatives: verify every maximal set that can exist together."
  )
  var alternatives = false

  @Flag(help: "Do not build page tables and bitmaps; the reports say that they are not covered.")
  var noTables = false

  @Flag(help: "Warnings fail, too.")
  var strict = false

  @Option(
    help: ArgumentHelp("Print as text, json, sarif, or (with --explain) markdown.", valueName: "format"))
  var format: OutputFormat = .text

  @Option(
    help: ArgumentHelp(
      "Write one self-contained HTML page with a picture of who owns what.", valueName: "file"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Write what was proved, of which files, by which solver, under which assumptions; JSON where the name ends in .json.",
      valueName: "file"))
  var certificate: String?

  @Option(
    help: ArgumentHelp(
      "Date of the certificate and report (any text); default: SOURCE_DATE_EPOCH if set, else now.",
      valueName: "date"))
  var date: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Compare OLD and NEW (files or folders): what each cell can reach more or less, and whether the proof still holds.",
      valueName: "old new"))
  var diff: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write what boots a counterexample in the testbed: scripts/replay.py FOLDER boots it.",
      valueName: "folder"),
    completion: .directory)
  var replay: String?

  @Option(
    help: ArgumentHelp(
      "With --replay: try this, instead of what was found; KIND is memory (reads), write, execute, port, port-write, msr or msr-write.",
      valueName: "cell:kind:value"))
  var replayWitness: String?

  @Option(help: ArgumentHelp("Explain a code such as M1, or all of them.", valueName: "code"))
  var explain: String?

  @Flag(help: "Prove the theorems about model and core instead of verifying files.")
  var theorems = false

  @OptionGroup(title: "Theorems")
  var theorem: TheoremOptions

  @Flag(name: .shortAndLong, help: "Print findings and verdict only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print everything each cell may touch.")
  var verbose = false

  @Option(help: ArgumentHelp("Colour the text: auto, always, never.", valueName: "when"))
  var color: ColourChoice = .auto

  func validate() throws {
    try theorem.check(theorems: theorems, certificate: certificate != nil)
    if theorems {
      guard files.isEmpty, diff.isEmpty, explain == nil else {
        throw ValidationError("--theorems takes no files; name theorems by --only NAME….")
      }
      guard report == nil, certificate == nil, replay == nil else {
        throw ValidationError("--report, --certificate and --replay go with files, not with --theorems.")
      }
      guard format == .text || format == .json else {
        throw ValidationError("--theorems prints text or json.")
      }
      return
    }
    guard replayWitness == nil || replay != nil else {
      throw ValidationError("--replay-witness goes with --replay.")
    }
    guard replay == nil || (diff.isEmpty && explain == nil && report == nil && certificate == nil) else {
      throw ValidationError("--replay goes with files alone.")
    }
    if explain != nil { return }
    guard format != .markdown else { throw ValidationError("--format markdown goes with --explain.") }
    if !diff.isEmpty {
      guard diff.count == 2 else { throw ValidationError("--diff takes two arguments: OLD NEW.") }
      guard files.isEmpty else { throw ValidationError("--diff OLD NEW takes no further files.") }
      guard format != .sarif else { throw ValidationError("--diff prints text or json.") }
    } else if files.isEmpty {
      throw ValidationError("Name the configuration files: verify SYSTEM.cell CELL.cell …")
    }
  }

  func run() throws {
    if let explain { throw ExitCode(ExplainMode.run(explain, format)) }
    if theorems { throw ExitCode(TheoremsMode.run(self)) }
    if diff.count == 2 { throw ExitCode(DiffMode.run(self)) }
    if let replay { throw ExitCode(ReplayMode.run(self, into: replay)) }
    throw ExitCode(FilesMode.run(self))
  }
}

/// How to print.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, sarif, markdown
}

/// When to use colours.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

@main
enum Main {
  static func main() {
    do {
      let command = try Verify.parse()
      try command.run()
    } catch {
      let code = Verify.exitCode(for: error)
      let text = Verify.fullMessage(for: error)
      if code == .success {
        if !text.isEmpty { Output.print(text + "\n") }
        Output.exit(0)
      }
      if error is ExitCode { Output.exit(code.rawValue) }
      if !text.isEmpty { Output.complain(text) }
      Output.exit(2)
    }
  }
}

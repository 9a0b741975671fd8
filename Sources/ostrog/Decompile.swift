// SPDX-License-Identifier: Apache-2.0
// `ostrog config decompile`

import ArgumentParser
import CellConfig

/// Writes the text form of a file.
struct Decompile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the text form of a configuration.",
    discussion: """
      The text compiles back to the same bytes (in revision 14). A binary file knows no devices, so everything in \
      the text is placed by hand; of a text file, the result is what the compiler made of it.

      Examples:
        ostrog config decompile linux.cell -o linux-text.cell
        ostrog config decompile configs/bochs-tick.cell
      """)

  @Argument(help: "The file.", completion: .file(extensions: ["cell"]))
  var file: String

  @Option(name: .shortAndLong, help: "Where to write; - is the standard output.")
  var output = "-"

  @Option(help: "The machine's name, for a system configuration (default: after its root cell).")
  var machine: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let loaded = Loader.load(paths: [file])
    try Output.report(loaded)
    guard let input = loaded.files.first(where: { $0.path == file }) else { throw ExitCode(2) }
    let bytes = BinaryWriter.write(input.configuration)
    let text = Decompiler.text(input.configuration, machine: machine ?? input.machineName)
    let again = Loader.load(bytes: Array(text.utf8), path: file)
    guard let back = again.files.first?.binary, back == bytes else {
      Output.complain(again.problems.flatMap(\.lines))
      Output.complain(["\(file): error: the text form cannot say what this file holds; nothing was written"])
      throw ExitCode(2)
    }
    try Output.write(Array(text.utf8), to: output, inputs: [file])
    try Output.finish(loaded, common)
  }
}

// SPDX-License-Identifier: Apache-2.0
// `ostrog config compile`

import ArgumentParser
import CellConfig

/// Writes the binary form of the given files.
struct Compile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the binary form that the hypervisor reads (revision 14).",
    discussion: """
      Examples:
        ostrog config compile configs/bochs-tick.cell -o tick.cell
        ostrog config compile configs/bochs*.cell -d build/

      A binary file is accepted too; it is written again in revision 14.
      """)

  @Argument(help: "The files to compile.", completion: .file(extensions: ["cell"]))
  var files: [String]

  @Option(name: .shortAndLong, help: "Where to write a single file; - is the standard output.")
  var output: String?

  @Option(name: [.customShort("d"), .long], help: "The folder to write to, under the same file names.")
  var directory: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if (output == nil) == (directory == nil) {
      throw ValidationError("Say where to write: -o FILE for one file, -d FOLDER for several.")
    }
    if output != nil, files.count > 1 {
      throw ValidationError("-o takes one file; use -d FOLDER for several.")
    }
  }

  func run() throws {
    let loaded = Loader.load(paths: files)
    try Output.report(loaded)
    // A machine file that was found beside a cell file was not asked for.
    for file in loaded.files where files.contains(file.path) {
      let bytes = BinaryWriter.write(file.configuration)
      guard let directory else {
        try Output.write(bytes, to: output ?? "-", inputs: files)
        continue
      }
      let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
      try Output.write(bytes, to: "\(directory)/\(name)", inputs: files)
    }
    try Output.finish(loaded, common)
  }
}

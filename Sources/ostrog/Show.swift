// SPDX-License-Identifier: Apache-2.0
// `ostrog config show`

import ArgumentParser
import CellConfig

/// Prints files readably.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints configurations readably: what a cell gets, names first, addresses second.",
    discussion: """
      Of a text file it shows what the compiler makes of it.

      Examples:
        ostrog config show configs/bochs.cell
        ostrog config show /etc/jailhouse/*.cell
      """)

  @Argument(help: "The files.", completion: .file(extensions: ["cell"]))
  var files: [String]

  @OptionGroup var common: CommonOptions

  func run() throws {
    let loaded = Loader.load(paths: files)
    let shown = loaded.files.filter { files.contains($0.path) }
    for (index, file) in shown.enumerated() {
      if index > 0 { Output.print("") }
      Output.print(Listing.lines(file).joined(separator: "\n"))
    }
    try Output.report(loaded)
    try Output.finish(loaded, common)
  }
}

// SPDX-License-Identifier: Apache-2.0
// `ostrog cell`: the life of cells.

import ArgumentParser
import Management

/// The group of commands on cells.
struct CellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cell", abstract: "Creates, loads, starts, stops and destroys cells, and shows them.",
    discussion: "A cell is named by its name or its number, as `ostrog cell list` shows them.",
    subcommands: [
      CellCreate.self, CellList.self, CellLoad.self, CellStart.self, CellShutdown.self, CellDestroy.self,
      CellLinux.self, CellStats.self,
    ])
}

/// A cell that the user names.
struct CellArgument: ParsableArguments {
  @Argument(
    help: "The cell's name or number.",
    completion: .custom { _, _, _ in Tool.running.cells.map(\.name) })
  var cell: String
}

/// `ostrog cell create`
struct CellCreate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Creates a cell: its CPUs, memory and devices are taken from root.",
    discussion: """
      Verified first is the set of the machine file in force, the cells that live, and this one.

      Example: ostrog cell create tick.cell
      """)

  @Argument(help: "The cell's file, text or binary.", completion: .file(extensions: ["cell"]))
  var file: String

  @OptionGroup var verify: VerifyOption

  func run() throws {
    Output.print(try Tool.manager.create(file, verifies: !verify.noVerify).joined(separator: "\n"))
  }
}

/// `ostrog cell list`
struct CellList: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the cells that live.")

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let running = Tool.running
    Output.print(
      json ? CellListing.json(running) : CellListing.text(running.cells).joined(separator: "\n"))
  }
}

/// `ostrog cell load`
struct CellLoad: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Stops a cell and loads images into its memory.",
    discussion: """
      An image is FILE, or FILE@ADDRESS with a guest-physical address; 0 unless said.

      Examples:
        ostrog cell load tick tick.bin
        ostrog cell load vision vision.bin@0x200000 --string "verbose=1@0x1000"
      """)

  @OptionGroup var cell: CellArgument

  @Argument(help: "The images: FILE or FILE@ADDRESS.", completion: .file())
  var images: [String] = []

  @Option(help: "A text, with a zero byte at its end, instead of a file: TEXT@ADDRESS.")
  var string: [String] = []

  func validate() throws {
    if images.isEmpty, string.isEmpty { throw ValidationError("Name an image, or a --string.") }
    for word in images + string where ImageName(word) == nil {
      throw ValidationError("`\(word)`: the address behind @ is no number.")
    }
  }

  func run() throws {
    let said = try Tool.manager.load(
      cell.cell, images.compactMap { ImageName($0) }, strings: string.compactMap { ImageName($0) })
    Output.print(said.joined(separator: "\n"))
  }
}

/// `ostrog cell start`
struct CellStart: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "start", abstract: "Starts a cell.")
  @OptionGroup var cell: CellArgument
  func run() throws { Output.print(try Tool.manager.start(cell.cell).joined(separator: "\n")) }
}

/// `ostrog cell shutdown`
struct CellShutdown: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shutdown",
    abstract: "Stops a cell; it keeps what it has, and can be loaded and started again.")
  @OptionGroup var cell: CellArgument
  func run() throws { Output.print(try Tool.manager.shutdown(cell.cell).joined(separator: "\n")) }
}

/// `ostrog cell destroy`
struct CellDestroy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "destroy", abstract: "Ends a cell; what it had is root's again.")
  @OptionGroup var cell: CellArgument
  func run() throws { Output.print(try Tool.manager.destroy(cell.cell).joined(separator: "\n")) }
}

// SPDX-License-Identifier: Apache-2.0
// `ostrog enable`, `ostrog disable`

import ArgumentParser
import Management

/// Whether verify is asked first.
struct VerifyOption: ParsableArguments {
  @Flag(help: "Do not ask verify first: nothing is proved of the set then.")
  var noVerify = false
}

/// Puts the hypervisor under this system.
struct Enable: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts the hypervisor under this system, which becomes the root cell.",
    discussion: """
      The machine file, and the cells that are given with it, are verified together first; a set that would not be isolated is refused with \
      verify's message. Files may be text or binary.

      Examples:
        ostrog enable machine.cell
        ostrog enable --create machine.cell tick.cell vision.cell
      """)

  @Argument(help: "The machine file, and cells that are to come.", completion: .file(extensions: ["cell"]))
  var files: [String]

  @Flag(help: "Create the cells, too.")
  var create = false

  @OptionGroup var verify: VerifyOption

  func run() throws {
    Output.print(
      try Tool.manager.enable(files, verifies: !verify.noVerify, creates: create).joined(separator: "\n"))
  }
}

/// Takes the hypervisor away.
struct Disable: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ends all cells and takes the hypervisor away; this system goes on.")

  func run() throws { Output.print(try Tool.manager.disable().joined(separator: "\n")) }
}

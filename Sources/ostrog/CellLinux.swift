// SPDX-License-Identifier: Apache-2.0
// `ostrog cell linux`: Linux in a cell.

import ArgumentParser
import Management

/// `ostrog cell linux`
struct CellLinux: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linux", abstract: "Runs a stock Linux kernel in a cell.",
    discussion: """
      The cell is created from its file, verified first, unless it lives already; then it gets the kernel, an initial file system, the firmware's
      tables that tell the kernel what the cell has, and a command line with console and clock.

      Example: ostrog cell linux linux.cell /boot/vmlinuz-6.1.0-13-amd64 --initrd rootfs.cpio.gz --append "quiet"
      """)

  @Argument(
    help: "The cell's file, or the name or number of one that lives.", completion: .file(extensions: ["cell"])
  )
  var cell: String

  @Argument(help: "The kernel: a bzImage.", completion: .file())
  var kernel: String

  @Option(name: [.short, .customLong("initrd")], help: "The initial file system.", completion: .file())
  var initrd: String?

  @Option(name: [.short, .customLong("append")], help: "What is added to the command line.")
  var append: String = ""

  @OptionGroup var verify: VerifyOption

  func run() throws {
    func read(_ path: String) throws -> (path: String, bytes: [UInt8]) {
      (path, try Manager.whole("cell linux \(cell)", path))
    }
    let files = LinuxFiles(kernel: try read(kernel), initial: try initrd.map(read), append: append)
    Output.print(try Tool.manager.linux(cell, files, verifies: !verify.noVerify).joined(separator: "\n"))
  }
}

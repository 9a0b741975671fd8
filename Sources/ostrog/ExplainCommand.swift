// SPDX-License-Identifier: Apache-2.0
// `ostrog explain`

import ArgumentParser
import CellConfig
import Management
import Verification

/// Explains why CPUs were stopped.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explains why a cell has failed: what it touched, whose that is, and what would allow it.",
    discussion: """
      Read are the hypervisor's messages: of now, of a file (a serial console's log, say), or with --last those that were left in memory before \
      this boot. Looked up are the files that were enabled and created, or those that are given; and the instruction in the files that `cell load` has loaded, \
      or in those given with --image (a cell's code where its addresses are its memory's: no paging, or 1:1), root's in the running kernel.

      Examples:
        ostrog explain
        ostrog explain --log serial.txt --image tick=tick.bin@0xf0000 machine.cell tick.cell
      """)

  @Argument(
    help: "The machine file and cells' files (default: those in force).",
    completion: .file(extensions: ["cell"]))
  var files: [String] = []

  @Option(
    help: ArgumentHelp("Read messages from a file; - is the standard input.", valueName: "file"),
    completion: .file())
  var log: String?

  @Flag(help: "Read what was left in memory; give the machine file that was enabled.")
  var last = false

  @Option(
    help: ArgumentHelp(
      "A file that was loaded into a cell, and where (guest-physical, 0 unless said): its code is shown.",
      valueName: "cell=file@address"),
    completion: .file())
  var image: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if last, log != nil { throw ValidationError("--last and --log exclude each other.") }
    for word in image where Self.image(word) == nil {
      throw ValidationError("--image \(word): CELL=FILE@ADDRESS, the address decimal or with 0x.")
    }
    if last, files.isEmpty { throw ValidationError("--last needs the machine file that was enabled.") }
  }

  func run() throws {
    let paths = files.isEmpty ? Tool.manager.knownFiles : files
    let loaded = Loader.load(paths: paths)
    if !files.isEmpty { try Output.report(loaded) }
    guard let set = ViolationSet(loaded.files) else {
      throw NamedRefusal(
        "explain", "no machine file is known", code: "USAGE",
        causes: ["nothing is enabled, or it was not this tool that did it"],
        remedies: ["ostrog explain MACHINE.cell CELL.cell …"])
    }
    // What runs now says nothing of a log of elsewhere, or of before.
    let now = log == nil && !last ? Tool.manager.code : StoppedCode()
    let given = Dictionary(grouping: image.compactMap(Self.image), by: \.cell).mapValues { $0.map(\.image) }
    let code = now.adding(given)
    let explained = try violations().map { set.explain($0, code: code) }
    if json {
      Output.print(JSON.array(explained.map(\.json)).text)
    } else if explained.isEmpty {
      Output.print("no CPU was stopped, as far as the log goes back (2048 bytes)")
    } else {
      Output.print(explained.map { $0.lines.joined(separator: "\n") }.joined(separator: "\n\n"))
    }
  }

  /// `CELL=FILE@ADDRESS`, `FILE`.
  private static func image(_ word: String) -> (cell: String, image: LoadedImage)? {
    let cell = word.firstIndex(of: "=").map { String(word[..<$0]) }
    let rest = cell.map { String(word.dropFirst($0.count + 1)) } ?? word
    return ImageName(rest).map { (cell ?? "", LoadedImage(path: $0.path, target: $0.target)) }
  }

  private func violations() throws -> [Violation] {
    if last { return try HypervisorLog.left(Tool.files, path: files[0]).records.map(\.violation) }
    var bytes: [UInt8] = []
    if let log {
      do throws(Diagnostic) { bytes = try FileBytes.read(log == "-" ? "/dev/stdin" : log) } catch {
        throw NamedRefusal("explain", "\(log): \(error.message)", code: "ENOENT", remedies: [error.remedy])
      }
    } else {
      let failure = ConsoleStream.read(follows: false) {
        bytes += $0
        return true
      }
      if failure != 0 { throw consoleRefusal(failure) }
    }
    return Violation.all(in: String(decoding: bytes, as: UTF8.self))
  }
}

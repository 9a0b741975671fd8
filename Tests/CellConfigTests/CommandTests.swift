// SPDX-License-Identifier: Apache-2.0
// The program `ostrog`, run as a user runs it: what it writes, what it refuses, how it ends.

import Foundation
import TestSupport
import Testing

@testable import CellConfig

@Suite struct CommandTests {
  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run("ostrog", ["config"] + arguments)
  }

  @Test func compileWritesWhatTheLibraryGives() throws {
    let folder = try TemporaryFolder()
    let input = ConfigsTests.folder + "/bochs-linux.cell"
    let outcome = try run("compile", input, "-o", folder.path + "/out.cell")
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
    #expect(try FileBytes.read(folder.path + "/out.cell") == Loader.load(paths: [input]).files[0].binary)
    // Binary to text and back.
    #expect(try run("decompile", folder.path + "/out.cell", "-o", folder.path + "/text.cell").status == 0)
    #expect(try run("compile", folder.path + "/text.cell", "-o", folder.path + "/again.cell").status == 0)
    #expect(try FileBytes.read(folder.path + "/again.cell") == FileBytes.read(folder.path + "/out.cell"))
  }

  @Test func aFolderTakesSeveralFiles() throws {
    let folder = try TemporaryFolder()
    let names = ["bochs.cell", "bochs-tick.cell"]
    let inputs = names.map { "\(ConfigsTests.folder)/\($0)" }
    #expect(try run("compile", inputs[0], inputs[1], "--directory", folder.path).status == 0)
    for name in names { #expect(FileBytes.exists("\(folder.path)/\(name)")) }
  }

  @Test func inputsAreNeverOverwritten() throws {
    let folder = try TemporaryFolder()
    let text = "cell: a\n"
    let path = try folder.write("a.cell", text)
    for arguments in [["compile", path, "-o", path], ["compile", path, "-d", folder.path]] {
      let outcome = try run(arguments[0], arguments[1], arguments[2], arguments[3])
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("would be overwritten"))
    }
    #expect(
      try run(
        "decompile", path, "-o",
        folder.path + "/../" + (folder.path as NSString).lastPathComponent + "/a.cell"
      ).status == 2)
    #expect(try FileBytes.read(path) == Array(text.utf8))
  }

  @Test func theStatusSaysHowItWent() throws {
    let folder = try TemporaryFolder()
    let wrong = try folder.write("wrong.cell", "cell: a\nrma: 1M\n")
    let outcome = try run("show", wrong)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("wrong.cell:2:1: error:"))
    #expect(outcome.errors.contains("    rma: 1M\n    ^\n"))
    #expect(outcome.errors.contains("did you mean `ram`?"))
    #expect(try run("show", folder.path + "/none.cell").status == 2)
    #expect(try run("show").status == 2)
    #expect(try run("compile", wrong).status == 2)
    #expect(try run("--help").status == 0)

    var cell = BinaryWriter.write(.cell(.x86, CellDescription()))
    cell.append(0)
    try FileBytes.write(cell, to: folder.path + "/trailing.cell")
    #expect(try run("show", folder.path + "/trailing.cell").status == 0)
    #expect(try run("show", "--strict", folder.path + "/trailing.cell").status == 1)
    #expect(
      try run("compile", ConfigsTests.folder + "/bochs.cell", "-o", folder.path + "/no/such/folder").status
        == 2)
  }

  @Test func helpHasExamples() throws {
    for command in ["compile", "decompile", "show"] {
      #expect(try run(command, "--help").output.contains("Examples:"))
    }
  }

  @Test func showNamesThings() throws {
    let output = try run("show", ConfigsTests.folder + "/xeon-d-gateway.cell").output
    for word in ["gigabit-0 (05:00.0) BAR 0", "link with control: output of gateway", "ways 8-9", "ttyS1"] {
      #expect(output.contains(word), "\(word)")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// The program `ostrog`, run as a user runs it, for what needs no hypervisor: its words, where they go, and how it ends.

import CellConfig
import Foundation
import TestSupport
import Testing

@testable import Management

@Suite struct CommandLineTests {
  private func run(_ arguments: String...) throws -> Program.Outcome { try Program.run("ostrog", arguments) }

  private static let bochs = MachineTests.folder + "/bochs"

  @Test func createWritesAFileThatCompiles() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/made.cell"
    let outcome = try run("config", "create", "--from", Self.bochs, "--machine", "made", "-o", file)
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("made: isolated"))
    #expect(try run("config", "compile", file, "-o", folder.path + "/made.bin").status == 0)
    #expect(try run("config", "create", "--from", folder.path).status == 2)
  }

  @Test func hardwareCheckTellsByItsStatus() throws {
    let outcome = try run("hardware", "check", "--from", Self.bochs, "--json")
    #expect(outcome.status == 1 && outcome.output.contains("\"ready\": false"))
    let missing = try run("hardware", "check", "--from", Self.bochs, Configs.tick)
    #expect(missing.status == 2 && missing.errors.contains("is no machine file"))
  }

  @Test func explainReadsASerialLog() throws {
    let folder = try TemporaryFolder()
    let log = try folder.write(
      "serial.txt",
      "[  1.2] boot\nOstrog: CPU 1 stopped, why 5, exit reason 1e, qualification 2fd0008, guest-physical 0, RIP 3\n"
    )
    let outcome = try run("explain", "--log", log, Configs.bochs, Configs.tick)
    #expect(outcome.status == 0 && outcome.output.contains("devices: [ttyS1]"))
    #expect(try run("explain", "--log", log, "--json", Configs.bochs, Configs.tick).output.hasPrefix("["))
    try folder.write("serial.txt", "nothing of ours\n")
    #expect(try run("explain", "--log", log, Configs.bochs).output.hasPrefix("no CPU was stopped"))
    // A cell whose machine is nowhere.
    let alone = try folder.write("tick.cell", try FileBytes.read(Configs.tick))
    #expect(try run("explain", "--log", log, alone).status == 2)
  }

  @Test func whatIsNotIsolatedIsNotEnabled() throws {
    let folder = try TemporaryFolder()
    let thief = try folder.write("thief.cell", Configs.thief)
    let outcome = try run("enable", Configs.bochs, Configs.tick, thief)
    #expect(outcome.status == 2 && outcome.errors.contains("error[M1]"))
    #expect(outcome.errors.contains("the set is not isolated; nothing was changed [VERIFY]"))
  }

  @Test func wrongUsageIsStatusTwo() throws {
    for arguments in [
      ["enable"], ["cell", "load", "x"], ["cell", "load", "x", "y@z"], ["console", "-f", "--last", "x"],
    ] {
      #expect(try Program.run("ostrog", arguments).status == 2, "\(arguments)")
    }
  }

  @Test func completionIsWrittenForEachShell() throws {
    for shell in ["bash", "zsh", "fish"] {
      let outcome = try run("--generate-completion-script", shell)
      #expect(outcome.status == 0 && outcome.output.contains("shutdown"))
    }
  }
}

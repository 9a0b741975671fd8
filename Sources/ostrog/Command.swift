// SPDX-License-Identifier: Apache-2.0
// The management tool. Exit status: 0 done, 1 findings (hardware check; warnings with --strict), 2 not done.

import ArgumentParser
import Management

/// The root command.
struct Ostrog: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ostrog", abstract: "Manages the Ostrog partitioning hypervisor.",
    discussion: """
      A first time, from a machine without any configuration:
        ostrog hardware check
        ostrog config create -o machine.cell     then add what cells are to have
        ostrog enable machine.cell
        ostrog cell create tick.cell; ostrog cell load tick tick.bin; ostrog cell start tick

      Exit status: 0 done, 1 findings (hardware check; warnings with --strict), 2 not done.
      """,
    subcommands: [
      Enable.self, Disable.self, CellCommand.self, ConsoleCommand.self, HardwareCommand.self,
      ConfigCommand.self, Explain.self,
    ])
}

@main
enum Main {
  static func main() {
    do {
      var command = try Ostrog.parseAsRoot()
      try command.run()
    } catch let refusal as NamedRefusal {
      Output.complain(refusal.lines)
      Output.exit(2)
    } catch {
      let code = Ostrog.exitCode(for: error)
      let text = Ostrog.fullMessage(for: error)
      if code == .success {
        Output.print(text)
        Output.exit(0)
      }
      if !text.isEmpty { Output.complain([text]) }
      // Wrong usage is one more way of not having done what was asked for.
      Output.exit(code.rawValue == 1 ? 1 : 2)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// The management tool. Exit status: 0 done, 1 warnings with --strict, 2 not done.

import ArgumentParser

/// The root command.
struct Ostrog: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ostrog", abstract: "Manages the Ostrog partitioning hypervisor.",
    subcommands: [ConfigCommand.self])
}

@main
enum Main {
  static func main() {
    do {
      var command = try Ostrog.parseAsRoot()
      try command.run()
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

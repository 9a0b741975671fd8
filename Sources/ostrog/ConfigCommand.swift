// SPDX-License-Identifier: Apache-2.0
// `ostrog config`: writes configurations, converts them between their two forms, and shows them.

import ArgumentParser

/// The group of commands on configuration files.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Writes, converts and shows .cell files.",
    discussion: """
      A .cell file is text (YAML) or binary (what the hypervisor reads); every command takes both and tells them \
      apart by the signature. A text file of a cell names its machine; that machine's file is looked for among \
      the given files, then as NAME.cell beside the cell file. The form is described in docs/cell-format.md.

      Exit status: 0 done, 1 warnings with --strict, 2 not done.
      """,
    subcommands: [ConfigCreate.self, ConfigCollect.self, Compile.self, Decompile.self, Show.self])
}

/// Options of all commands on configuration files.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Exit with status 1 where there were warnings.")
  var strict = false
}

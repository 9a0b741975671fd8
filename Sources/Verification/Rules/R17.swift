// SPDX-License-Identifier: Apache-2.0
// R17: is this a configuration to run with, or one that is still being found?

import CellConfig

extension Rule {
  /// No dry run.
  static let r17 = Rule(
    "R17", .practice, .error, "The machine file does not ask for a dry run.",
    why: """
      In a dry run the root cell is not held to its configuration: what it touches beyond it is noted and let through. That is how a first \
      configuration is found in one boot, and it is no isolation. The hypervisor creates no other cell meanwhile.
      """,
    example: "flags: dry-run, left over from the first boot.",
    remedy: "Add to the machine file what the dry run has noted (docs/dry-run.md), and remove the flag."
  ) { set in
    guard set.hypervisor != nil, set.system.flags.contains(.dryRun) else { return [] }
    return [
      Finding(
        "R17", .error, "the machine file asks for a dry run, which isolates nothing",
        at: set.side(0, .header),
        witness: Witness(
          .number, UInt64(set.system.flags.rawValue),
          "system flags are \(hex(UInt64(set.system.flags.rawValue)))"),
        consequence:
          "Root reaches all that there is, but for the hypervisor's memory, and no cell can be created.",
        remedy: "Remove `dry-run` from the hypervisor's flags.")
    ]
  }
}

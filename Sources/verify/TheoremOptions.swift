// SPDX-License-Identifier: Apache-2.0
// The options of `--theorems`, and where proofs are kept.

import ArgumentParser

/// How theorems are proved.
struct TheoremOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Prove these theorems only.", valueName: "name"))
  var only: [String] = []

  @Flag(help: "List the theorems with their statements; prove nothing.")
  var list = false

  @Option(help: ArgumentHelp("Threads that prove side by side.", valueName: "n"))
  var threads = 2

  @Option(
    help: ArgumentHelp(
      "Write every question as SMT-LIB, for a second solver; all theorems run, cached or not.",
      valueName: "folder"), completion: .directory)
  var smtlib: String?

  @Option(
    help: ArgumentHelp(
      "Folder of the proofs made before by this very program; default: $XDG_CACHE_HOME/ostrog or ~/.cache/ostrog.",
      valueName: "folder"), completion: .directory)
  var cache: String?

  @Flag(help: "Neither use proofs made before nor keep new ones.")
  var noCache = false

  /// Refuses options that would do nothing.
  func check(theorems: Bool, certificate: Bool) throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads takes 1 to 256.") }
    guard cache == nil || !noCache else {
      throw ValidationError("--cache and --no-cache exclude each other.")
    }
    if theorems { return }
    guard only.isEmpty, smtlib == nil, !list, threads == 2 else {
      throw ValidationError("--only, --list, --threads and --smtlib go with --theorems.")
    }
    guard certificate || (cache == nil && !noCache) else {
      throw ValidationError("--cache and --no-cache go with --theorems or --certificate.")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// `verify --theorems`: proves the theorems about model and core. Exit status: 0 only if all are proved, 1 where one is not,
// 2 for wrong usage.

import Verification

/// Proves the theorems about model and core.
enum TheoremsMode {
  /// Returns the exit status.
  static func run(_ command: Verify) -> Int32 {
    let chosen = TheoremChoice.named(command.theorem.only)
    if !chosen.complaints.isEmpty {
      chosen.complaints.forEach(Output.complain)
      return 2
    }
    let detail: TextReport.Detail = command.quiet ? .quiet : command.verbose ? .full : .normal
    if command.theorem.list {
      let list = chosen.theorems.map { (name: $0.name, properties: $0.properties, statement: $0.statement) }
      Output.print(TheoremText.list(list, verbose: command.verbose))
      return 0
    }
    if let folder = command.theorem.smtlib, !makeFolder(folder) {
      Output.complain("\(folder): cannot be made; give a folder that can be written to")
      return 2
    }
    let identity = Output.identity(date: command.date)
    var run = TheoremRun()
    run.threads = command.theorem.threads
    run.options.directory = command.theorem.smtlib
    run.cache = cache(command, identity)
    run.date = identity.date ?? run.date
    let progress = TheoremProgress(of: chosen.theorems.count, isTerminal: Output.complaintsAreSeen)
    if !command.quiet { run.progress = { progress.show($0) } }
    let clock = ContinuousClock()
    let start = clock.now
    let results = run.run(chosen.theorems)
    let circumstances = TheoremText.Circumstances(
      elapsed: clock.now - start, threads: command.theorem.threads)
    progress.end()
    switch command.format {
    case .json: Output.print(TheoremJSON.render(results, circumstances, program: identity.build))
    case .text, .sarif, .markdown:
      let style = Output.style(command.color)
      Output.print(TheoremText.render(results, circumstances, style: style, detail: detail))
    }
    return results.allSatisfy(\.isProved) ? 0 : 1
  }

  /// The cache that the command line asks for; nil without one, or where this program cannot be told from another.
  static func cache(_ command: Verify, _ identity: RunIdentity) -> ProofCache? {
    guard !command.theorem.noCache, let program = identity.build,
      let folder = command.theorem.cache ?? ProofCache.usualFolder
    else { return nil }
    return ProofCache(folder: folder, key: ProofKey(program: program))
  }
}

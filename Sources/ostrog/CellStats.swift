// SPDX-License-Identifier: Apache-2.0
// `ostrog cell stats`: a table that lives on a terminal, and one picture elsewhere.

import ArgumentParser
import Management

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Shows how often cells left their guests, and why.
struct CellStats: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Shows how often cells exit to the hypervisor, and why.",
    discussion: """
      On a terminal the table is renewed each second until Ctrl-C; elsewhere, or with --once, it is printed once. A cell that reaches only \
      what is its own exits for hypercalls and CPUID, and hardly ever else.
      """)

  @Argument(
    help: "Cells, by name or number; all unless said.",
    completion: .custom { _, _, _ in Tool.running.cells.map(\.name) })
  var cells: [String] = []

  @Flag(help: "Print once, also on a terminal.")
  var once = false

  @Flag(help: "Print JSON, once.")
  var json = false

  @Option(help: "Seconds between two tables.")
  var every = 1.0

  func validate() throws {
    guard every >= 0.1, every <= 3600 else { throw ValidationError("--every takes 0.1 to 3600 seconds.") }
  }

  func run() throws {
    let chosen = try chosen()
    guard json || !chosen.isEmpty else {
      Output.print("the hypervisor does not run")
      return
    }
    if json {
      Output.print(CellListing.json(chosen.map { Tool.running.counters($0) }))
      return
    }
    let lives = isatty(1) == 1 && !once
    let clock = ContinuousClock()
    var (before, then): ([[ExitCounters]], ContinuousClock.Instant) = ([], clock.now)
    while true {
      let now = chosen.map { Tool.running.counters($0) }
      let seconds = (clock.now - then) / .seconds(1)
      then = clock.now
      var lines: [String] = []
      for (index, counters) in now.enumerated() {
        let old = before.indices.contains(index) ? before[index] : []
        lines += CellListing.text(counters, before: old, seconds: seconds) + [""]
      }
      Output.print((lives ? "\u{1b}[H\u{1b}[J" : "") + lines.joined(separator: "\n"))
      if !lives { return }
      before = now
      usleep(UInt32(every * 1_000_000))
    }
  }

  private func chosen() throws -> [RunningCell] {
    if cells.isEmpty { return Tool.running.cells }
    return try cells.map { try Tool.manager.find($0) }
  }
}

// SPDX-License-Identifier: Apache-2.0
// `cell list` and `cell stats`: tables for people, JSON for programs.

import CellConfig
import Verification

/// What lives, shown.
public enum CellListing {
  /// The cells, as a table.
  public static func text(_ cells: [RunningCell]) -> [String] {
    var table = TextTable(indent: 0, right: [0], header: ["id", "name", "state", "cpus", "failed"])
    for cell in cells {
      table.add(["\(cell.id)", cell.name, cell.state, cell.cpus, cell.failed.isEmpty ? "-" : cell.failed])
    }
    return table.isEmpty ? ["the hypervisor does not run"] : table.lines
  }

  /// The same as JSON.
  public static func json(_ system: RunningSystem) -> String {
    let cells = system.cells.map { cell in
      JSON.object([
        ("id", .integer(Int64(cell.id))), ("name", .string(cell.name)), ("state", .string(cell.state)),
        ("cpus", .array(cpuList(cell.cpus).map { .integer(Int64($0)) })),
        ("failed", .array(cpuList(cell.failed).map { .integer(Int64($0)) })),
      ])
    }
    return JSON.object([("enabled", .bool(system.isEnabled)), ("cells", .array(cells))]).text
  }

  /// Counters, and, where there are some from `seconds` before, how many exits a second.
  public static func text(_ now: [ExitCounters], before: [ExitCounters], seconds: Double) -> [String] {
    let names = now.first?.counts.map(\.name) ?? []
    guard !names.isEmpty else { return ["there are no counters"] }
    let titles = now.map(\.title)
    let rates = before.map(\.title) == titles && seconds > 0
    let columns = Array(1...titles.count * (rates ? 2 : 1))
    var header = ["exits"]
    for title in titles { header += rates ? [title, "/s"] : [title] }
    var table = TextTable(indent: 0, right: Set(columns), header: header)
    for name in names {
      var row = [name]
      for (index, counters) in now.enumerated() {
        let count = counters.count(name) ?? 0
        row.append("\(count)")
        if rates {
          let old = before[index].count(name) ?? 0
          row.append(count >= old ? "\(Int((Double(count - old) / seconds).rounded()))" : "-")
        }
      }
      table.add(row)
    }
    return table.lines
  }

  /// Counters as JSON.
  public static func json(_ counters: [[ExitCounters]]) -> String {
    JSON.array(
      counters.map { cell in
        .object([
          ("cell", .string(cell.first?.title ?? "")), ("exits", exits(cell.first)),
          ("cpus", .object(cell.dropFirst().map { (String($0.title.dropFirst(4)), exits($0)) })),
        ])
      }
    ).text
  }

  private static func exits(_ counters: ExitCounters?) -> JSON {
    .object((counters?.counts ?? []).map { ($0.name, JSON.number($0.count)) })
  }
}

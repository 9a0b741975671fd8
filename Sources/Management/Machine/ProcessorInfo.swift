// SPDX-License-Identifier: Apache-2.0
// What /proc/cpuinfo says of the CPUs that are online.

import CellConfig

/// The file, read once.
struct ProcessorInfo {
  private let lines: [(name: String, value: String)]

  init(_ files: SystemFiles) {
    lines = files.lines("/proc/cpuinfo").map { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]).trimmed, parts.count < 2 ? "" : String(parts[1]).trimmed)
    }
  }

  /// The values of a field, of one CPU after the other, without blanks around.
  subscript(_ name: String) -> [String] { lines.filter { $0.name == name }.map(\.value) }
}

// SPDX-License-Identifier: Apache-2.0
// What lives: as the loader's tree /sys/devices/jailhouse shows it.

/// A cell that lives.
public struct RunningCell: Sendable, Equatable {
  /// Its number; 0 is root.
  public var id: Int32
  public var name: String
  /// `running`, `shut down`, `failed` …
  public var state: String
  /// Its CPUs, and those that have failed, as Linux writes lists.
  public var cpus: String
  public var failed: String
}

/// The loader's tree.
public struct RunningSystem: Sendable {
  static let tree = "/sys/devices/jailhouse"
  let files: SystemFiles

  /// Of this machine, or in a test's files.
  public init(_ files: SystemFiles) { self.files = files }

  /// The module is loaded.
  public var isLoaded: Bool { files.exists(Self.tree) }
  /// The hypervisor runs.
  public var isEnabled: Bool { files.word("\(Self.tree)/enabled") == "1" }

  /// All cells, by number.
  public var cells: [RunningCell] {
    files.names("\(Self.tree)/cells").compactMap { name in
      guard let id = Int32(name), let title = files.word("\(Self.tree)/cells/\(name)/name") else {
        return nil
      }
      func entry(_ what: String) -> String { files.word("\(Self.tree)/cells/\(name)/\(what)") ?? "" }
      return RunningCell(
        id: id, name: title, state: entry("state"), cpus: entry("cpus_assigned_list"),
        failed: entry("cpus_failed_list"))
    }.sorted { $0.id < $1.id }
  }

  /// The cell that the user means, by name, else by number.
  public func cell(_ word: String) -> RunningCell? {
    let all = cells
    return all.first { $0.name == word } ?? all.first { "\($0.id)" == word }
  }

  /// Pages of the hypervisor's: how many there are for tables, how many are in use.
  public var pool: (size: UInt64, used: UInt64) {
    (
      files.number("\(Self.tree)/mem_pool_size") ?? 0, files.number("\(Self.tree)/mem_pool_used") ?? 0
    )
  }
}

/// CPUs of a list as Linux writes it: `0,2-3`. What is no list is none.
func cpuList(_ text: String) -> [Int] {
  text.split(separator: ",").flatMap { part -> [Int] in
    let ends = part.split(separator: "-").compactMap { Int($0) }
    guard let first = ends.first, let last = ends.last, ends.count <= 2, first >= 0, first <= last,
      last < 1 << 15
    else { return [] }
    return Array(first...last)
  }
}

// SPDX-License-Identifier: Apache-2.0
// Columns that line up.

/// A table of text.
public struct TextTable {
  private let indent: String
  private var rows: [[String]] = []
  /// Columns that are aligned to the right, such as sizes.
  private let right: Set<Int>

  /// A table with these titles.
  public init(indent: Int, right: Set<Int> = [], header: [String]) {
    self.indent = String(repeating: " ", count: indent)
    self.right = right
    rows = [header.map { $0.uppercased() }]
  }

  mutating func add(_ cells: String...) { rows.append(cells) }
  /// Adds a row.
  public mutating func add(_ cells: [String]) { rows.append(cells) }
  /// True where it has titles alone.
  public var isEmpty: Bool { rows.count == 1 }

  /// The table, line by line; nothing where it has no rows.
  public var lines: [String] {
    if isEmpty { return [] }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = indent
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
        line += (right.contains(column) ? space + cell : cell + space) + "  "
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

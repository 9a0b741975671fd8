// SPDX-License-Identifier: Apache-2.0
// One cell of a machine: the root cell (from the system file) or a cell file.

import CellConfig

/// One cell of a set, with the file that describes it.
public struct Member: Sendable {
  /// Position in the set; 0 is the root cell.
  public var index: Int
  /// The file.
  public var file: LoadedFile
  /// What it says of the cell; the root cell of a system file.
  public var cell: CellDescription
  /// The name that messages use.
  public var name: String
  /// True for the cell of the system file.
  public var isRoot: Bool { index == 0 }

  /// Wraps a file.
  public init(index: Int, file: LoadedFile) {
    self.index = index
    self.file = file
    cell = file.configuration.cell
    let given = cell.name
    name = given.isEmpty ? (index == 0 ? "root" : baseName(file.path)) : given
  }

  /// No machine has more interrupt chips than this; rule D5 refuses what lies beyond.
  static let mostChips = 128
  /// The interrupt chips that are looked at.
  var chips: ArraySlice<InterruptChip> { cell.interruptChips.prefix(Member.mostChips) }

  /// `the root cell qemu-q35`, `cell rtos`.
  var title: String { isRoot ? "the root cell" : "cell \(name)" }

  /// Where an item stands; the file itself where the reader kept no place for it.
  func place(_ item: Item) -> Place {
    file.places[item] ?? Place(file: file.path)
  }

  /// Where a text file gives something this name; the file itself where that is not found.
  func place(named name: String) -> Place {
    guard file.isText, !name.isEmpty else { return place(.file) }
    let lines = String(decoding: file.source, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = String(line)
      guard let column = text.column(of: "name: \(name)") ?? text.column(of: "\(name):") else { continue }
      return Place(file: file.path, line: index + 1, column: column, excerpt: text)
    }
    return place(.file)
  }
}

/// The last component of a path, without `.cell`.
func baseName(_ path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return name.hasSuffix(".cell") ? String(name.dropLast(5)) : name
}

extension String {
  /// The column, from 1, at which a text first occurs; nil where it does not.
  func column(of part: String) -> Int? {
    var rest = self[...]
    var column = 1
    while !rest.isEmpty {
      if rest.hasPrefix(part) { return column }
      rest = rest.dropFirst()
      column += 1
    }
    return nil
  }
}

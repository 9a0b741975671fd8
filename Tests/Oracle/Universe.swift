// SPDX-License-Identifier: Apache-2.0
// The resources of a log, numbered for the model: every bound that a configuration or a row draws lies between two of them, so that one
// word stands for all of a stretch.

import Core
import Models
import Naive

/// Stretches of words, by number.
struct Universe {
  let starts: [UInt64]
  let ends: [UInt64]
  let logic: FiniteLogic

  /// The universe of everything that is named anywhere. `cells`: the largest id of a cell that was ever created.
  init(_ ranges: [Range<UInt64>], cells: UInt64) {
    let bounds = Set(ranges.flatMap { [$0.lowerBound, $0.upperBound] }).sorted()
    var (starts, ends): ([UInt64], [UInt64]) = ([], [])
    for (from, to) in zip(bounds, bounds.dropFirst()) where ranges.contains(where: { $0.contains(from) }) {
      starts.append(from)
      ends.append(to)
    }
    (self.starts, self.ends) = (starts, ends)
    func all(_ space: Space) -> Set<Int> { Set(starts.indices.filter { starts[$0] >> 60 == space.rawValue }) }
    let cpus = all(.cpu)
    logic = FiniteLogic(
      cells: Int(cells) + 2, resources: starts.count, cpus: cpus, pins: all(.interrupt),
      registers: Set(starts.indices).subtracting(all(.memory)).subtracting(cpus))
  }

  /// The model's number of a CPU, of a cell; nil where there is none.
  func cpu(_ number: UInt64) -> Int? { starts.firstIndex(of: Space.cpu.origin + number) }
  func cell(_ id: UInt64) -> Int? {
    if id == Owner.root { return 0 }
    if id == Owner.hypervisor { return 1 }
    return id < UInt64(logic.cells) - 1 ? Int(id) + 1 : nil
  }
  func id(_ cell: Int) -> UInt64 { cell == 0 ? Owner.root : cell == 1 ? Owner.hypervisor : UInt64(cell) - 1 }

  /// A resource in words.
  func name(_ x: Int) -> String {
    let kinds = ["memory", "ports", "CPU", "function", "interrupt line", "cache way", "stream"]
    let kind = Int(starts[x] >> 60)
    func hex(_ word: UInt64) -> String { "0x" + String(word & (1 << 60 - 1), radix: 16) }
    let kindName = kind < kinds.count ? kinds[kind] : "what nobody knows"
    return ends[x] == starts[x] + 1
      ? "\(kindName) \(hex(starts[x]))" : "\(kindName) \(hex(starts[x])) to \(hex(ends[x] - 1))"
  }
}

extension [Item] {
  /// By resource: the rights, whether every item that covers it leaves root what it has, and whether it may be loaded.
  func spread(_ universe: Universe) -> (rights: [[Bool]], keeps: [Bool], opens: [Bool]) {
    let over = universe.starts.map { word in filter { $0.base <= word && word < $0.end } }
    let rights = over.map { items in
      let bits = items.reduce(UInt64(0)) { $0 | $1.rights }
      return [Marks.read, Marks.write, Marks.execute, Marks.dma].map { bits & $0 != 0 }
    }
    return (
      rights, over.map { !$0.isEmpty && $0.allSatisfy(\.keepsRoot) },
      over.map { $0.contains(where: \.loadable) && $0.allSatisfy { $0.loadable || $0.keepsRoot } }
    )
  }
}

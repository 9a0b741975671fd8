// SPDX-License-Identifier: Apache-2.0
// The resources of a log, numbered for the model: stretches of words that neither a configuration nor a row divides. One word stands for all of a
// stretch.

import Models

/// A stretch of words, and the model's numbers.
struct Universe {
  /// Base and end of each; the position is the model's number.
  let places: [(base: UInt64, end: UInt64)]
  let logic: FiniteLogic
  /// Ids of cells, from the model's number 2 on.
  private let ids: [UInt64]

  static let root: UInt64 = 0
  static let hypervisor: UInt64 = 0xffff_ffff

  /// Divides what is named by `ranges`.
  init(_ ranges: [(base: UInt64, end: UInt64)], cells: Set<UInt64>) {
    let cuts = Set(ranges.flatMap { [$0.base, $0.end] }).sorted()
    // Begins and ends, so that what nobody names is left out.
    var opened: [UInt64: Int] = [:]
    for range in ranges where range.base < range.end {
      opened[range.base, default: 0] += 1
      opened[range.end, default: 0] -= 1
    }
    var places: [(base: UInt64, end: UInt64)] = []
    var depth = 0
    for (base, end) in zip(cuts, cuts.dropFirst()) {
      depth += opened[base] ?? 0
      if depth > 0 { places.append((base, end)) }
    }
    self.places = places
    ids = cells.subtracting([Self.root, Self.hypervisor]).sorted()
    func numbers(_ space: Space) -> Set<Int> {
      Set(places.indices.filter { places[$0].base >> 60 == space.rawValue })
    }
    logic = FiniteLogic(
      cells: ids.count + 2, resources: places.count, cpus: numbers(.cpu), pins: numbers(.line),
      registers: Set(places.indices).subtracting(numbers(.memory)).subtracting(numbers(.cpu)))
  }

  /// The model's number of a cell; nil where the log never speaks of it.
  func cell(_ id: UInt64) -> Int? {
    if id == Self.root { return 0 }
    if id == Self.hypervisor { return 1 }
    return ids.firstIndex(of: id).map { $0 + 2 }
  }
  /// The id of the model's cell.
  func id(_ cell: Int) -> UInt64 { cell == 0 ? Self.root : cell == 1 ? Self.hypervisor : ids[cell - 2] }
  /// The model's number of a CPU; nil where no configuration names it.
  func cpu(_ number: UInt64) -> Int? {
    let word = Space.cpu.origin + number
    return places.firstIndex { $0.base <= word && word < $0.end }
  }

  func name(cell: Int) -> String { cell == 0 ? "root" : cell == 1 ? "the hypervisor" : "cell \(id(cell))" }
  func name(place: Int) -> String {
    let (base, end) = places[place]
    let number = base & (1 << 60 - 1)
    func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
    switch Space.of(base) {
    case .memory: return "memory \(hex(base)) to \(hex(end))"
    case .port: return "ports \(hex(number)) to \(hex(end & (1 << 60 - 1)))"
    case .cpu: return "CPU \(number)"
    case .function: return "function \(hex(number))"
    case .line: return "line \(number & 0x3ff) of the chip at \(hex(number >> 10 & ~0xfff))"
    case .cacheWay: return "cache way \(number)"
    case .stream: return "stream \(hex(number))"
    case nil: return "something at \(hex(base))"
    }
  }
}

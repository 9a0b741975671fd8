// SPDX-License-Identifier: Apache-2.0
// What the image says of who owns what, in the model's terms, and where that is not what the model says.

import Core
import Models

/// One telling of the image's.
struct Ownership {
  private let universe: Universe
  private let told: Told
  /// By cell and resource: the marks of each row that covers it.
  private let marks: [[[UInt64]]]

  init(_ told: Told, _ universe: Universe) {
    (self.told, self.universe) = (told, universe)
    marks = (0..<universe.logic.cells).map { cell in
      let own = told.rows.filter { $0.owner == universe.id(cell) }
      return universe.starts.map { word in own.filter { $0.base <= word && word < $0.end }.map(\.marks) }
    }
  }

  private static let rights: [UInt64] = [Marks.read, Marks.write, Marks.execute, Marks.dma]
  private func phase(_ c: Int) -> UInt64 {
    c == 1 ? Phase.running : told.cells[universe.id(c)]?.phase ?? Phase.absent
  }
  private func keeps(_ c: Int, _ x: Int) -> Bool {
    c > 1 && !marks[c][x].isEmpty && marks[c][x].allSatisfy { $0 & Marks.keepsRoot != 0 }
  }
  private func opens(_ c: Int, _ x: Int) -> Bool {
    c > 1 && marks[c][x].contains { $0 & Marks.loadable != 0 }
      && marks[c][x].allSatisfy { $0 & (Marks.loadable | Marks.keepsRoot) != 0 }
  }
  /// Cells that take the resource from root.
  private func takers(_ x: Int) -> [Int] {
    (1..<universe.logic.cells).filter { c in
      let isOpen = opens(c, x) && phase(c) == Phase.loadable
      return phase(c) != Phase.absent && !marks[c][x].isEmpty && !keeps(c, x) && !isOpen
    }
  }

  /// The first difference, in words; nil where there is none.
  func difference(from model: State<FiniteLogic>) -> String? {
    func differ(_ what: String, _ image: some Equatable, _ due: some Equatable) -> String {
      "\(what): the image says \(image), the model says \(due)"
    }
    if told.rows.contains(where: { universe.cell($0.owner) == nil }) {
      return "a row is a cell's that never came"
    }
    if let cell = told.cells.keys.first(where: { universe.cell($0) == nil }) {
      return "cell \(cell) lives, and never came"
    }
    for c in 0..<universe.logic.cells {
      let name = c == 0 ? "root" : c == 1 ? "the hypervisor" : "cell \(universe.id(c))"
      let phase = Int(phase(c))
      if phase != model.phase(c) { return differ("phase of \(name)", phase, model.phase(c)) }
      if c > 1 && phase != Int(Phase.absent) {
        let flags = told.cells[universe.id(c)]?.flags ?? 0
        let (confidential, passive) = (flags & CellFlag.confidential != 0, flags & CellFlag.passive != 0)
        if confidential != model.confidential(c) {
          return differ("\(name), confidential", confidential, !confidential)
        }
        if passive != model.passive(c) { return differ("\(name), passive", passive, !passive) }
      }
      for x in universe.starts.indices {
        for right in RightName.allCases {
          let has = marks[c][x].contains { $0 & Self.rights[right.rawValue] != 0 }
          let due = c == 0 ? model.base(x, right.rawValue) : model.claims(c, x, right.rawValue)
          // Of the hypervisor's a row is a row, whatever it says.
          let isNamed = c == 1 ? !marks[c][x].isEmpty : has
          if isNamed != due { return differ("\(name), \(universe.name(x)), right to \(right)", isNamed, due) }
        }
        if c < 2 { continue }
        if keeps(c, x) != model.keepsRoot(c, x) {
          return differ("\(name), \(universe.name(x)), ROOTSHARED", keeps(c, x), model.keepsRoot(c, x))
        }
        if opens(c, x) != model.loadable(c, x) {
          return differ("\(name), \(universe.name(x)), LOADABLE", opens(c, x), model.loadable(c, x))
        }
      }
    }
    for x in universe.starts.indices {
      let takers = takers(x)
      if takers.count > 1 {
        return "\(universe.name(x)) is taken from root by cells \(takers.map(universe.id)) at once"
      }
      let holder = takers.first ?? 0
      if holder != model.holder(x) {
        return differ("holder of \(universe.name(x))", universe.id(holder), universe.id(model.holder(x)))
      }
    }
    for (cpu, owner) in told.occupants.sorted(by: { $0.key < $1.key }) {
      // A CPU that nobody's configuration names is nobody's.
      let due = universe.cpu(cpu).map { universe.id(model.occupant($0)) } ?? Owner.hypervisor
      if owner != due { return differ("occupant of CPU \(cpu)", owner, due) }
    }
    return nil
  }
}

// SPDX-License-Identifier: Apache-2.0
// What a log's rows mean, held against the model's state, place by place: rights, root's layer, who holds it, who runs where.

import Models

/// Marks of a row: its rights are bits 3:0.
private enum Mark {
  static let keepsRoot: UInt64 = 1 << 6
  static let loadable: UInt64 = 1 << 7
}
/// Flags of a cell.
private enum Flag {
  static let passive: UInt64 = 1 << 0
  static let confidential: UInt64 = 1 << 8
}

extension ToldState {
  /// What differs from the model, in words. `guests` says where a cell finds a place.
  func differences(
    from model: State<FiniteLogic>, in universe: Universe, guests: (_ cell: Int, _ place: Int) -> Set<UInt64>
  ) -> [String] {
    if isEnabled != model.enabled {
      return ["the image says enabled: \(isEnabled), the model: \(model.enabled)"]
    }
    if !isEnabled { return [] }
    var texts: [String] = []
    func compare<V: Equatable>(_ what: @autoclosure () -> String, _ image: V, _ model: V) {
      if image != model { texts.append("\(what()): the image says \(image), the model \(model)") }
    }
    let (cellNumbers, places) = (0..<universe.logic.cells, universe.places.indices)
    let phases = cellNumbers.map { c -> Int in
      c == 1 ? PhaseName.running.rawValue : Int(cells[universe.id(c)]?.phase ?? 0)
    }
    for (id, _) in cells where universe.cell(id) == nil {
      texts.append("there is a cell \(id) that nobody made")
    }
    for c in cellNumbers {
      compare("phase of \(universe.name(cell: c))", phases[c], model.phase(c))
      guard c > 1, let cell = cells[universe.id(c)] else { continue }
      let name = universe.name(cell: c)
      compare("\(name), passive", cell.flags & Flag.passive != 0, model.passive(c))
      compare("\(name), confidential", cell.flags & Flag.confidential != 0, model.confidential(c))
      compare("\(name), loaded", cell.loaded == 1, model.loaded(c))
    }
    for x in places {
      let base = universe.places[x].base
      let here = rows.filter { $0.base <= base && base < $0.end }
      for row in here where universe.cell(row.owner) == nil {
        texts.append("\(universe.name(place: x)) is said to be cell \(row.owner)'s, which nobody made")
      }
      var takers: [Int] = []
      for c in cellNumbers {
        let own = here.filter { $0.owner == universe.id(c) }
        for right in RightName.allCases {
          let has = own.contains { $0.marks >> UInt64(right.rawValue) & 1 == 1 }
          let may = c == 0 ? model.base(x, right.rawValue) : model.claims(c, x, right.rawValue)
          // Of the hypervisor the model knows that it claims, not how.
          if c == 1 {
            compare("\(universe.name(place: x)), the hypervisor's", !own.isEmpty, may)
          } else {
            compare("\(universe.name(place: x)), right of \(universe.name(cell: c)) to \(right)", has, may)
          }
        }
        if c == 0 || own.isEmpty { continue }
        let keeps = own.allSatisfy { $0.marks & Mark.keepsRoot != 0 }
        let opens =
          own.contains { $0.marks & Mark.loadable != 0 }
          && own.allSatisfy { $0.marks & (Mark.loadable | Mark.keepsRoot) != 0 }
        compare(
          "\(universe.name(place: x)), \(universe.name(cell: c)) leaves it to root", keeps,
          model.keepsRoot(c, x))
        compare(
          "\(universe.name(place: x)), root may load it for \(universe.name(cell: c))", opens,
          model.loadable(c, x))
        if Space.of(base) == .memory && c > 1 {
          compare(
            "\(universe.name(place: x)), where \(universe.name(cell: c)) finds it",
            Set(own.map { $0.guest &+ (base - $0.base) }), guests(c, x))
        }
        if !keeps && !(opens && phases[c] == PhaseName.loadable.rawValue) { takers.append(c) }
      }
      if takers.count > 1 {
        texts.append(
          "\(universe.name(place: x)) is taken from root by cells \(takers.map(universe.id)) at once")
      }
      compare(
        "who holds \(universe.name(place: x))", universe.id(takers.first ?? 0), universe.id(model.holder(x)))
    }
    for (number, occupant) in occupants.sorted(by: { $0.key < $1.key }) {
      guard let x = universe.cpu(number) else {
        if occupant != Universe.hypervisor {
          texts.append("CPU \(number), which is nobody's, runs \(occupant)")
        }
        continue
      }
      compare("who runs on CPU \(number)", occupant, universe.id(model.occupant(x)))
    }
    return texts
  }
}

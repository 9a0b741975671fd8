// SPDX-License-Identifier: Apache-2.0
// What the ledger holds of a configuration: each item's claim, exactly as the bytes say, and of each row behind the kept
// ones, the item that says so. Likewise for what the hypervisor protects.
//
// Shown once, by the theorem of the step that adds the rows, and by the transition of the ledger that it leaves behind.

import Core
import Symbolic

/// Rows `first ..< end` of a generation, and the items that they came from.
struct LedgerItems {
  typealias W = SymbolicWord
  let machine: SymbolicMachine
  let generation: Generation
  let first: W
  let end: W

  private var item: W { machine.arbitrary(Ghost.item) }
  private var row: W { machine.arbitrary(Ghost.newRow) }
  private func origin(_ row: W) -> W { machine.peek(generation.source, row) }
  private func isAdded(_ row: W) -> SymbolicTruth { (first .<= row) .& (row .< end) }
  private func isRange(_ row: W, _ claim: Claim<W>) -> SymbolicTruth {
    (machine.peek(generation.base, row) .== claim.base) .& (machine.peek(generation.end, row) .== claim.end)
  }
  private func isClaim(_ row: W, _ claim: Claim<W>) -> SymbolicTruth {
    isRange(row, claim) .& (machine.peek(generation.owner, row) .== claim.owner)
      .& (machine.peek(generation.marks, row) .== claim.marks)
      .& (machine.peek(generation.guest, row) .== claim.guest)
  }

  /// Items, their claims and the rows: `claim` says what an item's claim is, `exact` that a claim is what the bytes say.
  private func parts(
    count: W, from old: W, places: Table, claim: (W) -> Claim<W>?, is same: (W, Claim<W>) -> SymbolicTruth,
    exact: (W, Claim<W>) -> [StepFact.Part]
  ) -> [StepFact.Part] {
    let (place, from) = (machine.peek(places, old &+ item), origin(row) &- old)
    guard let held = claim(item), let source = claim(from) else {
      return [("the items' claims are known", .known(false))]
    }
    let isHeld = isAdded(place) .& (origin(place) .== (old &+ item)) .& same(place, held)
    let isItem = (item .< count)
    return [
      ("no item is left out", isItem ==> ((held.base .== held.end) .| isHeld)),
      ("no row is invented", isAdded(row) ==> ((from .< count) .& same(row, source))),
    ]
      + exact(item, held).map { ("exact claim of an item, \($0.name)", isItem ==> $0.truth) }
      + exact(from, source).map { ("exact claim of a row, \($0.name)", isAdded(row) ==> $0.truth) }
  }

  /// The rows are the claims of a configuration's items, all of them and no others, each exactly as the bytes say. Items are
  /// numbered from `old` on.
  func items(_ asked: Asked?, from old: W) -> [StepFact.Part] {
    guard let asked, let source = asked.context as? ItemSource<W> else { return [("items", .known(false))] }
    let numbers = ItemNumbers(machine: machine, source: source)
    return parts(
      count: numbers.total, from: old, places: .place, claim: { asked.use($0).result as? Claim<W> },
      is: isClaim, exact: { numbers.exact($1, of: $0) })
  }

  /// The rows are the ranges of the protected items, all of them and no others, each exactly as the bytes say.
  func protected(_ asked: Asked?) -> [StepFact.Part] {
    guard let asked, let system = asked.context as? SystemLayout<W> else {
      return [("protected items", .known(false))]
    }
    return parts(
      count: system.root.chips.count &+ system.root.devices.count &+ 20, from: 0, places: .protectedPlace,
      claim: { asked.use($0).result as? Claim<W> }, is: isRange,
      exact: { ExactProtection(machine: machine, item: $0, system: system, range: $1).parts })
  }

  /// What the proof of `items` rests on.
  static func rests(_ m: SymbolicMachine, from old: SymbolicWord, on step: ProvedStep)
    -> [(step: ProvedStep, index: SymbolicWord)]
  {
    let from = m.peek(.nextSource, m.arbitrary(Ghost.newRow)) &- old
    return [(step, m.arbitrary(Ghost.item)), (step, from)]
  }
}

extension PathProof {
  private func show(_ parts: () -> [StepFact.Part]) {
    for part in explorer.specifying(parts) { explorer.prove(part.name, part.truth) }
  }

  /// Shows that the ledger in force holds the claims of all items of the cell's configuration and, besides them, the claims of
  /// the old ledger that are not `gone`'s; and that no two of the cell's regions give one guest-physical address two
  /// meanings.
  func showCell(gone: SymbolicWord) {
    let count = SymbolicWord(known: Register.claimCount)
    guard let adding = machine.results[.addCell] as? Adding<SymbolicWord>,
      let layout = machine.results[.readCell] as? CellLayout<SymbolicWord>
    else { return explorer.fail("items", "no cell was added") }
    machine.recall()
    let old = before.read(.registers, count)
    let rows = LedgerItems(machine: machine, generation: .current, first: adding.first, end: adding.count)
    show { rows.items(machine.asked[.cellItem], from: old) }
    prove("the ledger ends there") { machine.peek(.registers, count) .== adding.count }
    show { ExactLayout.parts(machine, layout, at: 0) }
    showKept(below: adding.first, gone: gone)
    show { [ExactLayout.guestMap(machine, layout, first, second)] }
  }

  /// Shows that the rows below `kept` are the claims of the old ledger, but for those of `gone`.
  private func showKept(below kept: SymbolicWord, gone: SymbolicWord) {
    func same(_ row: SymbolicWord, _ old: SymbolicWord) -> SymbolicTruth {
      [
        (Table.currentBase), .currentEnd, .currentOwner, .currentMarks, .currentGuest,
      ].reduce(.known(true)) { $0 .& (machine.peek($1, row) .== before.read($1, old)) }
    }
    let (place, from) = (machine.peek(.place, oldRow), machine.peek(.currentSource, first))
    prove("no other claim is lost") {
      ((oldRow .< old.count) .& (before.read(.currentOwner, oldRow) .!= gone))
        ==> ((place .< kept) .& same(place, oldRow))
    }
    prove("no other claim is invented") {
      (first .< kept)
        ==> ((from .< old.count) .& same(first, from) .& (before.read(.currentOwner, from) .!= gone))
    }
  }

  /// Shows that the ledger in force holds the claims of all items of root's configuration and the ranges of all protected
  /// items, and nothing else; and that the facts that later admissions use are the configuration's.
  func showSystem() {
    let count = SymbolicWord(known: Register.claimCount)
    guard let base = machine.results[.addRoot] as? Adding<SymbolicWord>,
      let adding = machine.results[.protect] as? Adding<SymbolicWord>,
      let system = machine.results[.readSystem] as? SystemLayout<SymbolicWord>
    else { return explorer.fail("items", "no system was added") }
    machine.recall()
    let roots = LedgerItems(machine: machine, generation: .current, first: 0, end: base.count)
    let rest = LedgerItems(machine: machine, generation: .current, first: base.count, end: adding.count)
    show { roots.items(machine.asked[.rootItem], from: before.read(.registers, count)) }
    show { rest.protected(machine.asked[.protectedItem]) }
    prove("the ledger ends there") { machine.peek(.registers, count) .== adding.count }
    show { ExactLayout.parts(machine, system) }
    show {
      let exact = ExactFacts(machine: machine, system: system, facts: machine.facts())
      return exact.parts + [exact.platform]
    }
  }
}

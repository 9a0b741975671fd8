// SPDX-License-Identifier: Apache-2.0
// What the core's tables mean: the abstract state that they stand for.
//
// A cell has a right to a resource if some row of the ledger says so. That is a predicate `has` of cell, resource and the
// marks that are looked for, with a function `row` that chooses such a row: if any row fits, then `has` holds; if `has`
// holds, then `row` fits. (Every instance of that is true by choosing well, so instances may be assumed freely.) A claim is ROOTSHARED in the model if every row
// of the cell over the resource is; it is LOADABLE if every row that is not ROOTSHARED is, and some row is.
//
// Not in the core yet, and so not compared: interrupt routes (`armed`, `target`) and the ghosts `manager` and
// `secret`. `agrees` and `locked` are what the cell's communication page says at the one moment when the core reads it.

import Core
import Models
import Symbolic

/// The marks that a row is looked for by: those in `mask` must equal `value`.
struct Marking {
  let mask: SymbolicWord
  let value: SymbolicWord
  private init(_ mask: UInt64, _ value: UInt64) {
    self.mask = SymbolicWord(known: mask)
    self.value = SymbolicWord(known: value)
  }
  init(mask: SymbolicWord, value: SymbolicWord) {
    self.mask = mask
    self.value = value
  }
  /// Any row.
  static let any = Marking(0, 0)
  /// Takes from root, unless loadable.
  static let private_ = Marking(Marks.keepsRoot, 0)
  /// Takes from root at all times.
  static let closed = Marking(Marks.keepsRoot | Marks.loadable, 0)
  static let loadable = Marking(Marks.loadable, Marks.loadable)
  static func right(_ mark: UInt64) -> Marking { Marking(mark, mark) }
  static let rights: [UInt64] = [Marks.read, Marks.write, Marks.execute, Marks.dma]
  /// All that the abstraction looks for.
  static let all = kinds + rights.map(right)
  private static let kinds = [any, private_, closed, loadable]
  /// Each of these, with the others that a row so marked may fit as well and that some statement compares it with: what a
  /// row grants says nothing of what else it grants.
  static let related = kinds.map { ($0, all) } + rights.map { (right($0), [any]) }
}

/// One moment of the core, as a state of the model.
struct Abstraction {
  let logic: CoreLogic
  let ledger: LedgerView
  let tables: Snapshot
  /// Name of the ledger, and of no other: its rows are chosen by functions of this name.
  private let label: String
  /// Name of the moment: its holders are chosen by a function of this name.
  let moment: String
  /// What the cells' communication pages say.
  let agrees: (Term) -> Term
  let locked: (Term) -> Term

  init(
    _ logic: CoreLogic, _ machine: SymbolicMachine, _ ledger: LedgerView, tables: Snapshot? = nil,
    moment: String,
    agrees: @escaping (Term) -> Term, locked: @escaping (Term) -> Term
  ) {
    self.logic = logic
    self.ledger = ledger
    self.tables = tables ?? machine.snapshot
    label = "ledger\(machine.explorer.number(of: ledger.content(in: logic.context)))"
    self.moment = moment
    self.agrees = agrees
    self.locked = locked
  }

  private var context: Z3Context { logic.context }
  typealias Word = SymbolicWord

  /// The row that is chosen if any fits.
  func row(_ c: Word, _ x: Word, _ m: Marking) -> Word {
    let word = context.bits(64)
    let choice = context.function("\(label).row", [word, word, word, word], word)
    return Word(choice.apply([c, x, m.mask, m.value].map { $0.term(in: context) }))
  }
  /// Row `k` is cell `c`'s, holds `x`, and is marked so.
  func fits(_ k: Word, _ c: Word, _ x: Word, _ m: Marking) -> SymbolicTruth {
    ledger.covers(k, x) .& (ledger.owner(k) .== c) .& ((ledger.marks(k) & m.mask) .== m.value)
  }
  /// Some row fits. A predicate of its own: what follows from "some row fits" alone is then no question of addresses.
  func has(_ c: Word, _ x: Word, _ m: Marking) -> SymbolicTruth {
    let word = context.bits(64)
    let predicate = context.function("\(label).has", [word, word, word, word], context.boolean)
    return SymbolicTruth(predicate.apply([c, x, m.mask, m.value].map { $0.term(in: context) }))
  }
  /// True by definition of `has` and `row`: the chosen row fits, if any does.
  func meaning(_ c: Word, _ x: Word, _ m: Marking) -> SymbolicTruth {
    has(c, x, m) ==> fits(row(c, x, m), c, x, m)
  }
  /// True by definition of `has`, for any row `k`.
  func definition(_ k: Word, _ c: Word, _ x: Word, _ m: Marking) -> SymbolicTruth {
    fits(k, c, x, m) ==> has(c, x, m)
  }

  private func isGuest(_ c: Word) -> SymbolicTruth {
    (c .!= Word(known: Owner.root)) .& (c .!= Word(known: Owner.hypervisor))
  }
  private func phase(_ c: Word) -> Word {
    Word.choose(
      c .== Word(known: Owner.hypervisor), Word(known: Core.Phase.running),
      Word.choose(c .< ledger.cells, tables.read(.phase, c), Word(known: Core.Phase.absent)))
  }
  private func isLiveGuest(_ c: Word) -> SymbolicTruth {
    isGuest(c) .& (phase(c) .!= Word(known: Core.Phase.absent))
  }

  /// The state, in which `holder` is `chosen`.
  private func state(holder chosen: @escaping (Term) -> Term) -> State<CoreLogic> {
    func truth(_ truth: SymbolicTruth) -> Term { truth.term(in: context) }
    let value = logic.content
    let word = context.bits(64)
    func relation(_ name: String) -> (Term, Term) -> Term {
      let f = context.function("ghost.\(name)", [word, word], context.boolean)
      return { f($0, $1) }
    }
    func property(_ name: String) -> (Term) -> Term {
      let f = context.function("ghost.\(name)", [word], context.boolean)
      return { f($0) }
    }
    let target = context.function("ghost.target", [word], word)
    return State(
      logic: logic,
      enabled: truth(tables.read(.registers, Word(known: Register.enabled)) .== 1),
      manager: context.constant("ghost.manager", word),
      phase: { phase(Word($0)).term(in: context) },
      confidential: { c in
        truth(isLiveGuest(Word(c)) .& tables.read(.cellFlags, Word(c)).has(CellFlag.confidential))
      },
      loaded: { c in truth(isLiveGuest(Word(c)) .& (tables.read(.loaded, Word(c)) .== 1)) },
      passive: { c in truth(isLiveGuest(Word(c)) .& tables.read(.cellFlags, Word(c)).has(CellFlag.passive)) },
      agrees: agrees, locked: { c in truth(isGuest(Word(c))) .& locked(c) },
      claims: { c, x, r in
        let right = Marking(mask: Word(r), value: Word(r))
        let isHypervisors = (Word(c) .== Word(known: Owner.hypervisor)) .& has(Word(c), Word(x), .any)
        return truth(isHypervisors .| (isGuest(Word(c)) .& has(Word(c), Word(x), right)))
      },
      keepsRoot: { c, x in
        let (c, x) = (Word(c), Word(x))
        return truth(isGuest(c) .& has(c, x, .any) .& .!has(c, x, .private_))
      },
      loadable: { c, x in
        let (c, x) = (Word(c), Word(x))
        return truth(isGuest(c) .& has(c, x, .loadable) .& .!has(c, x, .closed))
      },
      base: { x, r in
        truth(has(Word(known: Owner.root), Word(x), Marking(mask: Word(r), value: Word(r))))
      },
      holder: chosen,
      occupant: { x in
        let cpu = Word(x) &- Word(known: Space.cpu.origin)
        let isThere = ((Word(x) >> 60) .== Word(known: Space.cpu.rawValue)) .& (cpu .< ledger.cpus)
        return Word.choose(isThere, tables.read(.occupant, cpu), Word(known: Owner.hypervisor)).term(
          in: context)
      },
      armed: property("armed"), target: { target($0) }, content: value, secret: relation("secret"))
  }

  private func holder(_ x: Term) -> Term {
    context.function("\(moment).holder", [context.bits(64)], context.bits(64))(x)
  }
  /// The state. Its holder of a resource is a cell that takes it from root; root where none does.
  var state: State<CoreLogic> {
    let bare = state(holder: { _ in logic.root })
    return state(holder: { x in
      Term.choose(bare.takes(holder(x), x), holder(x), logic.root)
    })
  }
  /// The cell that is chosen to hold `x`, if any takes it.
  func chosenHolder(_ x: Word) -> Word { Word(holder(x.term(in: context))) }
  /// True by definition of `holder`, for any cell.
  func holderDefinition(_ c: Word, _ x: Word) -> SymbolicTruth {
    let bare = state(holder: { _ in logic.root })
    let (c, x) = (c.term(in: context), x.term(in: context))
    return SymbolicTruth(bare.takes(c, x).implies(bare.takes(holder(x), x)))
  }
}

// SPDX-License-Identifier: Apache-2.0
// Refinement: where the core succeeds, the model's transition is allowed, and the core's tables then stand for the
// state after it. What a refused request does is the core theorems' matter: nothing.
//
// With the model's theorems this carries every invariant and the noninterference conditions to the core: the invariants
// hold of what the tables stand for before a transition (by induction), so they may be used there at any point; the
// guards are shown, so the model's theorems say that they hold after it too.

import Core
import Models
import Symbolic

/// The refinement of one transition, on one path.
struct Refinement {
  typealias Word = SymbolicWord

  let machine: SymbolicMachine
  let logic: CoreLogic
  /// What the tables stand for before the transition.
  let before: Abstraction
  var explorer: Explorer { machine.explorer }
  private var context: Z3Context { explorer.context }

  /// The arbitrary point at which the model's statements are shown.
  let cell: Word
  let other: Word
  let resource: Word

  /// At the start of a path.
  init(_ machine: SymbolicMachine) {
    self.init(machine, machine.snapshot, LedgerView(machine))
  }
  /// At the end of one.
  init(_ proof: PathProof) { self.init(proof.machine, proof.before, proof.old) }

  private init(_ machine: SymbolicMachine, _ tables: Snapshot, _ ledger: LedgerView) {
    self.machine = machine
    let context = machine.explorer.context
    logic = CoreLogic(context)
    cell = Word(context.constant("point.cell", context.bits(64)))
    other = Word(context.constant("point.other", context.bits(64)))
    resource = machine.arbitrary(Ghost.resource)
    before = Abstraction(
      logic, machine, ledger, tables: tables, moment: "before",
      agrees: { c in
        let state = machine.foreign(Self.look("state", in: []), Word(c), 0)
        let reply = machine.foreign(Self.look("reply", in: []), Word(c), 0)
        return ((2 .<= state) .| (reply .== 3)).term(in: context)
      },
      locked: { c in (Self.lock(machine, Word(c)) .== 1).term(in: context) })
  }

  /// The first look of its kind on a path.
  private static func look(_ kind: String, in trail: [String]) -> String {
    SymbolicMachine.foreignName(kind, in: trail) + "!0"
  }
  /// The state word of cell `c` that the search for locks saw: its iteration `c`.
  private static func lock(_ machine: SymbolicMachine, _ c: Word) -> Word {
    machine.foreign(look("state", in: ["\(Loop.lockCheck)"]), c, c)
  }

  /// What the tables stand for now.
  func after(_ proof: PathProof) -> Abstraction {
    Abstraction(
      logic, machine, proof.new, moment: "after", agrees: before.agrees, locked: before.locked)
  }

  /// A truth of the model, for the explorer.
  func truth(_ term: Term) -> SymbolicTruth { SymbolicTruth(term) }
  /// A word for the model.
  func term(_ word: Word) -> Term { word.term(in: context) }
  /// The point's resource is a CPU.
  var isCPU: SymbolicTruth { truth(logic.isCPU(term(resource))) }
  /// The number of that CPU.
  var number: Word { resource &- Word(known: Space.cpu.origin) }
  /// It is a CPU that the machine has.
  var isThere: SymbolicTruth { isCPU .& (number .< machine.capacity(.occupant)) }
  /// What is known of the ghost row of the new ledger, said of `row`; where `old` is given, also of the ghost row of the old.
  func known(of row: Word, _ old: Word? = nil) -> [SymbolicTruth] {
    let row = (machine.arbitrary(Ghost.firstRow), row)
    return explorer.instances(old.map { [row, (machine.arbitrary(Ghost.oldRow), $0)] } ?? [row])
  }
  /// The CPU `number` as a resource.
  func cpu(_ number: Word) -> Word { Word(known: Space.cpu.origin) &+ number }

  /// What is true by definition, or of every row, of the rows that are chosen for `cells` at the point's resource, or at
  /// `resources`.
  func definitions(of a: Abstraction, cells: [Word], at resources: [Word]? = nil) -> [SymbolicTruth] {
    explorer.specifying {
      (resources ?? [resource]).flatMap { x in
        cells.flatMap { c in
          Marking.related.flatMap { chosen, related in
            let row = a.row(c, x, chosen)
            return [a.meaning(c, x, chosen), a.ledger.isClaim(row)]
              + related.map { a.definition(row, c, x, $0) }
          }
        }
      }
    }
  }
  /// What is true by definition of the chosen holder, for `cells`.
  func holderDefinitions(of a: Abstraction, cells: [Word]) -> [SymbolicTruth] {
    explorer.specifying { cells.map { a.holderDefinition($0, resource) } }
  }
  /// Takes all that for granted.
  func assumeDefinitions(of a: Abstraction, cells: [Word]) {
    definitions(of: a, cells: cells).forEach(explorer.assume)
    holderDefinitions(of: a, cells: cells).forEach(explorer.assume)
  }

  /// The model's invariants, which hold before the transition, for `cells` at `resources`.
  func modelInvariants(
    _ names: [String], cells: [Word], others: [Word] = [0], at resources: [Word]? = nil
  ) -> [SymbolicTruth] {
    let s = before.state
    var result: [SymbolicTruth] = []
    for invariant in Invariant<CoreLogic>.all where names.contains(invariant.name) {
      for c in cells {
        for d in others {
          for x in resources ?? [resource] {
            let point = Point<CoreLogic>(
              cell: term(c), other: term(d), resource: term(x), right: logic.right(.execute))
            result.append(explorer.specifying { truth(invariant.holds(s, point)) })
          }
        }
      }
    }
    return result
  }
  /// Takes them for granted.
  func assumeModelInvariants(
    _ names: [String], cells: [Word], others: [Word] = [0], at resources: [Word]? = nil
  ) {
    modelInvariants(names, cells: cells, others: others, at: resources).forEach(explorer.assume)
  }

  /// Shows that the transition is allowed. `given`: what each guard, by its name, needs besides what the path knows.
  func proveGuards<T: Transition>(of transition: T, given: (String) -> [SymbolicTruth] = { _ in [] })
  where T.L == CoreLogic {
    let point = Point<CoreLogic>(
      cell: term(cell), other: term(other), resource: term(resource), right: logic.right(.read))
    for guarded in explorer.specifying({ transition.guards(before.state, point) }) {
      explorer.prove(
        "refines \(transition.name): allowed: \(guarded.name)", truth(guarded.holds),
        given: given(guarded.name))
    }
  }

  /// Shows that the tables stand for the state after the transition, wherever the core has a say.
  /// `given`: what each part of the state, by its name, needs besides what the path knows.
  func proveEffects<T: Transition>(
    of transition: T, in a: Abstraction, given: (String) -> [SymbolicTruth] = { _ in [] }
  ) where T.L == CoreLogic {
    // All that was taken for granted must agree: otherwise what follows would hold for want of a state.
    explorer.expect("refines \(transition.name): what is taken for granted")
    explorer.mark("refines \(transition.name): what is taken for granted")
    let (s, t) = explorer.specifying { (transition.apply(before.state), a.state) }
    let (c, x) = (term(cell), term(resource))
    func same(_ what: String, _ isSame: @autoclosure () -> Term) {
      let isSame = explorer.specifying(isSame)
      explorer.prove("refines \(transition.name): \(what)", truth(isSame), given: given(what))
    }
    same("mode", s.enabled .== t.enabled)
    same("phase", s.phase(c) .== t.phase(c))
    // Nothing else means anything once the hypervisor has left.
    if s.enabled.isFalse { return }
    same("confidential", s.confidential(c) .== t.confidential(c))
    same("loaded", s.loaded(c) .== t.loaded(c))
    same("passive", s.passive(c) .== t.passive(c))
    for right in RightName.allCases {
      let r = logic.right(right)
      same("right to \(right)", s.claims(c, x, r) .== t.claims(c, x, r))
      same("base layer, \(right)", s.base(x, r) .== t.base(x, r))
    }
    same("ROOTSHARED", s.keepsRoot(c, x) .== t.keepsRoot(c, x))
    same("LOADABLE", s.loadable(c, x) .== t.loadable(c, x))
    same("holder", s.holder(x) .== t.holder(x))
    same("occupant", s.occupant(x) .== t.occupant(x))
    let cleared = machine.isScrubbed.term(in: context) .& logic.isClearable(x)
    same("content", s.content(x) .== Term.choose(cleared, logic.cleared, logic.content(x)))
  }
}

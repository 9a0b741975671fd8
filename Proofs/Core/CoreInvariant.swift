// SPDX-License-Identifier: Apache-2.0
// The invariant of the core's state, in words:
//
// The claims in force fit the ledger. Each is not empty, lies inside one space, and belongs to root (base layer, and only
// root has that), to the hypervisor (never shared, never loadable, memory or ports), or to a cell that lives. A claim that
// may be shared is one that root keeps, and is not executable. A claim of CPUs is one CPU; CPUs and interrupt lines are
// neither shared nor loadable. Any two claims of different owners are disjoint, or both may be shared, or one is base layer.
//
// It is assumed where a transition begins, at the rows that a proof asks about, and shown where it ends, at arbitrary
// ones.

import Core
import Symbolic

/// The ledger of one moment: the columns of a generation and the number of rows, as they were then.
struct LedgerView {
  let base: (SymbolicWord) -> SymbolicWord
  let end: (SymbolicWord) -> SymbolicWord
  let owner: (SymbolicWord) -> SymbolicWord
  let marks: (SymbolicWord) -> SymbolicWord
  let phase: (SymbolicWord) -> SymbolicWord
  let count: SymbolicWord
  let cells: SymbolicWord
  let cpus: SymbolicWord

  /// What `machine` has built so far, the first `count` rows of the next generation.
  init(building machine: SymbolicMachine, count: SymbolicWord) {
    let tables = machine.snapshot
    base = { tables.read(.nextBase, $0) }
    end = { tables.read(.nextEnd, $0) }
    owner = { tables.read(.nextOwner, $0) }
    marks = { tables.read(.nextMarks, $0) }
    phase = { tables.read(.phase, $0) }
    self.count = count
    cells = machine.capacity(.phase)
    cpus = machine.capacity(.occupant)
  }

  /// What `machine` holds now.
  init(_ machine: SymbolicMachine) {
    let tables = machine.snapshot
    base = { tables.read(.currentBase, $0) }
    end = { tables.read(.currentEnd, $0) }
    owner = { tables.read(.currentOwner, $0) }
    marks = { tables.read(.currentMarks, $0) }
    phase = { tables.read(.phase, $0) }
    count = tables.read(.registers, SymbolicWord(known: Register.claimCount))
    cells = machine.capacity(.phase)
    cpus = machine.capacity(.occupant)
  }

  /// All that decides which row holds what, as one term: two views with the same term say the same.
  func content(in context: Z3Context) -> Term {
    let word = context.bits(64)
    let probe = SymbolicWord(context.constant("probe", word))
    let content = context.function("ledger.content", [word, word, word, word, word], context.boolean)
    return content.apply(
      [count, base(probe), end(probe), owner(probe), marks(probe)].map { $0.term(in: context) })
  }

  /// Row `k` is there and holds the resource.
  func covers(_ k: SymbolicWord, _ x: SymbolicWord) -> SymbolicTruth {
    (k .< count) .& (base(k) .<= x) .& (x .< end(k))
  }

  /// What holds of one claim.
  func isClaim(_ k: SymbolicWord) -> SymbolicTruth {
    let isRoots = (owner(k) .== SymbolicWord(known: Owner.root)) .& marks(k).has(Marks.base)
    let isHypervisors =
      (owner(k) .== SymbolicWord(known: Owner.hypervisor)) .& ((base(k) >> 60) .<= 1)
      .& .!marks(k).hasAny(Marks.base | Marks.shareable | Marks.keepsRoot | Marks.loadable)
    let isCells =
      (0 .< owner(k)) .& (owner(k) .< cells) .& .!marks(k).hasAny(Marks.base)
      .& (phase(owner(k)) .!= SymbolicWord(known: Phase.absent))
    let claim = Claim(base: base(k), end: end(k), owner: owner(k), marks: marks(k))
    return (k .< count) ==> (claim.isWellFormed(cpus: cpus) .& (isRoots .| isHypervisors .| isCells))
  }

  /// What holds of two claims (P1).
  func areExclusive(_ j: SymbolicWord, _ k: SymbolicWord) -> SymbolicTruth {
    let isExcused =
      (j .== k) .| marks(j).has(Marks.base) .| marks(k).has(Marks.base) .| (owner(j) .== owner(k))
      .| (marks(j).has(Marks.shareable) .& marks(k).has(Marks.shareable))
    let isApart = (end(j) .<= base(k)) .| (end(k) .<= base(j))
    return ((j .< count) .& (k .< count)) ==> (isExcused .| isApart)
  }
}

extension SymbolicMachine {
  /// What holds of the registers.
  var registersAreSound: SymbolicTruth {
    func register(_ number: UInt64) -> SymbolicWord { peek(.registers, SymbolicWord(known: number)) }
    let enabled = register(Register.enabled)
    let (size, start) = (register(Register.systemSize), register(Register.chipsStart))
    let count = register(Register.chipsCount)
    let end = start &+ count.times(32)
    let ofSystem =
      (register(Register.architecture) .<= 2) .& (register(Register.maskedStreams) .<= 1)
      .& (size .<= SymbolicWord(known: Limit.systemConfig)) .& (count .<= size) .& (start .<= end)
      .& (end .<= size)
    return (enabled .<= 1) .& (register(Register.claimCount) .<= capacity(.currentBase))
      .& ((enabled .== 1) ==> ofSystem) .& isPoolSound
      .& ((enabled .== 0) ==> (register(Register.claimCount) .== 0))
  }
}

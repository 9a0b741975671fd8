// SPDX-License-Identifier: Apache-2.0
// What the core runs on. Silicon, the simulator and the symbolic machine conform; the core knows no other
// memory than what is reached from here.

/// Where a private copy of a configuration is held.
public enum Holder: UInt8, Sendable {
  /// The system configuration, kept while the hypervisor is enabled.
  case system
  /// The cell configuration under admission.
  case cell
}

/// The values that a loop carries from one iteration to the next.
public protocol LoopState: Sendable {
  /// The machine's word.
  associatedtype W: Word
  /// The same state with every word replaced; the symbolic machine forgets a state this way.
  func map(_ transform: (W) -> W) -> Self
}

/// A loop of the core, by name: proofs attach what they need to know to it, and coverage is counted by it.
public enum Loop: UInt8, Sendable {
  case clearPhases, keepClaims, addItems, protectItems
  case sortPasses, sortMerge, sortStart, ranking, covered, sweep
  case guestView, lockCheck, nameCheck, callerCheck
  case clearCPUs, rootCPUs, takeOver, handBack, channelUse, channelCheck
  case loadTarget, loadBase, otherCPUs, livingCells, budget, rootChip, highestCPU
  case fillSlots, fillPages, deadTrees, freePages, fillTaken, fillRows
  case usedPages, aliveCells
  case closePorts, openPorts, takePorts, portRange, closeMSRs
  case markRoot, markCell, orderHold, awaitHold, orderGo, newBeginnings
  case sendInterrupt, cellCPUs, rootsMemory
  case lockSearch, inform, ownCPU, leavers
  case guestTables, fetchCode
  case lineHolder, pinTargets, sweepChips, sweepPins, findChip, chipLines, keptFromRoot, findNote
}

/// Steps of the core that have a theorem of their own.
public enum ProvedStep: UInt8, Sendable {
  case readCell, readSystem, systemFacts, admitClaims, admitGuestRanges, guestMap, keepClaims
  case memoryItem, cacheItem, rootChip, pinItem, portItem, deviceItem, streamItem, cpuItem
  case cellItem, rootItem, addCell, addRoot, cpuNumbers, protectedItem, protect
  case fillLevel1, fillLevel2, fillLevel3, fillLevel4, collectPages, plantTree, takenRanges, mappedRanges
  case buildTree, portRange
  case decode, granted, lineHolder, pinTargets, sweepPins

  /// Whether it may refuse. Of the others their theorems show that they do not.
  public var mayRefuse: Bool {
    switch self {
    case .collectPages, .portRange, .decode, .granted, .lineHolder, .pinTargets, .sweepPins: false
    default: true
    }
  }
}

/// The machine under the core.
public protocol Machine: Sendable {
  /// The machine's word.
  associatedtype W: Word

  /// A word of a table. Traps where the index is not below the table's capacity.
  func read(_ table: Table, _ index: W) -> W
  /// Sets a word of a table. Traps where the index is not below the table's capacity.
  func write(_ table: Table, _ index: W, _ value: W)
  /// Notes a witness for the proofs in `place` or `nextSource`. No code reads these; silicon does nothing here.
  func witness(_ table: Table, _ index: W, _ value: W)
  /// How many words a table has.
  func capacity(_ table: Table) -> W
  /// Makes the next generation of claims the current one and the current one the next.
  func flip()

  /// Copies `size` bytes from foreign memory, host-physical `address`, into a holder, each byte once.
  /// False where the memory cannot be read or the holder is too small.
  func copyForeign(_ address: W, size: W, into holder: Holder) -> Bool
  /// `width` bytes (1, 2, 4 or 8), little-endian, of a private copy of `size` bytes. Traps outside it.
  func load(_ holder: Holder, size: W, offset: W, width: UInt64) -> W
  /// Field `offset ..< offset + width` of element `index`, as `load`. Traps where there is no such element.
  func element(_ elements: Elements<W>, _ index: W, _ offset: UInt64, _ width: UInt64) -> W
  /// Traps where `bytes` bytes from `start` do not lie inside a private copy of `size` bytes.
  func mustLieInside(_ holder: Holder, size: W, start: W, bytes: W)
  /// The state word that a cell's communication page holds now. Foreign: any value, and another one next time.
  func foreignCellState(_ cell: W) -> W
  /// The reply word that a cell's communication page holds once the wait for an answer is over. Foreign, as above.
  func foreignReply(_ cell: W) -> W

  /// Sets 32-bit word `word` of a cell's communication page. The cell may overwrite it at once. Traps where there is no such cell.
  func tell(_ cell: W, _ word: UInt64, _ value: W)

  /// A slot of a page of the pool: an entry of a page table. Traps where there is no such page, or `index` is not below 512.
  func slot(_ page: W, _ index: W) -> W
  /// Sets a slot. Traps as `slot`.
  func setSlot(_ page: W, _ index: W, _ value: W)
  /// Clears all slots of a page of the pool. Traps where there is no such page.
  func clearPage(_ page: W)

  /// Clears what of the resources `base ..< end` can hold data: the write-back memory of a host-physical range,
  /// the registers of a CPU. Other resources are left alone.
  func scrub(_ base: W, _ end: W)

  /// Runs `body` for 0 ..< count. On silicon a plain loop; in the symbolic machine the induction: the invariant
  /// holds on entry, one arbitrary iteration keeps it, and the code after the loop knows nothing else.
  /// `frame` names the tables that the body may write. An error leaves the loop at once.
  func loop<S: LoopState, E: Error>(
    _ name: Loop, _ count: W, _ state: inout S, frame: TableSet,
    invariant: @Sendable (W, S) -> W.Condition,
    body: @Sendable (W, inout S) throws(E) -> Void
  ) throws(E) where S.W == W

  /// Runs a step that has a theorem of its own. On silicon this is `body` and nothing else. In the symbolic machine the
  /// step's own theorem starts from any state that satisfies `requires`, runs `body`, and shows that it writes only
  /// `frame` and that `ensures` holds of what it returns. Everywhere else `requires` is shown, and then the step may
  /// refuse, or return with `frame` forgotten, its result unknown, and `ensures` known. `shape` is any value of the
  /// result's type. `given` is all that the step is given: every parameter of the function that it is (checked by
  /// scripts/core-rules.py), for the theorem must speak of every use.
  func step<G: Sendable, S: LoopState, E: Error>(
    _ name: ProvedStep, given: G, _ shape: S, frame: TableSet, requires: @Sendable () -> W.Condition,
    ensures: @Sendable (S) -> W.Condition, body: @Sendable () throws(E) -> S
  ) throws(E) -> S where S.W == W

  /// Runs a step that only looks. It writes nothing; and what it returns, or that it refuses, is determined by `index`, by
  /// what `context` holds, by the tables of `reads` and by the private copies. The step's own theorem shows that, too;
  /// so a specification may speak of what the step comes to at any index (`outcome`). Otherwise as `step`.
  func look<C: Sendable, S: LoopState>(
    _ name: ProvedStep, _ index: W, _ context: C, _ shape: S, reads: TableSet,
    requires: @Sendable () -> W.Condition, ensures: @Sendable (S) -> W.Condition,
    body: @Sendable () throws(Refusal<W>) -> S
  ) throws(Refusal<W>) -> S where S.W == W

  /// For specifications alone: what the step `name`, which only looks, comes to at `index` as things are now. The other
  /// arguments are those of `look`. On silicon nothing asks.
  func outcome<C: Sendable, S: LoopState>(
    of name: ProvedStep, _ index: W, _ context: C, _ shape: S, reads: TableSet,
    body: @Sendable () throws(Refusal<W>) -> S
  ) -> Outcome<S> where S.W == W

  /// For specifications alone: something that is the case at this moment, for a later moment to be compared with. On silicon this
  /// is `shape`, and `body` is not run.
  /// Only specifications can look at it (`Specified`).
  func specified<S: LoopState>(_ shape: S, _ body: @Sendable () -> S) -> Specified<S> where S.W == W
  /// Called before a specification looks at what `specified` noted. On silicon nothing does.
  func mustSpecify()
  /// Notes a witness whose value may depend on what only specifications know.
  func witness(_ table: Table, _ index: W, _ value: Specified<OneWord<W>>)

  /// A ghost: one arbitrary word, fixed before the transition begins. Only invariants may use it; it has no
  /// influence on what the core does. On silicon always 0.
  func arbitrary(_ number: Int) -> W
}

/// Something that was the case at a moment, for specifications alone: on silicon it was never found out, so code must not
/// act by it, and cannot: whoever looks passes by `Machine.mustSpecify`, which fails wherever code is proved or checked.
public struct Specified<S: LoopState>: Sendable {
  private let value: S
  /// Made by machines.
  public init(_ value: S) { self.value = value }
  /// What was the case.
  public func known<M: Machine>(to machine: M) -> S where M.W == S.W {
    machine.mustSpecify()
    return value
  }
}

/// What a step that only looks comes to.
public struct Outcome<S: LoopState>: Sendable {
  /// It returns, and does not refuse.
  public let isReturned: S.W.Condition
  /// What it returns; anything where it refuses.
  public let value: S
  /// Makes an outcome.
  @inlinable public init(isReturned: S.W.Condition, value: S) {
    self.isReturned = isReturned
    self.value = value
  }
}

/// A loop that carries nothing.
public struct NoState<W: Word>: LoopState {
  /// Nothing.
  @inlinable public init() {}
  /// Itself.
  @inlinable public func map(_ transform: (W) -> W) -> NoState<W> { self }
}

/// A loop that carries one word.
public struct OneWord<W: Word>: LoopState {
  /// The word.
  public var value: W
  /// Starts with a value.
  @inlinable public init(_ value: W) { self.value = value }
  /// The state with its word replaced.
  @inlinable public func map(_ transform: (W) -> W) -> OneWord<W> { OneWord(transform(value)) }
}

/// A private copy of a configuration. Only `Machine.privateCopy` makes one, so whatever takes a `PrivateCopy` cannot
/// be handed memory that somebody else still writes.
public struct PrivateCopy<W: Word>: Sendable {
  /// Where the bytes are.
  public let holder: Holder
  /// How many bytes there are.
  public let size: W
  init(holder: Holder, size: W) {
    self.holder = holder
    self.size = size
  }
}

/// An array inside a private copy. Only `Machine.elements` makes one, and it checks that the array lies inside.
public struct Elements<W: Word>: Sendable {
  /// Where the copy is, and its size in bytes.
  public let holder: Holder
  public let size: W
  /// Offset of the first element, bytes.
  public let start: W
  /// How many elements there are.
  public let count: W
  /// Length of an element, bytes.
  public let stride: UInt64
  init(holder: Holder, size: W, start: W, count: W, stride: UInt64) {
    self.holder = holder
    self.size = size
    self.start = start
    self.count = count
    self.stride = stride
  }
  func map(_ transform: (W) -> W) -> Elements<W> {
    Elements(
      holder: holder, size: transform(size), start: transform(start), count: transform(count), stride: stride)
  }
}

extension Machine {
  /// The array of `count` elements at `start` of a private copy of `size` bytes.
  func elements(_ holder: Holder, size: W, start: W, count: W, stride: UInt64) -> Elements<W> {
    mustLieInside(holder, size: size, start: start, bytes: count.times(stride))
    return Elements(holder: holder, size: size, start: start, count: count, stride: stride)
  }
  /// Copies a configuration out of foreign memory; nil where it cannot be read.
  public func privateCopy(_ address: W, size: W, into holder: Holder) -> PrivateCopy<W>? {
    guard copyForeign(address, size: size, into: holder) else { return nil }
    return PrivateCopy(holder: holder, size: size)
  }
  /// One register.
  func register(_ index: UInt64) -> W { read(.registers, W(known: index)) }
  /// Sets one register.
  func setRegister(_ index: UInt64, _ value: W) { write(.registers, W(known: index), value) }
}

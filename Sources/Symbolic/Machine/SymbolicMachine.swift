// SPDX-License-Identifier: Apache-2.0
// The symbolic machine: the core's memory as terms. One instance serves one path.
//
// - A table is an unknown function and a log of writes. An index not below the table's capacity is a trap, and the
//   explorer has to show that it cannot happen. Capacities are arbitrary (up to 2^31: no cell's id is the hypervisor's).
// - Foreign memory has no memory: each look at it is a new unknown.
// - A loop is an induction (`loop`).

import Core

/// A machine of terms.
public final class SymbolicMachine: Machine, @unchecked Sendable {
  public typealias W = SymbolicWord

  /// Whom to ask.
  public let explorer: Explorer
  var tables: [SymbolicTable] = []
  /// The tables whose writes are the hypervisor's state, as opposed to scratch.
  public static let state: [Table] = [
    .currentBase, .currentEnd, .currentOwner, .currentMarks, .currentGuest, .phase, .cellFlags, .name0,
    .name1, .name2, .name3, .loaded, .occupant, .registers,
  ]
  private let rows: SymbolicWord
  private let cpus: SymbolicWord
  private let cells: SymbolicWord
  private var frames: [TableSet] = []
  private var ghosts: [SymbolicWord]
  private var copies = 0
  /// What theorems add to a loop's invariant: iteration and state as words.
  public var annotations: [Loop: (SymbolicWord, [SymbolicWord]) -> SymbolicTruth] = [:]
  /// Whether the ghost resource has been scrubbed since the path began.
  public private(set) var isScrubbed = SymbolicTruth.known(false)
  /// Rows that the rebuild kept, once it has (noted by a theorem).
  public var keptRows = SymbolicWord(known: 0)
  /// The arbitrary iteration that is running.
  public private(set) var iteration = SymbolicWord(known: 0)
  /// Whether the ghost resource may be scrubbed, in some iteration of the scrubbing loop.
  public var mayScrub: ((SymbolicWord) -> SymbolicTruth)?
  /// Reads of unknown content, for the replay on the simulator.
  var touched: [Touch] = []

  /// A read of something unknown.
  enum Touch {
    case table(Table, index: Term, value: Term)
    case bytes(Holder, offset: Term, width: UInt64, value: Term)
    case word(String, cell: Term, value: Term)
  }

  /// A machine in an arbitrary state.
  public init(_ explorer: Explorer) {
    self.explorer = explorer
    let context = explorer.context
    let word = context.bits(64)
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      tables.append(SymbolicTable(content: context.function("\(table)", [word], word)))
      raw += 1
    }
    rows = SymbolicWord(explorer.constant("rows"))
    cells = SymbolicWord(explorer.constant("cells"))
    cpus = SymbolicWord(explorer.constant("cpus"))
    ghosts = []
    ghosts = (0..<Ghost.count).map { SymbolicWord(explorer.constant("ghost\($0)")) }
    for size in [rows, cells, cpus] {
      explorer.assume((SymbolicWord(known: 1) .<= size) .& (size .<= SymbolicWord(known: 1 << 31)))
    }
  }

  public func capacity(_ table: Table) -> SymbolicWord {
    switch table {
    case .order: rows &+ rows
    case .phase, .cellFlags, .name0, .name1, .name2, .name3, .loaded: cells
    case .occupant, .home: cpus
    case .registers: SymbolicWord(known: Register.count)
    default: rows
    }
  }

  private func mustExist(_ table: Table, _ index: SymbolicWord) {
    explorer.mustNotTrap(index .< capacity(table), "index of \(table)")
  }

  public func read(_ table: Table, _ index: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    mustExist(table, index)
    return tables[Int(table.rawValue)].read(index, in: explorer.context)
  }

  public func write(_ table: Table, _ index: SymbolicWord, _ value: SymbolicWord) {
    if explorer.isCut { return }
    mustExist(table, index)
    note(table, index, value)
  }

  public func witness(_ table: Table, _ index: SymbolicWord, _ value: SymbolicWord) {
    if explorer.isCut { return }
    note(table, index, value)
  }

  private func note(_ table: Table, _ index: SymbolicWord, _ value: SymbolicWord) {
    for frame in frames where !frame.includes(table) {
      explorer.fail("frame", "a loop wrote \(table), which is outside its frame")
    }
    tables[Int(table.rawValue)].writes.append((index, value))
  }

  public func flip() {
    if explorer.isCut { return }
    if !frames.isEmpty { explorer.fail("frame", "a loop exchanged the generations") }
    for offset in 0..<6 { tables.swapAt(offset, offset + 6) }
  }

  public func copyForeign(_ address: SymbolicWord, size: SymbolicWord, into holder: Holder) -> Bool {
    if explorer.isCut { return false }
    if !frames.isEmpty { explorer.fail("frame", "a loop copied foreign memory") }
    copies += 1
    copied.insert(holder)
    return explorer.fork("readable")
  }
  private var copied: Set<Holder> = []

  public func load(_ holder: Holder, size: SymbolicWord, offset: SymbolicWord, width: UInt64) -> SymbolicWord
  {
    if explorer.isCut { return 0 }
    let end = offset &+ SymbolicWord(known: width)
    explorer.mustNotTrap((offset .<= end) .& (end .<= size), "load of \(width) bytes from \(holder)")
    return bytes(holder, offset: offset, width: width)
  }

  /// The content of a holder, for code and for specifications. Loads of different width or offset are unrelated: more
  /// than any memory could do, so whatever holds here holds of bytes.
  public func bytes(_ holder: Holder, offset: SymbolicWord, width: UInt64) -> SymbolicWord {
    let context = explorer.context
    let word = context.bits(64)
    let name = "\(holder)\(copied.contains(holder) ? "'" : "")_\(width)"
    let content = context.function(name, [word], context.bits(UInt32(width) * 8))
    let value = content(offset.term(in: context))
    return SymbolicWord(width == 8 ? value : value.zeroExtended(to: 64))
  }

  public func element(
    _ elements: Elements<SymbolicWord>, _ index: SymbolicWord, _ offset: UInt64, _ width: UInt64
  ) -> SymbolicWord {
    if explorer.isCut { return 0 }
    explorer.mustNotTrap(index .< elements.count, "element of an array in \(elements.holder)")
    if offset + width > elements.stride { explorer.fail("element", "a field reaches out of its element") }
    return peek(elements, index, offset, width)
  }

  /// A field of an array in a holder, for code and for specifications. As with `bytes`, fields are unrelated.
  public func peek(
    _ elements: Elements<SymbolicWord>, _ index: SymbolicWord, _ offset: UInt64, _ width: UInt64
  ) -> SymbolicWord {
    let context = explorer.context
    let word = context.bits(64)
    let version = copied.contains(elements.holder) ? "'" : ""
    let name = "\(elements.holder)\(version)_\(elements.stride)_\(offset)_\(width)"
    let content = context.function(name, [word, word], context.bits(UInt32(width) * 8))
    let value = content(elements.start.term(in: context), index.term(in: context))
    return SymbolicWord(width == 8 ? value : value.zeroExtended(to: 64))
  }

  public func mustLieInside(
    _ holder: Holder, size: SymbolicWord, start: SymbolicWord, bytes: SymbolicWord
  ) {
    if explorer.isCut { return }
    // Stated like the code's own check, so that the solver need not relate sums to differences.
    let end = start &+ bytes
    explorer.mustNotTrap((start .<= end) .& (end .<= size), "an array in \(holder)")
  }

  public func foreignCellState(_ cell: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    return SymbolicWord(explorer.constant("foreign"))
  }

  public func foreignReply(_ cell: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    return SymbolicWord(explorer.constant("foreign"))
  }

  public func scrub(_ base: SymbolicWord, _ end: SymbolicWord) {
    if explorer.isCut { return }
    for frame in frames where frame.rawValue & TableSet.scrubbing.rawValue == 0 {
      explorer.fail("frame", "a loop scrubbed, which is outside its frame")
    }
    let resource = ghosts[Ghost.resource]
    if let mayScrub {
      let isHit = (base .<= resource) .& (resource .< end)
      explorer.prove(
        "only what changes hands is scrubbed", explorer.specifying { isHit ==> mayScrub(iteration) })
    }
    isScrubbed = isScrubbed .| ((base .<= resource) .& (resource .< end))
  }

  public func arbitrary(_ number: Int) -> SymbolicWord { ghosts[number] }

  public func loop<S: LoopState, E: Error>(
    _ name: Loop, _ count: SymbolicWord, _ state: inout S, frame: TableSet,
    invariant: @Sendable (SymbolicWord, S) -> SymbolicTruth,
    body: @Sendable (SymbolicWord, inout S) throws(E) -> Void
  ) throws(E) where S.W == SymbolicWord {
    if explorer.isCut { return }
    for outer in frames where frame.rawValue & ~outer.rawValue != 0 {
      explorer.fail("frame", "the frame of loop \(name) is not inside the enclosing loop's")
    }
    func holds(_ i: SymbolicWord, _ state: S) -> SymbolicTruth {
      explorer.specifying {
        let own = invariant(i, state)
        guard let annotation = annotations[name] else { return own }
        return own .& annotation(i, words(state))
      }
    }
    explorer.trail.append("\(name)")
    defer { explorer.trail.removeLast() }
    explorer.prove("invariant on entry", holds(0, state))

    // Forget what the loop may change.
    state = state.map { _ in SymbolicWord(explorer.constant("\(name)_state")) }
    forget(frame, "\(name)")
    if frame.rawValue & TableSet.scrubbing.rawValue != 0 { forgetScrubs() }

    guard explorer.fork("\(name)") else {
      explorer.assume(holds(count, state))
      explorer.mark("loop \(name) ends")
      return
    }
    let i = SymbolicWord(explorer.constant("\(name)_i"))
    iteration = i
    explorer.assume(i .< count)
    explorer.assume(holds(i, state))
    explorer.mark("loop \(name) iterates")
    frames.append(frame)
    defer { frames.removeLast() }
    try body(i, &state)
    explorer.mark("loop \(name) completes an iteration")
    explorer.prove("invariant kept by one iteration", holds(i &+ 1, state))
    explorer.cut()
  }

  /// The steps that this exploration looks into; every other step is taken by its theorem.
  public var openSteps: Set<ProvedStep> = []

  /// What theorems add to what a step ensures: the words of its result. Shown where the step is open, known elsewhere.
  public var ensured: [ProvedStep: ([SymbolicWord]) -> SymbolicTruth] = [:]

  public func step<S: LoopState>(
    _ name: ProvedStep, _ shape: S, frame: TableSet, requires: @Sendable () -> SymbolicTruth,
    ensures: @Sendable (S) -> SymbolicTruth, body: @Sendable () throws(Refusal<SymbolicWord>) -> S
  ) throws(Refusal<SymbolicWord>) -> S where S.W == SymbolicWord {
    if explorer.isCut { return shape }
    for outer in frames where frame.rawValue & ~outer.rawValue != 0 {
      explorer.fail("frame", "the frame of step \(name) is not inside the enclosing loop's")
    }
    func holds(_ result: S) -> SymbolicTruth {
      explorer.specifying { ensures(result) .& (ensured[name]?(words(result)) ?? .known(true)) }
    }
    explorer.trail.append("\(name)")
    defer { explorer.trail.removeLast() }
    if openSteps.contains(name) {
      explorer.assume(explorer.specifying(requires))
      frames.append(frame)
      defer { frames.removeLast() }
      let result = try body()
      explorer.mark("step \(name) returns")
      explorer.prove("what the step ensures", holds(result))
      return result
    }
    explorer.prove("what the step requires", explorer.specifying(requires))
    forget(frame, "\(name)")
    if explorer.fork("\(name)") { throw Refusal(.refusedByStep, SymbolicWord(known: UInt64(name.rawValue))) }
    let result = shape.map { _ in SymbolicWord(explorer.constant("\(name)_result")) }
    explorer.assume(holds(result))
    explorer.mark("step \(name) is taken")
    return result
  }

  private func words<S: LoopState>(_ state: S) -> [SymbolicWord] where S.W == SymbolicWord {
    var words: [SymbolicWord] = []
    _ = state.map {
      words.append($0); return $0
    }
    return words
  }

  /// Scrubs of iterations that nobody looked at: what was clean stays clean, and more may be.
  private func forgetScrubs() {
    let before = isScrubbed
    isScrubbed = SymbolicTruth(
      explorer.context.constant(explorer.freshName("scrubbed"), explorer.context.boolean))
    explorer.assume(before ==> isScrubbed)
  }

  private func forget(_ frame: TableSet, _ name: String) {
    let word = explorer.context.bits(64)
    for index in tables.indices {
      guard let table = Table(rawValue: UInt8(index)), frame.includes(table) else { continue }
      let content = explorer.context.function(explorer.freshName("\(table)_after_\(name)"), [word], word)
      tables[index] = SymbolicTable(content: content)
    }
  }

  /// A word of a table, for specifications: no trap, no obligation.
  public func peek(_ table: Table, _ index: SymbolicWord) -> SymbolicWord {
    tables[Int(table.rawValue)].read(index, in: explorer.context)
  }
}

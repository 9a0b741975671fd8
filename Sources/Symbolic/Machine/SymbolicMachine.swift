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
    .name1, .name2, .name3, .loaded, .occupant, .registers, .pool, .resetAddress, .replyTimeout, .platform,
    .cellConsole, .communication,
  ]
  let rows: SymbolicWord
  let cpus: SymbolicWord
  let cells: SymbolicWord
  let poolPages: SymbolicWord
  /// The slots of the pool's pages.
  var slots: SymbolicSlots
  /// What was taken for granted of slots that were read, on this path.
  var typed: Set<Term> = []
  var frames: [TableSet] = []
  /// Called after each step that is taken: a proof may show, there and then, what will be needed later.
  public var onTaken: ((ProvedStep) -> Void)?
  /// Called where a step that is taken refuses: what it may have written is forgotten, and nothing is known of it.
  public var onRefused: ((ProvedStep) -> Void)?
  /// Called where an interrupt is sent (command, number), a CPU is asked for something, a transition is attempted, and where one has been
  /// done or refused: theorems say there what must hold, or what is known.
  public var onSend: ((SymbolicWord, SymbolicWord) -> Void)?
  public var onAsk: ((SymbolicWord, SymbolicWord) -> Void)?
  /// A word of memory is read for a guest: where, host-physical.
  public var onForeignWord: ((SymbolicWord) -> Void)?
  /// A port is touched: which, how many bytes, what is written, or what has been read.
  public var onPort: ((SymbolicWord, SymbolicWord, PortMove) -> Void)?
  /// Memory is touched in a guest's place: where, host-physical, and how many bytes.
  public var onPhysical: ((SymbolicWord, SymbolicWord) -> Void)?
  /// A pin is set: the chip's address, the pin, the entry.
  public var onPin: ((SymbolicWord, SymbolicWord, SymbolicWord) -> Void)?
  /// A CPU is ordered to stand still.
  public var onHold: ((SymbolicWord) -> Void)?
  /// Called with each cell that is told something through its communication page: with the word there, and its value.
  public var onTell: ((SymbolicWord, UInt64, SymbolicWord) -> Void)?
  public var onAttempt: ((Operation, Wish<SymbolicWord>) -> Void)?
  public var afterTransition: ((Operation, Bool) -> Void)?
  /// What `builtTree` was set to on this path.
  var begun: [SymbolicWord] = []
  var ghosts: [SymbolicWord]
  /// What theorems add to a loop's invariant: iteration and state as words.
  public var annotations: [Loop: (SymbolicWord, [SymbolicWord]) -> SymbolicTruth] = [:]
  /// What holds at any iteration of a loop, because it is an instance of something that holds for all words: the
  /// definition of a theorem's own function, the invariant before the transition, or what is known of the ghosts.
  public var definitions: [Loop: (SymbolicWord) -> [SymbolicTruth]] = [:]
  /// Whether the ghost resource has been scrubbed since the path began.
  public private(set) var isScrubbed = SymbolicTruth.known(false)
  /// How many iterations the loop has that began last.
  public private(set) var bound = SymbolicWord(known: 0)
  /// Words that a theorem notes on the way, by name.
  public var noted: [String: SymbolicWord] = [:]
  /// The arbitrary iteration that is running.
  public private(set) var iteration = SymbolicWord(known: 0)
  /// Reads of unknown content, for the replay on the simulator.
  var touched: [Touch] = []
  /// Writes by code, in order, for the same.
  private(set) var stores: [(table: Table, index: SymbolicWord, value: SymbolicWord)] = []
  /// How many of the path's hypotheses are the machine's own.
  private var ownHypotheses = 0
  /// Whether code has changed anything since the path began.
  private var isPristine = true
  /// What theorems add to what steps ensure: the same for every theorem, so shown by the one that opens the step.
  let facts: [StepFact]
  /// Arrays that were shown to lie inside their copy, on this path.
  private var inside: [Elements<SymbolicWord>] = []
  /// The steps that are open at this moment.
  var opened: [ProvedStep] = []
  /// Whether the path went through a loop or took a step by its theorem: such a path is no run of the real core.
  public internal(set) var isAbstract = false
  /// What steps returned last on this path, for theorems to speak of.
  public internal(set) var results: [ProvedStep: Any] = [:]
  /// What steps that were taken ensured, on this path, as it was then: for proofs to name what they follow from.
  public internal(set) var ensured: [ProvedStep: [SymbolicTruth]] = [:]
  /// What steps that were taken were given last, on this path.
  public internal(set) var handed: [ProvedStep: Any] = [:]
  /// What steps that only look were last asked to look at, by code or by a specification.
  public internal(set) var asked: [ProvedStep: Asked] = [:]
  /// Facts of steps that were taken, until somebody needs them.
  private var aside: [SymbolicTruth] = []
  /// The processor.
  var processor = ProcessorState()
  /// The step that only looks and is open, and what its result may depend on.
  var looking: (step: ProvedStep, reads: TableSet, names: Set<String>)?

  /// A machine in an arbitrary state.
  public init(_ explorer: Explorer, facts: [StepFact] = [], forms: [ProvedStep: Set<StepForm>]? = nil) {
    self.explorer = explorer
    self.facts = facts
    self.forms = forms
    let context = explorer.context
    let word = context.bits(64)
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      tables.append(SymbolicTable(content: context.function("\(table)", [word], word), origin: table))
      raw += 1
    }
    rows = SymbolicWord(explorer.constant("rows"))
    cells = SymbolicWord(explorer.constant("cells"))
    cpus = SymbolicWord(explorer.constant("cpus"))
    poolPages = SymbolicWord(explorer.constant("pool_pages"))
    slots = SymbolicSlots(content: context.function("slots", [word, word], word))
    ghosts = []
    ghosts = (0..<Ghost.count).map { SymbolicWord(explorer.ghost($0)) }
    for size in [rows, cells, cpus] {
      explorer.assume((SymbolicWord(known: 1) .<= size) .& (size .<= SymbolicWord(known: 1 << 31)))
    }
    explorer.assume(poolPages .<= SymbolicWord(known: 1 << 31))
    let address = ghosts[Ghost.address]
    explorer.restrict(address.term(in: context), address .< SymbolicWord(known: TableLimit.guest))
    ownHypotheses = explorer.condition.count
  }

  public func capacity(_ table: Table) -> SymbolicWord {
    switch table {
    case .order: rows &+ rows
    case .phase, .cellFlags, .name0, .name1, .name2, .name3, .loaded, .resetAddress, .replyTimeout, .talk:
      cells
    case .occupant, .home, .standing, .stood, .launch, .interruptID, .leaving: cpus
    case .ports: cells << 10
    case .msrBits: SymbolicWord(known: MSRBitmap.words)
    case .communication: 1
    case .platform: SymbolicWord(known: PlatformWord.count)
    case .cellConsole: cells << 2
    case .redirection: SymbolicWord(known: PinLimit.words)
    case .chipIndex: cells << 4
    case .configAddress: cells
    case .notes: SymbolicWord(known: Notes.words)
    case .registers: SymbolicWord(known: Register.count)
    case .pageTree, .pageNext, .pageLevel, .pagePrefix: poolPages
    case .treeRoot, .mappedBy: cells &+ cells
    case .pool: SymbolicWord(known: PoolWord.count)
    case .firstFree, .builtTree: 1
    default: rows
    }
  }

  func mustExist(_ table: Table, _ index: SymbolicWord) {
    explorer.mustNotTrap(index .< capacity(table), "index of \(table)")
  }

  public func read(_ table: Table, _ index: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    mayRead(table, index)
    mustExist(table, index)
    let value = tables[Int(table.rawValue)].read(index, in: explorer.context)
    touch(table, index)
    return value
  }

  public func write(_ table: Table, _ index: SymbolicWord, _ value: SymbolicWord) {
    if explorer.isCut { return }
    mayWrite(table, index, value)
    mustExist(table, index)
    stores.append((table, index, value))
    note(table, index, value)
  }

  public func witness(_ table: Table, _ index: SymbolicWord, _ value: SymbolicWord) {
    if explorer.isCut { return }
    mayWitness(table)
    mustBeReal([index], "a witness")
    if table == .mappedBy {
      // It may be chosen for this address. Were it chosen for other ghosts too, what is known of those would be known of them alone.
      bindAddress()
      explorer.mustNotDependOnGhosts(
        value.term(in: explorer.context), besides: ghosts[Ghost.address].term(in: explorer.context),
        "a witness in \(table)")
    } else {
      mustBeReal([value], "a witness")
    }
    note(table, index, value)
  }
  public func witness(_ table: Table, _ index: SymbolicWord, _ value: Specified<OneWord<SymbolicWord>>) {
    witness(table, index, explorer.specifying { value.known(to: self).value })
  }

  func note(_ table: Table, _ index: SymbolicWord, _ value: SymbolicWord) {
    for frame in frames where !frame.includes(table) {
      explorer.fail("frame", "a loop wrote \(table), which is outside its frame")
    }
    isPristine = false
    mustNotBeReleased(table)
    mayBeBuilt(table, index, value)
    if table == .builtTree { begun.append(value) }
    let before = decidesTypes(table, index) ? typeOfArbitrarySlot() : nil
    tables[Int(table.rawValue)].writes.append((index, value))
    if let before { mustStayTyped(since: before, "a write to \(table)") }
  }

  /// Notes that code has changed something.
  func noteChange() { isPristine = false }

  private func touch(_ table: Table, _ index: SymbolicWord) {
    let column = tables[Int(table.rawValue)]
    guard explorer.specification == 0, let origin = column.origin else { return }
    let value = SymbolicWord(column.content(index.term(in: explorer.context)))
    touched.append(.table(origin, index: index, value: value))
  }

  private func touch(
    _ holder: Holder, _ size: SymbolicWord, _ offset: SymbolicWord, _ width: UInt64, _ value: SymbolicWord
  ) {
    if explorer.specification > 0 { return }
    touched.append(
      .bytes(
        holder, copy: copies[holder, default: 0], size: size, offset: offset, width: width, value: value))
  }

  public func flip() {
    if explorer.isCut { return }
    if !frames.isEmpty { explorer.fail("frame", "a loop exchanged the generations") }
    explorer.mustBeCode("flip")
    isPristine = false
    for offset in 0..<6 { tables.swapAt(offset, offset + 6) }
  }

  public func copyForeign(_ address: SymbolicWord, size: SymbolicWord, into holder: Holder) -> Bool {
    if explorer.isCut { return false }
    if !frames.isEmpty { explorer.fail("frame", "a loop copied foreign memory") }
    mustBeReal([address, size], "a copy of foreign memory")
    explorer.mustBeCode("copyForeign")
    isPristine = false
    // After a copy that failed there are no bytes to rely on.
    overwrite(holder)
    let isReadable = explorer.fork("readable")
    if isReadable { sizes[holder] = size }
    touched.append(.copy(holder, address: address, size: size, isReadable: isReadable))
    return isReadable
  }
  /// How often each holder was filled on this path: each time with other bytes.
  private var copies: [Holder: Int] = [:]
  private var sizes: [Holder: SymbolicWord] = [:]
  /// Shows that a holder has `size` bytes, where this path filled it. (Of one that was filled before, only `privateCopy` says so.)
  func mustBeThere(_ holder: Holder, _ size: SymbolicWord) {
    guard let most = sizes[holder], explorer.specification == 0 else { return }
    explorer.mustNotTrap(size .<= most, "size of the copy in \(holder)")
  }

  /// Other bytes are in the holder, of which nothing is known.
  func overwrite(_ holder: Holder) {
    copies[holder, default: 0] += 1
    sizes[holder] = 0
  }

  /// True where the path has filled the holder.
  public func isOverwritten(_ holder: Holder) -> Bool { copies[holder] != nil }

  /// The name of a holder's present bytes.
  func content(of holder: Holder) -> String {
    "\(holder)" + String(repeating: "~", count: copies[holder, default: 0])
  }

  public func load(_ holder: Holder, size: SymbolicWord, offset: SymbolicWord, width: UInt64) -> SymbolicWord
  {
    if explorer.isCut { return 0 }
    let end = offset &+ SymbolicWord(known: width)
    mustBeReal([offset], "an offset")
    mustBeThere(holder, size)
    explorer.mustNotTrap((offset .<= end) .& (end .<= size), "load of \(width) bytes from \(holder)")
    let value = bytes(holder, offset: offset, width: width)
    touch(holder, size, offset, width, value)
    return value
  }

  /// The content of a holder, for code and for specifications. Loads of different width or offset are unrelated: more
  /// than any memory could do, so whatever holds here holds of bytes.
  public func bytes(_ holder: Holder, offset: SymbolicWord, width: UInt64) -> SymbolicWord {
    let context = explorer.context
    let word = context.bits(64)
    let name = "\(content(of: holder))_\(width)"
    let content = context.function(name, [word], context.bits(UInt32(width) * 8))
    looking?.names.insert(name)
    let value = content(offset.term(in: context))
    return SymbolicWord(width == 8 ? value : value.zeroExtended(to: 64))
  }

  public func element(
    _ elements: Elements<SymbolicWord>, _ index: SymbolicWord, _ offset: UInt64, _ width: UInt64
  ) -> SymbolicWord {
    if explorer.isCut { return 0 }
    explorer.mustNotTrap(index .< elements.count, "element of an array in \(elements.holder)")
    if offset + width > elements.stride { explorer.fail("element", "a field reaches out of its element") }
    mustBeReal([elements.start, elements.count, index], "an element")
    mustBeThere(elements.holder, elements.size)
    mustBeInside(elements)
    let value = peek(elements, index, offset, width)
    let place = explorer.specifying { elements.start &+ index.times(elements.stride) }
    touch(elements.holder, elements.size, place &+ SymbolicWord(known: offset), width, value)
    return value
  }

  /// A field of an array in a holder, for code and for specifications. As with `bytes`, fields are unrelated.
  public func peek(
    _ elements: Elements<SymbolicWord>, _ index: SymbolicWord, _ offset: UInt64, _ width: UInt64
  ) -> SymbolicWord {
    let context = explorer.context
    let word = context.bits(64)
    let name = "\(content(of: elements.holder))_\(elements.stride)_\(offset)_\(width)"
    let content = context.function(name, [word, word], context.bits(UInt32(width) * 8))
    looking?.names.insert(name)
    let value = content(elements.start.term(in: context), index.term(in: context))
    return SymbolicWord(width == 8 ? value : value.zeroExtended(to: 64))
  }

  public func mustLieInside(
    _ holder: Holder, size: SymbolicWord, start: SymbolicWord, bytes: SymbolicWord
  ) {
    if explorer.isCut { return }
    mustBeReal([start, bytes], "an array's place")
    // Stated like the code's own check, so that the solver need not relate sums to differences.
    let end = start &+ bytes
    explorer.mustNotTrap((start .<= end) .& (end .<= size), "an array in \(holder)")
  }

  public func foreignCellState(_ cell: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    mustExist(.phase, cell)
    let state = foreignWord("state", cell)
    noted["state"] = state
    return state
  }

  public func foreignReply(_ cell: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    mustExist(.phase, cell)
    return foreignWord("reply", cell)
  }

  public func tell(_ cell: SymbolicWord, _ word: UInt64, _ value: SymbolicWord) {
    if explorer.isCut { return }
    explorer.mustBeCode("tell")
    mustBeReal([cell, value], "what a cell is told")
    mustExist(.phase, cell)
    explorer.mustNotTrap(.known(word < 1024), "a word of the communication page")
    explorer.mustNotTrap(value .< SymbolicWord(known: 1 << 32), "a value that fits 32 bits")
    onTell?(cell, word, value)
    processor.addressed.append(cell)
    isAbstract = true
    isPristine = false
  }

  public func scrub(_ base: SymbolicWord, _ end: SymbolicWord) {
    if explorer.isCut { return }
    mustBeReal([base, end], "a scrub")
    explorer.mustBeCode("scrub")
    isPristine = false
    mustBeFramed(.scrubbing, "scrubbed")
    let resource = ghosts[Ghost.resource]
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
      bound = count
      return explorer.specifying {
        let own = invariant(i, state)
        guard let annotation = annotations[name] else { return own }
        return own .& annotation(i, words(state))
      }
    }
    explorer.trail.append("\(name)")
    defer { explorer.trail.removeLast() }
    isAbstract = true
    for event in ["iterates", "completes an iteration", "ends"] { explorer.expect("loop \(name) \(event)") }
    mustBeReal([count] + words(state), "a loop's state")
    let mold = Mold(state, in: explorer.context)
    lookOn([count] + words(state), "what loop \(name) begins with")
    explorer.prove("invariant on entry", holds(0, state))

    // Forget what the loop may change.
    state = state.map { _ in SymbolicWord(explorer.constant("\(name)_state")) }
    forget(frame, "\(name)")

    mayLookAt(words(state))
    guard forkUnwatched("\(name)") else {
      explorer.assume(holds(count, state))
      explorer.mark("loop \(name) ends")
      return
    }
    let i = SymbolicWord(explorer.constant("\(name)_i"))
    iteration = i
    mayLookAt([i])
    explorer.assume(i .< count)
    explorer.assume(holds(i, state))
    for known in explorer.specifying({ definitions[name]?(i) ?? [] }) { explorer.assume(known) }
    explorer.mark("loop \(name) iterates")
    frames.append(frame)
    defer { frames.removeLast() }
    try body(i, &state)
    explorer.mark("loop \(name) completes an iteration")
    mustBeReal(words(state), "a loop's state")
    mustFit(mold, state, "loop \(name)")
    lookOn(words(state), "what loop \(name) carries on")
    explorer.prove("invariant kept by one iteration", holds(i &+ 1, state))
    explorer.cut()
  }

  /// Steps that are taken by the one that has the lock.
  static let underLock: Set<ProvedStep> = [.sweepPins]
  /// The steps that this exploration looks into; every other step is taken by its theorem.
  public var openSteps: Set<ProvedStep> = []
  /// The forms in which theorems open each step; nil where no theorems stand behind what is taken (tests of the explorer).
  let forms: [ProvedStep: Set<StepForm>]?

  public func step<G: Sendable, S: LoopState, E: Error>(
    _ name: ProvedStep, given: G, _ shape: S, frame: TableSet, requires: @Sendable () -> SymbolicTruth,
    ensures: @Sendable (S) -> SymbolicTruth, body: @Sendable () throws(E) -> S
  ) throws(E) -> S where S.W == SymbolicWord {
    if explorer.isCut { return shape }
    for outer in frames where frame.rawValue & ~outer.rawValue != 0 {
      explorer.fail("frame", "the frame of step \(name) is not inside the enclosing loop's")
    }
    func use(_ result: S) -> StepUse {
      StepUse(index: nil, context: nil, result: result, words: words(result))
    }
    explorer.trail.append("\(name)")
    defer { explorer.trail.removeLast() }
    if openSteps.contains(name) {
      mustBeGeneral(name, given)
      let result = try open(name, shape, frame: frame, requires: requires, body: body)
      ensure(name, use(result), explorer.specifying { ensures(result) })
      return result
    }
    mayBeTaken(name)
    mustBeCovered(name, given)
    handed[name] = given
    explorer.prove("what the step requires", explorer.specifying(requires))
    if Self.underLock.contains(name) {
      explorer.prove("the step is one under the lock", .known(processor.isLocked))
    }
    forget(frame, "\(name)")
    if name.mayRefuse && explorer.fork("\(name)") {
      onRefused?(name)
      let refusal = Refusal(.refusedByStep, SymbolicWord(known: UInt64(name.rawValue)))
      if let error = refusal as? E { throw error }
      explorer.fail("steps", "step \(name) may refuse, and is used where nothing may")
    }
    let result = shape.map { _ in SymbolicWord(explorer.constant("\(name)_result")) }
    takeForGranted(name, use(result), explorer.specifying { ensures(result) })
    return result
  }

  /// Runs the step that this exploration is about.
  func open<S: LoopState, E: Error>(
    _ name: ProvedStep, _ shape: S, frame: TableSet, requires: @Sendable () -> SymbolicTruth,
    body: @Sendable () throws(E) -> S
  ) throws(E) -> S where S.W == SymbolicWord {
    explorer.expect("step \(name) returns")
    let required = explorer.specifying(requires)
    mustBeArbitrary(name, required)
    explorer.assume(required)
    if Self.underLock.contains(name) { processor.isLocked = true }
    frames.append(frame)
    opened.append(name)
    defer {
      frames.removeLast()
      opened.removeLast()
    }
    let result: S
    do throws(E) {
      result = try body()
    } catch {
      if !name.mayRefuse { explorer.fail("steps", "step \(name) refuses: \(error)") }
      throw error
    }
    mustBeReal(words(result), "a step's result")
    mustFit(Mold(shape, in: explorer.context), result, "step \(name)")
    explorer.mark("step \(name) returns")
    return result
  }

  /// Shows what a step ensures, and what theorems add to that.
  func ensure(_ name: ProvedStep, _ use: StepUse, _ ensured: SymbolicTruth) {
    results[name] = use.result
    explorer.prove("what the step ensures", ensured)
    recall()
    for fact in facts where fact.step == name && !explorer.isCut {
      for (step, index) in fact.rests(self, use) { assumeTheorem(of: step, at: index, for: name) }
      for part in explorer.specifying({ fact.says(self, use) }) { explorer.prove(part.name, part.truth) }
    }
  }

  /// Takes all that for granted.
  func takeForGranted(_ name: ProvedStep, _ use: StepUse, _ ensured: SymbolicTruth) {
    results[name] = use.result
    self.ensured[name, default: []].append(ensured)
    explorer.assume(ensured)
    for fact in facts where fact.step == name {
      let parts = explorer.specifying { fact.says(self, use).map(\.truth) }
      if fact.isKeptAside { aside += parts } else { parts.forEach(explorer.assume) }
    }
    explorer.mark("step \(name) is taken")
    onTaken?(name)
  }

  /// Takes for granted what has been kept aside: facts of the moments when their steps were taken.
  public func recall() {
    aside.forEach(explorer.assume)
    aside = []
  }

  /// Notes that a step is taken by its theorem.
  func mayBeTaken(_ name: ProvedStep) {
    isAbstract = true
    mustComeBefore(name)
    explorer.expect("step \(name) is taken")
  }

  /// Fails where the theorem of a step rests on one that is not declared before it.
  func mustComeBefore(_ name: ProvedStep) {
    for outer in opened where outer.rawValue <= name.rawValue {
      explorer.fail("steps", "step \(outer) rests on step \(name), which is not declared before it")
    }
  }

  /// Fails where a step's theorem begins in less than any state that satisfies what the step requires.
  private func mustBeArbitrary(_ name: ProvedStep, _ required: SymbolicTruth) {
    if !isPristine || isAbstract || !frames.isEmpty || !opened.isEmpty {
      explorer.fail("steps", "the theorem of step \(name) does not begin with it")
    }
    // That slots are typed is no hypothesis of this theorem: it holds at every moment (SymbolicSlots.swift).
    explorer.proveNoFurtherHypotheses(
      than: ownHypotheses, and: [required.term(in: explorer.context)] + typed,
      "the theorem of step \(name) assumes what the step requires, and no more")
  }

  /// Shows, once on each path, that an array lies inside its copy. Where `elements` made it this is known already.
  private func mustBeInside(_ array: Elements<SymbolicWord>) {
    let isShown = inside.contains {
      $0.holder == array.holder && $0.stride == array.stride && $0.size.isIdentical(to: array.size)
        && $0.start.isIdentical(to: array.start) && $0.count.isIdentical(to: array.count)
    }
    if isShown || explorer.specification > 0 { return }
    inside.append(array)
    let isInside = explorer.specifying {
      let end = array.start &+ array.count.times(array.stride)
      return (array.count .<= SymbolicWord(known: .max / max(1, array.stride))) .& (array.start .<= end)
        .& (end .<= array.size)
    }
    explorer.mustNotTrap(isInside, "an array of \(array.holder) in use")
  }

  public func specified<S: LoopState>(_ shape: S, _ body: @Sendable () -> S) -> Specified<S>
  where S.W == SymbolicWord {
    if explorer.isCut { return Specified(shape) }
    return Specified(explorer.specifying(body))
  }
  public func mustSpecify() {
    if !explorer.isCut && explorer.specification == 0 {
      explorer.fail("specification", "code looked at what only specifications know")
    }
  }

  func words<S: LoopState>(_ state: S) -> [SymbolicWord] where S.W == SymbolicWord {
    var words: [SymbolicWord] = []
    _ = state.map {
      words.append($0); return $0
    }
    return words
  }

  /// Scrubs of iterations that nobody looked at: what was clean stays clean, and more may be.
  private func forgetScrubs() {
    let before = isScrubbed
    explorer.bind(ghosts[Ghost.resource].term(in: explorer.context))
    isScrubbed = SymbolicTruth(
      explorer.context.constant(explorer.freshName("scrubbed"), explorer.context.boolean))
    explorer.assume(before ==> isScrubbed)
  }

  /// `mappedBy` speaks of the ghost address alone.
  private func bindAddress() { explorer.bind(ghosts[Ghost.address].term(in: explorer.context)) }

  func forget(_ frame: TableSet, _ name: String) {
    isPristine = false
    if frame.includes(.mappedBy) { bindAddress() }
    let word = explorer.context.bits(64)
    var now = tables
    for index in tables.indices {
      guard let table = Table(rawValue: UInt8(index)), frame.includes(table) else { continue }
      mustNotBeReleased(table)
      let content = explorer.context.function(explorer.freshName("\(table)_after_\(name)"), [word], word)
      now[index] = SymbolicTable(content: content, kept: kept(of: table, in: frame))
    }
    if frame.rawValue & TableSet.slots.rawValue != 0 {
      let content = explorer.context.function(
        explorer.freshName("slots_after_\(name)"), [word, word], word)
      if let kept = kept(of: nil, in: frame) {
        slots.changes.append(.forgotten(by: content, keeping: kept))
      } else {
        slots = SymbolicSlots(content: content)
      }
    }
    tables = now
    // What is no table's.
    if frame.rawValue & TableSet.scrubbing.rawValue != 0 { forgetScrubs() }
    // Behind it others may run by the tables as they are.
    if frame.rawValue & TableSet.releasing.rawValue != 0 { processor.hasReleased = true }
  }
  /// Fails where code does, inside a loop or step, what its frame does not name.
  func mustBeFramed(_ effect: TableSet, _ what: String) {
    for frame in frames where frame.rawValue & effect.rawValue == 0 {
      explorer.fail("frame", "a loop \(what), which is outside its frame")
    }
  }

  /// A word of a table, for specifications: no trap, no obligation.
  public func peek(_ table: Table, _ index: SymbolicWord) -> SymbolicWord {
    tables[Int(table.rawValue)].read(index, in: explorer.context)
  }
}

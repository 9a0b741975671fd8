// SPDX-License-Identifier: Apache-2.0
// The simulated machine: the core's tables in ordinary memory, foreign memory as byte strings, and checks that silicon
// does not make: indices, frames, and (where asked for) every loop's invariant before every iteration.

import Core

/// A machine in the memory of this process. Not to be shared between threads.
public final class Simulator<W: ConcreteWord>: Machine, @unchecked Sendable {
  /// What a simulator is built with.
  public struct Options: Sendable {
    /// Rows of the ledger.
    public var rows: Int
    /// Cells, root included.
    public var cells: Int
    /// CPUs.
    public var cpus: Int
    /// Pages of the pool, from which page tables are built.
    public var pages = 0
    /// Where the pool begins: number of its first host-physical page of 4 KiB.
    public var firstPage: UInt64 = 0x3_a000
    /// Check loop invariants and frames; costs time.
    public var checks: Bool
    /// Room for I/O bitmaps.
    public var hasPorts = false
    /// Keep a log of writes; `checks` does, too.
    public var logs = false
    /// The ghosts' values (`Ghost`), for the checks.
    public var ghosts: [UInt64]
    /// Defaults: room for large sets, no checks.
    public init(
      rows: Int = 4096, cells: Int = 128, cpus: Int = 4096, checks: Bool = false, ghosts: [UInt64] = []
    ) {
      self.cpus = cpus
      self.rows = rows
      self.cells = cells
      self.checks = checks
      self.ghosts = ghosts
    }
  }

  /// How it was built.
  public let options: Options
  var tables: [[W]] = []
  var slots: [W] = []
  var holders: [[UInt8]] = [[], []]
  /// Foreign memory, by host-physical start.
  public var foreign: [UInt64: [UInt8]] = [:]
  /// What `foreignCellState` answers, by cell; 0 (running) where nothing is set.
  public var cellStates: [UInt64: UInt64] = [:]
  /// What `foreignReply` answers, by cell; 3 (approved) where nothing is set.
  public var cellReplies: [UInt64: UInt64] = [:]
  /// What cells have been told: by cell and word.
  public var told: [UInt64: [UInt64: UInt64]] = [:]
  /// Everything scrubbed so far, in order: base and end.
  public private(set) var scrubbed: [(base: UInt64, end: UInt64)] = []
  /// Broken promises that the checks found: texts, in order.
  public internal(set) var violations: [String] = []
  /// Writes to tables since the last `clearLog`, for comparisons with the symbolic machine.
  public private(set) var writes: [(table: Table, index: UInt64, value: UInt64)] = []
  var frames: [TableSet] = []
  var inSpecification = false

  /// A machine with empty tables.
  public init(_ options: Options = Options()) {
    self.options = options
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      tables.append([W](repeating: W(known: 0), count: Self.size(of: table, options)))
      raw += 1
    }
    slots = [W](repeating: W(known: 0), count: options.pages * Int(TableEntry.slots))
    tables[Int(Table.pool.rawValue)][Int(PoolWord.start)] = W(known: options.firstPage)
    for page in 0..<options.pages {
      tables[Int(Table.pageNext.rawValue)][page] = W(known: UInt64(page) + 1)
    }
  }

  private static func size(of table: Table, _ options: Options) -> Int {
    switch table {
    case .order: options.rows * 2
    case .phase, .cellFlags, .name0, .name1, .name2, .name3, .loaded, .resetAddress, .replyTimeout, .talk:
      options.cells
    case .occupant, .standing, .launch, .interruptID, .leaving: options.cpus
    case .stood: options.checks ? options.cpus : 0
    case .communication: 1
    case .platform: Int(PlatformWord.count)
    case .cellConsole: options.cells * Int(ConsoleWord.count)
    case .redirection: Int(PinLimit.words)
    case .chipIndex: options.cells * Int(PinLimit.chips)
    case .configAddress: options.cells
    case .ports: options.hasPorts ? options.cells * Int(PortBitmap.words) : 0
    case .msrBits: Int(MSRBitmap.words)
    case .home: options.checks ? options.cpus : 0
    case .registers: Int(Register.count)
    case .place, .protectedPlace: options.checks ? options.rows * 16 : 0
    case .currentSource, .nextSource: options.checks ? options.rows : 0
    case .pageTree, .pageNext: options.pages
    case .pageLevel, .pagePrefix: options.checks ? options.pages : 0
    case .treeRoot: options.cells * 2
    case .pool: Int(PoolWord.count)
    case .mappedBy: options.checks ? options.cells * 2 : 0
    case .builtTree: options.checks ? 1 : 0
    case .firstFree: 1
    default: options.rows
    }
  }

  public func read(_ table: Table, _ index: W) -> W {
    if options.checks && !inSpecification && TableSet.witnesses.includes(table) {
      violations.append("code read \(table), which only specifications may")
    }
    let index = index.known
    if index >= UInt64(tables[Int(table.rawValue)].count) {
      // A specification may speak of a ghost outside the table; code may not.
      if inSpecification { return W(known: 0) }
      preconditionFailure("the core read \(table)[\(index)], which does not exist")
    }
    return tables[Int(table.rawValue)][Int(index)]
  }

  public func write(_ table: Table, _ index: W, _ value: W) {
    if options.checks || options.logs { writes.append((table, index.known, value.known)) }
    if options.checks {
      for frame in frames where !frame.includes(table) {
        violations.append("a loop wrote \(table), which is outside its frame")
      }
      if TableSet.witnesses.includes(table) { violations.append("code wrote \(table), which is a witness") }
      if inSpecification { violations.append("a specification wrote \(table)") }
    }
    tables[Int(table.rawValue)][Int(index.known)] = value
  }

  public func witness(_ table: Table, _ index: W, _ value: W) {
    if options.checks && !TableSet.witnesses.includes(table) {
      violations.append("\(table) was noted as a witness, but code acts by it")
    }
    guard options.checks, index.known < UInt64(tables[Int(table.rawValue)].count) else { return }
    tables[Int(table.rawValue)][Int(index.known)] = value
  }

  public func capacity(_ table: Table) -> W { W(known: UInt64(tables[Int(table.rawValue)].count)) }

  public func flip() {
    for offset in 0..<6 { tables.swapAt(offset, offset + 6) }
  }

  public func copyForeign(_ address: W, size: W, into holder: Holder) -> Bool {
    guard let bytes = foreign[address.known], size.known <= UInt64(bytes.count) else { return false }
    holders[Int(holder.rawValue)] = Array(bytes.prefix(Int(size.known)))
    return true
  }

  /// The private copy that a holder has.
  public func held(_ holder: Holder) -> [UInt8] { holders[Int(holder.rawValue)] }

  public func tell(_ cell: W, _ word: UInt64, _ value: W) {
    precondition(cell.known < UInt64(options.cells) && word < 1024, "no such word of a communication page")
    told[cell.known, default: [:]][word] = value.known
  }

  public func load(_ holder: Holder, size: W, offset: W, width: UInt64) -> W {
    let bytes = holders[Int(holder.rawValue)]
    let offset = offset.known
    // As in `read`: a specification may speak of what is not there.
    let end = min(size.known, UInt64(bytes.count))
    if inSpecification && (offset >= end || end - offset < width) { return W(known: 0) }
    precondition(
      offset <= size.known && size.known - offset >= width && size.known <= UInt64(bytes.count),
      "the core read outside a private copy: offset \(offset), \(width) bytes of \(size.known)")
    var value: UInt64 = 0
    for byte in 0..<width { value |= UInt64(bytes[Int(offset + byte)]) << (8 * byte) }
    return W(known: value)
  }

  public func element(_ elements: Elements<W>, _ index: W, _ offset: UInt64, _ width: UInt64) -> W {
    if inSpecification && index.known >= elements.count.known { return W(known: 0) }
    precondition(
      index.known < elements.count.known && offset + width <= elements.stride,
      "the core read element \(index.known) of \(elements.count.known)")
    let start = elements.start.known + index.known * elements.stride + offset
    return load(elements.holder, size: elements.size, offset: W(known: start), width: width)
  }

  public func mustLieInside(_ holder: Holder, size: W, start: W, bytes: W) {
    precondition(
      start.known <= size.known && bytes.known <= size.known - start.known,
      "the core laid out an array outside a private copy")
  }

  public func foreignCellState(_ cell: W) -> W { W(known: cellStates[cell.known] ?? 0) }

  public func foreignReply(_ cell: W) -> W { W(known: cellReplies[cell.known] ?? 3) }

  public func scrub(_ base: W, _ end: W) { scrubbed.append((base.known, end.known)) }

  public func loop<S: LoopState, E: Error>(
    _ name: Loop, _ count: W, _ state: inout S, frame: TableSet,
    invariant: @Sendable (W, S) -> W.Condition,
    body: @Sendable (W, inout S) throws(E) -> Void
  ) throws(E) where S.W == W {
    if options.checks { frames.append(frame) }
    defer { if options.checks { frames.removeLast() } }
    var i: UInt64 = 0
    let end = count.known
    while i < end {
      check(name, W(known: i), state, invariant)
      try body(W(known: i), &state)
      i += 1
    }
    check(name, count, state, invariant)
  }

  private func check<S: LoopState>(
    _ name: Loop, _ i: W, _ state: S, _ invariant: (W, S) -> W.Condition
  ) where S.W == W {
    guard options.checks else { return }
    expect("the invariant of loop \(name) does not hold before iteration \(i.known)") { invariant(i, state) }
  }

  public func step<G: Sendable, S: LoopState, E: Error>(
    _ name: ProvedStep, given: G, _ shape: S, frame: TableSet, requires: @Sendable () -> W.Condition,
    ensures: @Sendable (S) -> W.Condition, body: @Sendable () throws(E) -> S
  ) throws(E) -> S where S.W == W {
    guard options.checks else { return try body() }
    expect("step \(name) began without what it requires", requires)
    frames.append(frame)
    defer { frames.removeLast() }
    let result = try body()
    expect("step \(name) returned without what it ensures") { ensures(result) }
    return result
  }

  func expect(_ text: String, _ condition: () -> W.Condition) {
    let wasInSpecification = inSpecification
    inSpecification = true
    defer { inSpecification = wasInSpecification }
    if !condition().isTrue { violations.append(text) }
  }

  public func look<C: Sendable, S: LoopState>(
    _ name: ProvedStep, _ index: W, _ context: C, _ shape: S, reads: TableSet,
    requires: @Sendable () -> W.Condition, ensures: @Sendable (S) -> W.Condition,
    body: @Sendable () throws(Refusal<W>) -> S
  ) throws(Refusal<W>) -> S where S.W == W {
    if inSpecification { return try body() }
    return try step(
      name, given: context, shape, frame: .none, requires: requires, ensures: ensures, body: body)
  }

  public func outcome<C: Sendable, S: LoopState>(
    of name: ProvedStep, _ index: W, _ context: C, _ shape: S, reads: TableSet,
    body: @Sendable () throws(Refusal<W>) -> S
  ) -> Outcome<S> where S.W == W {
    do throws(Refusal<W>) {
      return Outcome(isReturned: .init(known: true), value: try body())
    } catch {
      return Outcome(isReturned: .init(known: false), value: shape)
    }
  }

  public func arbitrary(_ number: Int) -> W {
    W(known: number < options.ghosts.count ? options.ghosts[number] : 0)
  }

  /// Forgets logged writes and scrubs.
  public func clearLog() {
    writes = []
    scrubbed = []
  }
}

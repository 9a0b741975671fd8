// SPDX-License-Identifier: Apache-2.0
// What the processor does that others see, and what others do: as terms. What another CPU writes is foreign: a new unknown at each look.
//
// - Whether a CPU stands still is what the machine says (`stands`), and it stands still until it is told to go on; `Table.stood`
//   remembers it, and no code can write that.
// - A transition is taken by its own theorem: where it is refused, the hypervisor's state is as it was; where it is done, nothing is known of
//   it but what the theorem that calls says (`afterTransition`). Tables that no transition writes are as they were.

import Core

extension Table {
  /// Written at the level of the processor alone, by no transition. (Each transition's theorem shows it of these.)
  public var isProcessors: Bool {
    switch self {
    case .ports, .msrBits, .standing, .stood, .launch, .interruptID, .communication, .talk, .leaving,
      .redirection, .chipIndex, .configAddress, .notes:
      true
    default: false
    }
  }
}

extension SymbolicMachine {
  func effect(_ what: String, _ words: [SymbolicWord] = []) {
    explorer.mustBeCode(what)
    isAbstract = true
    mustBeReal(words, what)
    noteChange()
  }
  func outsideLoops(_ what: String) {
    for _ in frames { explorer.fail("frame", "a loop touched \(what)") }
  }

  public func setXCR0(_ value: SymbolicWord) {
    if explorer.isCut { return }
    effect("setXCR0", [value])
    outsideLoops("XCR0")
    // SDM vol. 2C, XSETBV: what raises #GP, and in the hypervisor would be a trap.
    let offered = explorer.specifying { cpuid(SymbolicWord(known: 0xd), 0).eax }
    func bit(_ number: UInt64) -> SymbolicTruth { value.has(1 << number) }
    let wide = bit(5) .& bit(6) .& bit(7)
    let isValid =
      bit(0) .& ((value & offered) .== value) .& (bit(2) ==> bit(1))
      .& ((bit(5) .| bit(6) .| bit(7)) ==> (wide .& bit(2))) .& SymbolicTruth.choose(bit(3), bit(4), .!bit(4))
      .& SymbolicTruth.choose(bit(17), bit(18), .!bit(18))
    explorer.mustNotTrap(isValid, "an XCR0 that the processor takes")
  }
  public func address(of table: Table, _ index: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    isAbstract = true
    mustExist(table, index)
    let context = explorer.context
    let word = context.bits(64)
    return SymbolicWord(context.function("address.\(table)", [word], word)(index.term(in: context)))
  }

  public func flushTranslations() {
    if explorer.isCut { return }
    effect("flushTranslations")
    processor.isFlushed = true
  }
  public func clearProcessor() {
    if explorer.isCut { return }
    effect("clearProcessor")
    outsideLoops("the processor's state")
    processor.isCleared = true
  }
  public func dropInterrupts() {
    if explorer.isCut { return }
    effect("dropInterrupts")
    outsideLoops("interrupts")
    processor.isDropped = true
  }
  public func noteBreakpoints(_ bits: SymbolicWord) {
    if explorer.isCut { return }
    effect("noteBreakpoints", [bits])
    outsideLoops("debug registers")
    // Bits 63:32 of DR6 are reserved: setting one is #GP.
    explorer.mustNotTrap(bits .< SymbolicWord(known: 1 << 32), "a value that DR6 takes")
  }
  public func told(_ word: SymbolicWord, by cpu: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    effect("told", [word, cpu])
    mustExist(.occupant, cpu)
    explorer.mustNotTrap(word .< SymbolicWord(known: CPUWord.count), "a word that a CPU has")
    return SymbolicWord(explorer.constant("told"))
  }
  public func logged(_ position: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    effect("logged", [position])
    return SymbolicWord(explorer.constant("logged"))
  }
  public func recorded(_ half: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    effect("recorded", [half])
    explorer.mustNotTrap(half .< SymbolicWord(known: LogLimit.halves), "a half that the records have")
    return SymbolicWord(explorer.constant("recorded"))
  }
  public func record(_ cell: SymbolicWord, _ cpu: SymbolicWord) {
    if explorer.isCut { return }
    effect("record", [cell, cpu])
    explorer.mustNotTrap(.known(processor.isLocked), "a record by the one that has the lock")
  }
  public func endNMI() {
    if explorer.isCut { return }
    effect("endNMI")
  }
  public func say(_ character: SymbolicWord) {
    if explorer.isCut { return }
    effect("say", [character])
  }
  public func sendInterrupt(_ command: SymbolicWord, to number: SymbolicWord) {
    if explorer.isCut { return }
    effect("sendInterrupt", [command, number])
    // What means every CPU, or more than the destination has room for, is no CPU's number.
    let isOne = explorer.specifying {
      number .< SymbolicWord.choose(msr(.apicBase).has(1 << 10), 0xffff_ffff, 0xff)
    }
    explorer.mustNotTrap(isOne, "a number that one CPU has")
    if onSend == nil { explorer.fail("interrupts", "an interrupt was sent of which no theorem says to whom") }
    onSend?(command, number)
  }

  public func tryLock() -> SymbolicTruth {
    if explorer.isCut { return .known(false) }
    effect("tryLock")
    outsideLoops("the lock")
    explorer.mustNotTrap(.known(!processor.isLocked), "a lock that this CPU does not have already")
    processor.isLocked = explorer.fork("lock")
    return .known(processor.isLocked)
  }
  public func unlock() {
    if explorer.isCut { return }
    effect("unlock")
    outsideLoops("the lock")
    explorer.mustNotTrap(.known(processor.isLocked), "a lock that this CPU has")
    processor.isLocked = false
  }
  public func order(_ cpu: SymbolicWord, _ order: Order) {
    if explorer.isCut { return }
    effect("order", [cpu])
    mustExist(.occupant, cpu)
    explorer.mustNotTrap(.known(processor.isLocked), "an order by the one that has the lock")
    if order == .go {
      // From here on others may run by the tables as they are.
      processor.hasReleased = true
      mustBeFramed(.releasing, "told CPUs to go on")
      note(.stood, cpu, 0)
    }
    if order == .hold { onHold?(cpu) }
  }
  public func stands(_ cpu: SymbolicWord) -> SymbolicTruth {
    if explorer.isCut { return .known(false) }
    effect("stands", [cpu])
    mustExist(.occupant, cpu)
    let does = explorer.fork("stands")
    if does { note(.stood, cpu, 1) }
    return .known(does)
  }
  public func isHeld() -> SymbolicTruth {
    if explorer.isCut { return .known(false) }
    isAbstract = true
    return .known(explorer.fork("held"))
  }
  public func ask(_ cpu: SymbolicWord, _ request: SymbolicWord) {
    if explorer.isCut { return }
    effect("ask", [cpu, request])
    mustExist(.occupant, cpu)
    if onAsk == nil { explorer.fail("interrupts", "a CPU was asked of which no theorem says which") }
    onAsk?(cpu, request)
  }
  public func takeRequest() -> SymbolicWord {
    if explorer.isCut { return 0 }
    effect("takeRequest")
    let request = SymbolicWord(explorer.constant("request"))
    processor.requests.append(request)
    return request
  }

  public func attempt(_ operation: Operation, _ wish: Wish<SymbolicWord>) -> Attempt<SymbolicWord> {
    if explorer.isCut { return Attempt(isDone: .known(false), errno: 1) }
    effect("attempt", [wish.cell, wish.cpu, wish.address, wish.size])
    outsideLoops("the state of the hypervisor")
    explorer.mustNotTrap(.known(processor.isLocked), "a transition by the one that has the lock")
    processor.attempts.append(operation)
    onAttempt?(operation, wish)
    let isDone = explorer.fork("\(operation)")
    var frame: UInt64 = TableSet.slots.rawValue
    var raw: UInt8 = 0
    while let table = Table(rawValue: raw) {
      let isKept = table.isProcessors || (!isDone && Self.state.contains(table))
      if !isKept { frame |= TableSet(table).rawValue }
      raw += 1
    }
    forget(TableSet(rawValue: frame), "\(operation)")
    // So is the private copy of a cell's configuration, whether it was taken or not.
    overwrite(.cell)
    // What was cached is of tables that may be gone.
    if isDone { processor.isFlushed = false }
    afterTransition?(operation, isDone)
    let errno = SymbolicWord(explorer.constant("errno"))
    explorer.assume((1 .<= errno) .& (errno .< 4096))
    return Attempt(isDone: .known(isDone), errno: errno)
  }

  /// Fails where a table is written after CPUs have been told to go on by it.
  func mustNotBeReleased(_ table: Table) {
    if processor.hasReleased && table != .stood {
      explorer.fail("peers", "\(table) is written after CPUs have been told to go on")
    }
  }
}

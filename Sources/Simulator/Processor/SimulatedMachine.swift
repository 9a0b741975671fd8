// SPDX-License-Identifier: Apache-2.0
// The machine under a simulated CPU: that of the board. Where others could go on, they may: between any two writes of tables.

import Core

extension SimulatedProcessor {
  private var machine: Simulator<UInt64> { board.simulator }

  public func read(_ table: Table, _ index: UInt64) -> UInt64 {
    work.words += 1
    return machine.read(table, index)
  }
  public func write(_ table: Table, _ index: UInt64, _ value: UInt64) {
    work.words += 1
    machine.write(table, index, value)
    pass(128)
  }
  public func witness(_ table: Table, _ index: UInt64, _ value: UInt64) {}
  public func witness(_ table: Table, _ index: UInt64, _ value: Specified<OneWord<UInt64>>) {}
  public func specified<S: LoopState>(_ shape: S, _ body: @Sendable () -> S) -> Specified<S>
  where S.W == UInt64 {
    Specified(shape)
  }
  public func mustSpecify() { broke("code looked at what only specifications know") }
  public func arbitrary(_ number: Int) -> UInt64 { 0 }
  public func capacity(_ table: Table) -> UInt64 { machine.capacity(table) }
  public func slot(_ page: UInt64, _ index: UInt64) -> UInt64 {
    work.words += 1
    return machine.slot(page, index)
  }
  public func setSlot(_ page: UInt64, _ index: UInt64, _ value: UInt64) {
    work.words += 1
    machine.setSlot(page, index, value)
    pass(64)
  }
  public func clearPage(_ page: UInt64) {
    work.pages += 1
    machine.clearPage(page)
    pass(16)
  }
  public func flip() {
    pass(2)
    machine.flip()
    pass(2)
  }
  public func copyForeign(_ address: UInt64, size: UInt64, into holder: Holder) -> Bool {
    board.onlooker?.copies(self, address, size: size)
    let isCopied = machine.copyForeign(address, size: size, into: holder)
    // Others may change the bytes now.
    pass(2)
    return isCopied
  }
  public func load(_ holder: Holder, size: UInt64, offset: UInt64, width: UInt64) -> UInt64 {
    work.words += 1
    return machine.load(holder, size: size, offset: offset, width: width)
  }
  public func element(_ elements: Elements<UInt64>, _ index: UInt64, _ offset: UInt64, _ width: UInt64)
    -> UInt64
  {
    work.words += 1
    return machine.element(elements, index, offset, width)
  }
  public func mustLieInside(_ holder: Holder, size: UInt64, start: UInt64, bytes: UInt64) {
    machine.mustLieInside(holder, size: size, start: start, bytes: bytes)
  }
  public func foreignCellState(_ cell: UInt64) -> UInt64 { machine.foreignCellState(cell) }
  public func foreignReply(_ cell: UInt64) -> UInt64 { machine.foreignReply(cell) }
  public func tell(_ cell: UInt64, _ word: UInt64, _ value: UInt64) {
    machine.tell(cell, word, value)
    // State and reply (jailhouse-interfaces, section c) are what the cell may write over.
    if word == 2 { machine.cellStates[cell] = value & 0xffff_ffff }
    if word == 4 { machine.cellReplies[cell] = value & 0xffff_ffff }
    pass(16)
  }
  public func scrub(_ base: UInt64, _ end: UInt64) {
    machine.scrub(base, end)
    if base >> 60 == 0 { board.clear(base, end) }
    pass(4)
  }

  public func loop<S: LoopState, E: Error>(
    _ name: Loop, _ count: UInt64, _ state: inout S, frame: TableSet,
    invariant: @Sendable (UInt64, S) -> Bool, body: @Sendable (UInt64, inout S) throws(E) -> Void
  ) throws(E) where S.W == UInt64 {
    var i: UInt64 = 0
    while i < count {
      try body(i, &state)
      i += 1
    }
  }
  public func step<G: Sendable, S: LoopState, E: Error>(
    _ name: ProvedStep, given: G, _ shape: S, frame: TableSet, requires: @Sendable () -> Bool,
    ensures: @Sendable (S) -> Bool, body: @Sendable () throws(E) -> S
  ) throws(E) -> S where S.W == UInt64 {
    try body()
  }
  public func look<C: Sendable, S: LoopState>(
    _ name: ProvedStep, _ index: UInt64, _ context: C, _ shape: S, reads: TableSet,
    requires: @Sendable () -> Bool, ensures: @Sendable (S) -> Bool,
    body: @Sendable () throws(Refusal<UInt64>) -> S
  ) throws(Refusal<UInt64>) -> S where S.W == UInt64 {
    try body()
  }
  public func outcome<C: Sendable, S: LoopState>(
    of name: ProvedStep, _ index: UInt64, _ context: C, _ shape: S, reads: TableSet,
    body: @Sendable () throws(Refusal<UInt64>) -> S
  ) -> Outcome<S> where S.W == UInt64 {
    Outcome(isReturned: false, value: shape)
  }
}

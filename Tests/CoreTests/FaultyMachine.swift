// SPDX-License-Identifier: Apache-2.0
// Machines that are broken on purpose: what the core decides is right, what the machine does is not. Tests that pass on
// them can find nothing.

import Core
import Simulator

@testable import Lives

/// What is broken.
enum Fault: String, CaseIterable, Sendable {
  /// Nothing is ever cleared.
  case scrubsNothing
  /// The last half-page of a range is not cleared.
  case scrubsTooLittle
  /// The new generation does not come into force.
  case forgetsToFlip
  /// CPUs are never parked.
  case parksNoCPU
  /// A cell's flags are lost.
  case losesFlags
  /// That an image was loaded is lost.
  case losesLoaded
  /// Every cell seems to agree.
  case hearsOnlyAgreement
  /// No cell seems to lock.
  case hearsNoLock
  /// Whatever is mapped may be written.
  case grantsWriting
  /// What others have taken is not noted in root's tables.
  case forgetsWhatIsTaken
  /// Claims that should leave root its access lose that mark.
  case losesRootShared
}

/// A simulator with a fault.
struct FaultyMachine: Machine {
  let fault: Fault
  let simulator: Simulator<UInt64>

  func read(_ table: Table, _ index: UInt64) -> UInt64 { simulator.read(table, index) }
  func write(_ table: Table, _ index: UInt64, _ value: UInt64) {
    switch (fault, table) {
    case (.parksNoCPU, .occupant) where value == Owner.hypervisor && read(.registers, Register.enabled) == 1:
      return
    case (.losesFlags, .cellFlags), (.losesLoaded, .loaded): simulator.write(table, index, 0)
    case (.losesRootShared, .nextMarks): simulator.write(table, index, value & ~Marks.keepsRoot)
    default: simulator.write(table, index, value)
    }
  }
  func witness(_ table: Table, _ index: UInt64, _ value: UInt64) { simulator.witness(table, index, value) }
  func capacity(_ table: Table) -> UInt64 { simulator.capacity(table) }
  func slot(_ page: UInt64, _ index: UInt64) -> UInt64 { simulator.slot(page, index) }
  func setSlot(_ page: UInt64, _ index: UInt64, _ value: UInt64) {
    switch fault {
    case .grantsWriting where value & 7 != 0: simulator.setSlot(page, index, value | 2)
    case .forgetsWhatIsTaken where value == TableEntry.taken: return
    default: simulator.setSlot(page, index, value)
    }
  }
  func clearPage(_ page: UInt64) { simulator.clearPage(page) }
  func specified<S: LoopState>(_ shape: S, _ body: @Sendable () -> S) -> Specified<S> where S.W == UInt64 {
    simulator.specified(shape, body)
  }
  func mustSpecify() { simulator.mustSpecify() }
  func witness(_ table: Table, _ index: UInt64, _ value: Specified<OneWord<UInt64>>) {
    simulator.witness(table, index, value)
  }
  func flip() { if fault != .forgetsToFlip { simulator.flip() } }
  func copyForeign(_ address: UInt64, size: UInt64, into holder: Holder) -> Bool {
    simulator.copyForeign(address, size: size, into: holder)
  }
  func load(_ holder: Holder, size: UInt64, offset: UInt64, width: UInt64) -> UInt64 {
    simulator.load(holder, size: size, offset: offset, width: width)
  }
  func element(_ elements: Elements<UInt64>, _ index: UInt64, _ offset: UInt64, _ width: UInt64) -> UInt64 {
    simulator.element(elements, index, offset, width)
  }
  func mustLieInside(_ holder: Holder, size: UInt64, start: UInt64, bytes: UInt64) {
    simulator.mustLieInside(holder, size: size, start: start, bytes: bytes)
  }
  func foreignCellState(_ cell: UInt64) -> UInt64 {
    let state = simulator.foreignCellState(cell)
    return fault == .hearsNoLock && state == 1 ? 0 : state
  }
  func foreignReply(_ cell: UInt64) -> UInt64 {
    fault == .hearsOnlyAgreement ? 3 : simulator.foreignReply(cell)
  }
  func tell(_ cell: UInt64, _ word: UInt64, _ value: UInt64) { simulator.tell(cell, word, value) }
  func scrub(_ base: UInt64, _ end: UInt64) {
    switch fault {
    case .scrubsNothing: return
    case .scrubsTooLittle where end - base > Place.half: simulator.scrub(base, end - Place.half)
    default: simulator.scrub(base, end)
    }
  }
  func loop<S: LoopState, E: Error>(
    _ name: Loop, _ count: UInt64, _ state: inout S, frame: TableSet,
    invariant: @Sendable (UInt64, S) -> Bool, body: @Sendable (UInt64, inout S) throws(E) -> Void
  ) throws(E) where S.W == UInt64 {
    try simulator.loop(name, count, &state, frame: frame, invariant: invariant, body: body)
  }
  func step<G: Sendable, S: LoopState, E: Error>(
    _ name: ProvedStep, given: G, _ shape: S, frame: TableSet, requires: @Sendable () -> Bool,
    ensures: @Sendable (S) -> Bool, body: @Sendable () throws(E) -> S
  ) throws(E) -> S where S.W == UInt64 {
    try simulator.step(
      name, given: given, shape, frame: frame, requires: requires, ensures: ensures, body: body)
  }
  func look<C: Sendable, S: LoopState>(
    _ name: ProvedStep, _ index: UInt64, _ context: C, _ shape: S, reads: TableSet,
    requires: @Sendable () -> Bool, ensures: @Sendable (S) -> Bool,
    body: @Sendable () throws(Refusal<UInt64>) -> S
  ) throws(Refusal<UInt64>) -> S where S.W == UInt64 {
    try simulator.look(
      name, index, context, shape, reads: reads, requires: requires, ensures: ensures, body: body)
  }
  func outcome<C: Sendable, S: LoopState>(
    of name: ProvedStep, _ index: UInt64, _ context: C, _ shape: S, reads: TableSet,
    body: @Sendable () throws(Refusal<UInt64>) -> S
  ) -> Outcome<S> where S.W == UInt64 {
    simulator.outcome(of: name, index, context, shape, reads: reads, body: body)
  }
  func arbitrary(_ number: Int) -> UInt64 { simulator.arbitrary(number) }
}

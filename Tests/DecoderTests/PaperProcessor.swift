// SPDX-License-Identifier: Apache-2.0
// A processor on paper: VMCS fields and registers in dictionaries, tables and the pool in the simulator, foreign memory as words. As much of one as
// it takes to find out what a guest's instruction is, and to answer CPUID; what else a processor does fails.

import Simulator

@testable import Core

final class PaperProcessor: Processor, @unchecked Sendable {
  typealias W = UInt64
  let simulator = Simulator<UInt64>(
    {
      var options = Simulator<UInt64>.Options(rows: 1, cells: 2, cpus: 2)
      options.pages = 4
      return options
    }())
  var fields: [VMCSField: UInt64] = [:]
  var registers: [GuestRegister: UInt64] = [:]
  /// Host-physical memory, by words; what is not there cannot be reached.
  var memory: [UInt64: UInt64] = [:]
  /// Words of the CPU's own, MSRs, and what it says to every CPUID.
  var words: [CPUWord: UInt64] = [:]
  var msrs: [MSR: UInt64] = [:]
  var native = CPUIDWords<UInt64>(eax: 0, ebx: 0, ecx: 0, edx: 0)
  /// Where words were read, host-physical.
  var looks: [UInt64] = []

  func vmcs(_ field: VMCSField) -> UInt64 { fields[field] ?? 0 }
  func setVMCS(_ field: VMCSField, _ value: UInt64) { fields[field] = value }
  func guest(_ register: GuestRegister) -> UInt64 { registers[register] ?? 0 }
  func setGuest(_ register: GuestRegister, _ value: UInt64) { registers[register] = value }
  func foreignWord(_ address: UInt64) -> UInt64? {
    looks.append(address)
    return memory[address]
  }

  func read(_ table: Table, _ index: UInt64) -> UInt64 { simulator.read(table, index) }
  func write(_ table: Table, _ index: UInt64, _ value: UInt64) { simulator.write(table, index, value) }
  func capacity(_ table: Table) -> UInt64 { simulator.capacity(table) }
  func slot(_ page: UInt64, _ index: UInt64) -> UInt64 { simulator.slot(page, index) }
  func setSlot(_ page: UInt64, _ index: UInt64, _ value: UInt64) { simulator.setSlot(page, index, value) }
  func arbitrary(_ number: Int) -> UInt64 { simulator.arbitrary(number) }
  func loop<S: LoopState, E: Error>(
    _ name: Loop, _ count: UInt64, _ state: inout S, frame: TableSet,
    invariant: @Sendable (UInt64, S) -> Bool,
    body: @Sendable (UInt64, inout S) throws(E) -> Void
  ) throws(E) where S.W == UInt64 {
    try simulator.loop(name, count, &state, frame: frame, invariant: invariant, body: body)
  }
  func step<G: Sendable, S: LoopState, E: Error>(
    _ name: ProvedStep, given: G, _ shape: S, frame: TableSet, requires: @Sendable () -> Bool,
    ensures: @Sendable (S) -> Bool, body: @Sendable () throws(E) -> S
  ) throws(E) -> S where S.W == UInt64 { try body() }

  // Not for paper.
  private func no(_ what: String = #function) -> Never {
    fatalError("\(what) is not for a processor on paper")
  }
  func look<C: Sendable, S: LoopState>(
    _ name: ProvedStep, _ index: UInt64, _ context: C, _ shape: S, reads: TableSet,
    requires: @Sendable () -> Bool,
    ensures: @Sendable (S) -> Bool, body: @Sendable () throws(Refusal<UInt64>) -> S
  ) throws(Refusal<UInt64>) -> S where S.W == UInt64 { no() }
  func outcome<C: Sendable, S: LoopState>(
    of name: ProvedStep, _ index: UInt64, _ context: C, _ shape: S, reads: TableSet,
    body: @Sendable () throws(Refusal<UInt64>) -> S
  ) -> Outcome<S> where S.W == UInt64 { no() }
  func specified<S: LoopState>(_ shape: S, _ body: @Sendable () -> S) -> Specified<S> where S.W == UInt64 {
    Specified(shape)
  }
  func mustSpecify() { no() }
  func witness(_ table: Table, _ index: UInt64, _ value: UInt64) { no() }
  func witness(_ table: Table, _ index: UInt64, _ value: Specified<OneWord<UInt64>>) { no() }
  func flip() { no() }
  func copyForeign(_ address: UInt64, size: UInt64, into holder: Holder) -> Bool { no() }
  func load(_ holder: Holder, size: UInt64, offset: UInt64, width: UInt64) -> UInt64 { no() }
  func element(_ elements: Elements<UInt64>, _ index: UInt64, _ offset: UInt64, _ width: UInt64) -> UInt64 {
    no()
  }
  func mustLieInside(_ holder: Holder, size: UInt64, start: UInt64, bytes: UInt64) { no() }
  func foreignCellState(_ cell: UInt64) -> UInt64 { no() }
  func foreignReply(_ cell: UInt64) -> UInt64 { no() }
  func tell(_ cell: UInt64, _ word: UInt64, _ value: UInt64) { no() }
  func clearPage(_ page: UInt64) { no() }
  func scrub(_ base: UInt64, _ end: UInt64) { no() }
  func own(_ word: CPUWord) -> UInt64 { words[word] ?? 0 }
  func setOwn(_ word: CPUWord, _ value: UInt64) { words[word] = value }
  func msr(_ msr: MSR) -> UInt64 { msrs[msr] ?? 0 }
  func cpuid(_ leaf: UInt64, _ subleaf: UInt64) -> CPUIDWords<UInt64> { native }
  func captured(_ field: VMCSField) -> UInt64 { no() }
  func apic(_ register: UInt64) -> UInt64 { no() }
  func setAPIC(_ register: UInt64, _ value: UInt64) { no() }
  func chipRegister(_ address: UInt64, _ index: UInt64) -> UInt64 { no() }
  func pin(_ address: UInt64, _ pin: UInt64) -> UInt64 { no() }
  func setPin(_ address: UInt64, _ pin: UInt64, _ entry: UInt64) { no() }
  func inPort(_ port: UInt64, _ width: UInt64) -> UInt64 { no() }
  func outPort(_ port: UInt64, _ width: UInt64, _ value: UInt64) { no() }
  func readPhysical(_ address: UInt64, _ width: UInt64) -> UInt64? { no() }
  func writePhysical(_ address: UInt64, _ width: UInt64, _ value: UInt64) -> Bool { no() }
  func setXCR0(_ value: UInt64) { no() }
  func address(of table: Table, _ index: UInt64) -> UInt64 { no() }
  func flushTranslations() { no() }
  func clearProcessor() { no() }
  func dropInterrupts() { no() }
  func endNMI() { no() }
  func noteBreakpoints(_ bits: UInt64) { no() }
  func told(_ word: UInt64, by cpu: UInt64) -> UInt64 { no() }
  func logged(_ position: UInt64) -> UInt64 { no() }
  func recorded(_ half: UInt64) -> UInt64 { no() }
  func record(_ cell: UInt64, _ cpu: UInt64) { no() }
  func sendInterrupt(_ command: UInt64, to number: UInt64) { no() }
  func tryLock() -> Bool { no() }
  func unlock() { no() }
  func order(_ cpu: UInt64, _ order: Order) { no() }
  func stands(_ cpu: UInt64) -> Bool { no() }
  func isHeld() -> Bool { no() }
  func ask(_ cpu: UInt64, _ request: UInt64) { no() }
  func takeRequest() -> UInt64 { no() }
  func say(_ character: UInt64) { no() }
  func attempt(_ operation: Operation, _ wish: Wish<UInt64>) -> Attempt<UInt64> { no() }
}

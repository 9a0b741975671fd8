// SPDX-License-Identifier: Apache-2.0
// What simulated CPUs share: memory, the core's tables, the management lock, mailboxes. And who looks on.

import Core

/// A CPU's mailbox (Processor.swift). Orders are numbered: bits above 7.
struct Mail {
  var order: UInt64 = 0
  var answer: UInt64 = 0
  var request: UInt64 = 0
}

/// Who looks on: says what a guest does next, and judges what came of it. Called by one CPU at a time.
public protocol Onlooker: AnyObject {
  /// What the guest on this CPU does next; nil where it has nothing more to do.
  func instruction(on cpu: SimulatedProcessor) -> GuestInstruction?
  /// A guest is about to be entered.
  func enters(_ cpu: SimulatedProcessor)
  /// The guest has touched memory, and it worked. Of a read, `value` is what it found.
  func touched(
    _ cpu: SimulatedProcessor, _ address: UInt64, host: UInt64, _ access: MemoryAccess, value: UInt64)
  /// The guest has used ports, a model-specific register, and no exit came of it.
  func usedPort(_ cpu: SimulatedProcessor, _ port: UInt64)
  func usedMSR(_ cpu: SimulatedProcessor, _ number: UInt64, isWrite: Bool)
  /// An exit has happened.
  func left(_ cpu: SimulatedProcessor, reason: UInt64)
  /// The hypervisor sends an interrupt, asks another CPU for something, copies foreign memory.
  func sends(_ cpu: SimulatedProcessor, to number: UInt64)
  func asks(_ cpu: SimulatedProcessor, _ other: UInt64, request: UInt64)
  func copies(_ cpu: SimulatedProcessor, _ address: UInt64, size: UInt64)
  /// A transition is tried; and what came of it (nil: it was done).
  func tries(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>)
  func tried(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>, _ refusal: Refusal<UInt64>?)
  /// A CPU was waited for, and did not answer.
  func waitedInVain(_ cpu: SimulatedProcessor, for other: UInt64)
}

/// A machine of several CPUs.
public final class Board: @unchecked Sendable {
  /// The core's tables, and foreign memory.
  public let simulator: Simulator<UInt64>
  /// Who runs when.
  public let turns: Turns
  /// What each CPU can.
  public let kind: ProcessorKind
  /// The CPUs, by number.
  public private(set) var cpus: [SimulatedProcessor] = []
  /// Host-physical memory: words of 8 bytes, by their address; 0 where nothing is set.
  public var memory: [UInt64: UInt64] = [:]
  /// By CPU: how often it has changed hands, or begun anew. (Kept by who looks on.)
  public var epochs: [UInt64]
  /// Who looks on.
  public weak var onlooker: (any Onlooker)?
  /// The first thing that was not as it should be.
  public private(set) var finding: String?
  /// It is over: every CPU returns.
  public internal(set) var isOver = false
  /// A transition runs.
  public internal(set) var isChanging = false
  var lockHolder: Int?
  var mail: [Mail]

  /// Makes a machine.
  public init(_ simulator: Simulator<UInt64>, kind: ProcessorKind, turns: Turns) {
    (self.simulator, self.kind, self.turns) = (simulator, kind, turns)
    epochs = [UInt64](repeating: 0, count: simulator.options.cpus)
    mail = [Mail](repeating: Mail(), count: simulator.options.cpus)
    cpus = (0..<simulator.options.cpus).map { SimulatedProcessor($0, on: self) }
    turns.isReady = { [unowned self] in isOver || !cpus[$0].waitsInVain }
  }

  /// Something is not as it should be: the first such thing counts, and ends it all.
  public func broke(_ text: String) {
    if finding == nil { finding = text }
    isOver = true
  }

  /// Ends it all.
  public func end() { isOver = true }

  /// Lets CPUs live until nobody has anything to do any more, or something is wrong.
  public func run(_ numbers: [Int]) {
    turns.run(numbers) { self.cpus[$0].live() }
  }

  /// Whether every CPU that lives has nothing more to do.
  func endIfQuiet() {
    if cpus.allSatisfy({ !$0.isAlive || $0.isIdle || $0.isQuiet }) { isOver = true }
  }

  /// Kicks a CPU: an NMI.
  func kick(_ cpu: Int) { cpus[cpu].takeNMI() }

  /// Where a table lies, host-physical. (Made up: tables are no pages here, but bitmaps are read through their address.)
  func place(of table: Table) -> UInt64 { 0x7000_0000 + UInt64(table.rawValue) << 24 }
  /// The word of a table that lies at a host-physical address; nil where there is none.
  func tableWord(_ table: Table, at address: UInt64) -> UInt64? {
    let index = (address &- place(of: table)) >> 3
    return index < simulator.capacity(table) ? simulator.read(table, index) : nil
  }

  /// Clears memory.
  func clear(_ base: UInt64, _ end: UInt64) {
    for address in memory.keys where base <= address && address < end { memory[address] = nil }
  }
}

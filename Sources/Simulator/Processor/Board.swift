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
  /// The hypervisor reads a word of foreign memory for a guest.
  func looks(_ cpu: SimulatedProcessor, at address: UInt64)
  /// A device's interrupt goes to a CPU.
  func raised(_ chip: UInt64, pin: UInt64, on cpu: SimulatedProcessor)
  /// The hypervisor reads or writes a port for a guest; of a read, `value` is what it finds.
  func usesPort(_ cpu: SimulatedProcessor, _ port: UInt64, bytes: UInt64, isWrite: Bool, value: UInt64)
  /// Management is over.
  func unlocks(_ cpu: SimulatedProcessor)
  /// Root goes on without a hypervisor there.
  func leaves(_ cpu: SimulatedProcessor)
  /// A transition is tried; and what came of it (nil: it was done).
  func tries(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>)
  func tried(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>, _ refusal: Refusal<UInt64>?)
  /// A CPU was waited for, and did not answer.
  func waitedInVain(_ cpu: SimulatedProcessor, for other: UInt64)
}

/// Who looks for few things says nothing of the others.
extension Onlooker {
  public func enters(_ cpu: SimulatedProcessor) {}
  public func touched(
    _ cpu: SimulatedProcessor, _ address: UInt64, host: UInt64, _ access: MemoryAccess, value: UInt64
  ) {}
  public func usedPort(_ cpu: SimulatedProcessor, _ port: UInt64) {}
  public func usedMSR(_ cpu: SimulatedProcessor, _ number: UInt64, isWrite: Bool) {}
  public func left(_ cpu: SimulatedProcessor, reason: UInt64) {}
  public func sends(_ cpu: SimulatedProcessor, to number: UInt64) {}
  public func asks(_ cpu: SimulatedProcessor, _ other: UInt64, request: UInt64) {}
  public func copies(_ cpu: SimulatedProcessor, _ address: UInt64, size: UInt64) {}
  public func looks(_ cpu: SimulatedProcessor, at address: UInt64) {}
  public func raised(_ chip: UInt64, pin: UInt64, on cpu: SimulatedProcessor) {}
  public func usesPort(
    _ cpu: SimulatedProcessor, _ port: UInt64, bytes: UInt64, isWrite: Bool, value: UInt64
  ) {}
  public func unlocks(_ cpu: SimulatedProcessor) {}
  public func leaves(_ cpu: SimulatedProcessor) {}
  public func tries(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>) {}
  public func tried(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>, _ refusal: Refusal<UInt64>?) {}
  public func waitedInVain(_ cpu: SimulatedProcessor, for other: UInt64) {}
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
  /// I/O APICs, by their host-physical address.
  public var chips: [UInt64: InterruptChip] = [:]
  /// PCI's address register; the class of each function, in bits 31:16, by its number (bus, device and function).
  public internal(set) var configAddress: UInt64 = 0
  public var classes: [UInt64: UInt64] = [:]
  /// Whether a host-physical address is write-back memory, and not the hypervisor's.
  public var isForeign: (UInt64) -> Bool = { $0 < 0xc000_0000 }
  /// What the hypervisor has said, and whom it has stopped.
  public internal(set) var log = BoardLog()
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
  /// Somebody manages.
  public var isLocked: Bool { lockHolder != nil }
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

  /// What each CPU is at, in words.
  var whatAllDo: String {
    cpus.filter(\.isAlive).map { cpu in
      let place =
        cpu.standing.map { $0 ? "runs nothing" : "stands still" } ?? (cpu.isIdle ? "is done" : "is at")
      return "CPU \(cpu.number) \(place) \(cpu.last) (done again \(cpu.repeated) times)"
    }.joined(separator: ", ")
  }

  /// The CPUs that a pin of a chip would interrupt as it stands; none where it is masked.
  public func targets(_ address: UInt64, pin: UInt64) -> [SimulatedProcessor] {
    guard let chip = chips[address], pin <= chip.lastPin, chip[pin] >> 16 & 1 == 0 else { return [] }
    return cpus.filter { $0.apic.isMeant(by: chip[pin] >> 56, isLogical: chip[pin] >> 11 & 1 == 1) }
  }

  /// Kicks a CPU: an NMI.
  func kick(_ cpu: Int) { cpus[cpu].takeNMI() }

  /// Where a table lies, host-physical. (Made up: tables are no pages here, but bitmaps are read through their address.)
  public func place(of table: Table) -> UInt64 { 0x7000_0000 + UInt64(table.rawValue) << 24 }
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

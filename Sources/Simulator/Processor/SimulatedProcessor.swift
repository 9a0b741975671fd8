// SPDX-License-Identifier: Apache-2.0
// A simulated CPU: the VMCS in force, the guest's registers, and what of the processor is in neither. Promise: what silicon would answer
// with #UD, #GP or a failed VMWRITE in the hypervisor ends the run, and says so.

import Core

/// What a guest leaves in a processor that is in no VMCS: each part holds what was last put there.
public struct Residue: Sendable, Equatable {
  /// FPU and XSAVE state; debug registers; SYSCALL's and other MSRs that are passed; CR2.
  public var fpu: UInt64 = 0
  public var debug: UInt64 = 0
  public var cr2: UInt64 = 0
  /// DR6, less the bits that are always 1.
  public var met: UInt64 = 0
  public var msrs: [UInt64: UInt64] = [:]
  public var xcr0: UInt64 = 1
  /// Nothing is left.
  public var isClean: Bool { self == Residue() }
}

/// How much the hypervisor has done.
public struct Work: Sendable, Equatable {
  /// Words looked at or set.
  public var words: UInt64 = 0
  /// Pages of the pool cleared: each page that a tree takes is.
  public var pages: UInt64 = 0
  /// None yet.
  public init() {}
  /// What was done since `before`.
  public func since(_ before: Work) -> Work {
    var work = self
    work.words -= before.words
    work.pages -= before.pages
    return work
  }
}

/// One CPU.
public final class SimulatedProcessor: @unchecked Sendable {
  /// Its number, and the machine that it belongs to.
  public let number: Int
  public unowned let board: Board
  var fields = [UInt64](repeating: 0, count: 512)
  var registers = [UInt64](repeating: 0, count: 15)
  var words = [UInt64](repeating: 0, count: 24)
  /// Its local APIC.
  public internal(set) var apic: LocalAPIC
  /// What it has begun to say.
  var line: [UInt8] = []
  /// What is in no VMCS.
  public var residue = Residue()
  /// Interrupts that are pending.
  public var pending: [PendingInterrupt] = []
  /// Requests: the epoch in which the last was made.
  var requestEpoch: UInt64 = 0
  var tlb = TLB()
  /// What root is when the loader calls, and the host's state.
  public var root: [VMCSField: UInt64] = [:]

  /// The guest is entered. An NMI waits; NMIs are held back; one that came in root mode has left its note.
  var isInGuest = false
  var hasNMI = false
  var holdsNMIs = false
  var isKicked = false
  /// Its guest raises exceptions in their own handler, and takes no NMI any more.
  var isLost = false
  /// It lives; it has nothing more to do; it stands still, for good (it is parked) or until it is told to go on.
  public internal(set) var isAlive = false
  /// Root has left on it: there is no hypervisor under it any more.
  public internal(set) var hasLeft = false
  var isIdle = false
  var standing: Bool?
  /// It runs nothing, and has not come to a guest since.
  var isParked = false
  /// The order that it has obeyed last.
  var seen: UInt64 = 0
  /// The exit that is handled is one of the frequent ones, whose handler has a third of the registers.
  var hasFewRegisters = false
  /// What the guest does again, if its instruction was not passed over; and where it stood then.
  var current: (instruction: GuestInstruction, rip: UInt64, epoch: UInt64)?
  /// How often it has done that again.
  var repeated = 0
  /// What the hypervisor has done on it: words of tables and of copies that it has looked at or set, and pages of tables that it has cleared.
  public internal(set) var work = Work()
  /// What the guest did last, for reports.
  public internal(set) var last: GuestInstruction = .nothing

  init(_ number: Int, on board: Board) {
    self.number = number
    self.board = board
    let kind = board.kind
    apic = LocalAPIC(
      isX2: kind.register(.apicBase) >> 10 & 1 == 1, id: UInt64(number) * 2 + 3, version: kind.apicVersion,
      hasDeadline: kind.features & CPUIDLeaf.deadline != 0)
  }

  var kind: ProcessorKind { board.kind }
  /// Its number among CPUs for the core.
  public var id: UInt64 { UInt64(number) }
  /// Its x2APIC id: another number than the CPU's.
  public var interruptID: UInt64 { apic.id }

  static func place(_ field: VMCSField) -> Int {
    let raw = field.rawValue
    let (width, kind): (UInt64, UInt64) = ((raw >> 13) & 3, (raw >> 10) & 3)
    let number: UInt64 = (raw >> 1) & 31
    return Int((width << 7) | (kind << 5) | number)
  }
  /// A field, as the processor sees it.
  public subscript(_ field: VMCSField) -> UInt64 {
    get { fields[Self.place(field)] }
    set { fields[Self.place(field)] = newValue }
  }
  /// A general register of the guest.
  public subscript(_ register: GuestRegister) -> UInt64 {
    get { registers[Int(register.rawValue)] }
    set { registers[Int(register.rawValue)] = newValue }
  }
  /// A word of the CPU's own.
  public subscript(_ word: CPUWord) -> UInt64 { words[Int(word.rawValue)] }

  /// Another CPU may go on here.
  func pass(_ rarity: UInt64) { board.turns.pass(number, rarity: rarity) }
  func broke(_ text: String) { board.broke("CPU \(number): \(text)") }
}

extension SimulatedProcessor: Processor {
  public func vmcs(_ field: VMCSField) -> UInt64 { self[field] }
  public func setVMCS(_ field: VMCSField, _ value: UInt64) {
    if field.rawValue >> 10 & 3 == 1 { broke("VMWRITE to \(field), which can only be read") }
    let width = field.rawValue >> 13 & 3
    let bits: UInt64 = width == 0 ? 16 : width == 2 ? 32 : 64
    if bits < 64 && value >> bits != 0 { broke("VMWRITE of \(value) to \(field), which has \(bits) bits") }
    self[field] = value
  }
  private static let few: Set<GuestRegister> = [.rax, .rcx, .rdx, .rbx, .rsi, .rdi]
  private func touch(_ register: GuestRegister) {
    if hasFewRegisters && !Self.few.contains(register) {
      broke("\(register) is used by the handler of frequent exits, which does not have it")
    }
  }
  public func guest(_ register: GuestRegister) -> UInt64 {
    touch(register)
    return self[register]
  }
  public func setGuest(_ register: GuestRegister, _ value: UInt64) {
    touch(register)
    self[register] = value
  }
  public func own(_ word: CPUWord) -> UInt64 { words[Int(word.rawValue)] }
  public func setOwn(_ word: CPUWord, _ value: UInt64) { words[Int(word.rawValue)] = value }
  public func msr(_ msr: MSR) -> UInt64 { kind.register(msr) }
  public func cpuid(_ leaf: UInt64, _ subleaf: UInt64) -> CPUIDWords<UInt64> {
    kind.cpuid(leaf & 0xffff_ffff, subleaf & 0xffff_ffff, id: interruptID)
  }
  public func captured(_ field: VMCSField) -> UInt64 { root[field] ?? 0 }

  public func setXCR0(_ value: UInt64) {
    // SDM vol. 2C, XSETBV.
    func has(_ bit: UInt64) -> Bool { value >> bit & 1 == 1 }
    let wide = value >> 5 & 7
    let isTaken =
      has(0) && value & ~kind.extendedState == 0 && (!has(2) || has(1))
      && (wide == 0 || (wide == 7 && has(2)))
    if !isTaken { broke("#GP in the hypervisor: XSETBV of \(value)") }
    residue.xcr0 = value
  }
  public func address(of table: Table, _ index: UInt64) -> UInt64 {
    precondition(index < board.simulator.capacity(table), "the core asks where \(table)[\(index)] is")
    return board.place(of: table) + index * 8
  }

  public func flushTranslations() { tlb.dropAll() }
  public func clearProcessor() {
    residue = Residue()
    line = []
  }
  public func dropInterrupts() {
    pending = []
    apic.quieten()
  }
  public func noteBreakpoints(_ bits: UInt64) {
    if bits & ~0x600f != 0 { broke("it notes \(bits) in DR6, which says more than was met") }
    residue.met = residue.met & ~0xf | bits
  }
  public func endNMI() {
    holdsNMIs = false
    if hasNMI { (hasNMI, isKicked) = (false, true) }
  }
}

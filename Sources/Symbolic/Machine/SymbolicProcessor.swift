// SPDX-License-Identifier: Apache-2.0
// The processor under the core, as terms: every field, register and word of the CPU's own is an unknown until it is set.
//
// - A field has as many bits as the manual gives it: what is set must fit, what is read does.
// - What the processor can (its MSRs) and what CPUID answers is unknown and does not change.
// - All of it is one CPU's, and no other party writes it.

import Core

/// What is known of the processor on a path.
struct ProcessorState {
  var fields: [VMCSField: SymbolicWord] = [:]
  var registers: [GuestRegister: SymbolicWord] = [:]
  var own: [CPUWord: SymbolicWord] = [:]
  /// The fields that code has set.
  var written: Set<VMCSField> = []
  /// The guest's registers that code has set.
  var changed: Set<GuestRegister> = []
  /// Registers of the local APIC that code has set.
  var writtenAPIC: [(register: SymbolicWord, value: SymbolicWord)] = []
  /// Whether a CPU has been told to go on.
  var hasReleased = false
  /// Whether the management lock is this CPU's.
  var isLocked = false
  /// Whether no translation has been cached since tables changed last; before anything is known: not.
  var isFlushed = false
  /// Whether what is in neither VMCS nor registers, and what interrupts were pending, has been cleared.
  var isCleared = false
  var isDropped = false
  /// What was asked of this CPU, at each look.
  var requests: [SymbolicWord] = []
  /// The transitions that were attempted on this path.
  var attempts: [Operation] = []
  /// The cells that were told something, behind loops not those of their iterations (`SymbolicMachine.onTell`).
  var addressed: [SymbolicWord] = []
}

extension VMCSField {
  /// Bits 14:13 of the encoding: 16 bits, 64, 32, or the processor's natural width.
  public var bits: UInt64 {
    switch rawValue >> 13 & 3 {
    case 0: 16
    case 2: 32
    default: 64
    }
  }
  /// Bits 11:10: what the field is for.
  public var kind: UInt64 { rawValue >> 10 & 3 }
  /// It says what happened at an exit, and cannot be written.
  public var isReadOnly: Bool { kind == 1 }
  /// All that the core knows.
  public static var all: [VMCSField] { (0..<0x7000).compactMap { VMCSField(rawValue: $0) } }
}

extension SymbolicMachine: Processor {
  private func unknown(_ name: String, below bits: UInt64 = 64) -> SymbolicWord {
    let word = SymbolicWord(explorer.context.constant(name, explorer.context.bits(64)))
    if bits < 64 { explorer.assume(word .< SymbolicWord(known: 1 << bits)) }
    return word
  }
  private func mayTouch(_ what: String) {
    isAbstract = true  // The replay on the simulator knows no processor.
    for _ in frames { explorer.fail("frame", "a loop touched \(what)") }
  }

  public func vmcs(_ field: VMCSField) -> SymbolicWord {
    if explorer.isCut { return 0 }
    isAbstract = true
    if let known = processor.fields[field] { return known }
    let word = unknown("vmcs.\(field)", below: field.bits)
    processor.fields[field] = word
    return word
  }
  public func setVMCS(_ field: VMCSField, _ value: SymbolicWord) {
    if explorer.isCut { return }
    explorer.mustBeCode("setVMCS")
    mayTouch("the VMCS")
    mustBeReal([value], "a field of the VMCS")
    explorer.mustNotTrap(.known(!field.isReadOnly), "a field that can be written")
    if field.bits < 64 {
      explorer.mustNotTrap(value .< SymbolicWord(known: 1 << field.bits), "a value that fits its field")
    }
    noteChange()
    processor.fields[field] = value
    processor.written.insert(field)
  }
  public func guest(_ register: GuestRegister) -> SymbolicWord {
    if explorer.isCut { return 0 }
    isAbstract = true
    if let known = processor.registers[register] { return known }
    let word = unknown("guest.\(register)")
    processor.registers[register] = word
    return word
  }
  public func setGuest(_ register: GuestRegister, _ value: SymbolicWord) {
    if explorer.isCut { return }
    explorer.mustBeCode("setGuest")
    mayTouch("a register of the guest")
    mustBeReal([value], "a register of the guest")
    noteChange()
    processor.registers[register] = value
    processor.changed.insert(register)
  }
  public func own(_ word: CPUWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    isAbstract = true
    if let known = processor.own[word] { return known }
    let value = unknown("own.\(word)")
    processor.own[word] = value
    return value
  }
  public func setOwn(_ word: CPUWord, _ value: SymbolicWord) {
    if explorer.isCut { return }
    explorer.mustBeCode("setOwn")
    mayTouch("a word of the CPU's own")
    mustBeReal([value], "a word of the CPU's own")
    noteChange()
    processor.own[word] = value
  }
  public func msr(_ msr: MSR) -> SymbolicWord {
    isAbstract = true
    return explorer.isCut ? 0 : unknown("msr.\(msr)")
  }
  public func cpuid(_ leaf: SymbolicWord, _ subleaf: SymbolicWord) -> CPUIDWords<SymbolicWord> {
    if explorer.isCut { return CPUIDWords(eax: 0, ebx: 0, ecx: 0, edx: 0) }
    isAbstract = true
    mustBeReal([leaf, subleaf], "a leaf of CPUID")
    let context = explorer.context
    let word = context.bits(64)
    func answer(_ register: String) -> SymbolicWord {
      let f = context.function("cpuid.\(register)", [word, word], word)
      let answer = SymbolicWord(f(leaf.term(in: context), subleaf.term(in: context)))
      explorer.assume(answer .< SymbolicWord(known: 1 << 32))
      return answer
    }
    return CPUIDWords(eax: answer("eax"), ebx: answer("ebx"), ecx: answer("ecx"), edx: answer("edx"))
  }
  public func captured(_ field: VMCSField) -> SymbolicWord {
    isAbstract = true
    return explorer.isCut ? 0 : unknown("captured.\(field)", below: field.bits)
  }

  /// For theorems: the fields that code has set on this path.
  public var writtenFields: Set<VMCSField> { processor.written }
  /// The registers of the local APIC that code has set on this path, in order.
  public var writtenAPIC: [(register: SymbolicWord, value: SymbolicWord)] { processor.writtenAPIC }
  /// The management lock is this CPU's.
  public var isLocked: Bool { processor.isLocked }
  /// No translation is cached that is older than the tables.
  public var isFlushed: Bool { processor.isFlushed }
  /// Nothing is left of what ran here before, but for registers and VMCS.
  public var isCleared: Bool { processor.isCleared && processor.isDropped }
  /// What was asked of this CPU, at each look on this path.
  public var requests: [SymbolicWord] { processor.requests }
  /// The guest's registers that code has looked at or set on this path.
  public var touchedRegisters: Set<GuestRegister> { Set(processor.registers.keys) }
  /// Those that code has set.
  public var changedRegisters: Set<GuestRegister> { processor.changed }
  /// The cells that were told something on this path, once for each word.
  public var addressed: [SymbolicWord] { processor.addressed }
  /// What was attempted.
  public var attempts: [Operation] { processor.attempts }
}

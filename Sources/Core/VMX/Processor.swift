// SPDX-License-Identifier: Apache-2.0
// A machine that is the processor under a cell as well: what the core asks of the CPU that it runs on.

/// A general register of the guest. RSP is in the VMCS.
public enum GuestRegister: UInt8, Sendable {
  case rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
}

/// A word of this CPU's own: nobody else reads or writes it.
public enum CPUWord: UInt8, Sendable {
  /// How often it left the guest, in all, and why. (Jailhouse's numbering of a CPU's counters.)
  case exits, mmio, management, hypercall, ports, xapic, controlRegisters, cpuid, xsetbv, exceptions, msr
  case x2apic
  /// What stopped it: `Stop`, the exit's reason and qualification, the guest-physical address, the guest's RIP.
  case stop, stopReason, stopQualification, stopAddress, stopRIP
  /// How many of its beginnings (`Table.launch`) it has seen. 1 while it waits for a start-up interrupt.
  case launch, waits
  /// The interrupt command as the guest has written it last, in xAPIC mode: its low half, and its destination.
  case commandLow, commandHigh

  /// Its number.
  public var number: UInt64 { UInt64(rawValue) }
  /// How many counters there are, from number 0 on; how many words in all.
  public static var counters: UInt64 { 12 }
  public static var count: UInt64 { 21 }
}

/// How many records of stopped CPUs are kept, and how many halves of words they are.
public enum LogLimit {
  public static var records: UInt64 { 31 }
  public static var halves: UInt64 { records &* 16 }
}

/// What a CPU is ordered to do by the one that manages.
public enum Order: UInt8, Sendable {
  /// To stand still, outside every guest, and say so.
  case hold = 1
  /// To look at its tables anew, and go on by them.
  case go = 2
}

/// What CPUs of a cell ask of one another, as bits of one word.
public enum CPURequest {
  /// To wait for a start-up interrupt.
  public static var initialise: UInt64 { 1 << 0 }
  /// To begin at page `vector` (bits 15:8), if it waits or is to wait.
  public static var startUp: UInt64 { 1 << 1 }
}

/// What happens under the management lock, each with a theorem of its own name.
public enum Operation: UInt8, Sendable {
  case create, setLoadable, start, destroy, failCPU, fail
  /// A cell fails because it did not answer in time.
  case expire
  case disable
}

/// A transition that is asked for.
public struct Wish<W: Word>: LoopState {
  /// The cell that it is about; of `failCPU`, which asks for none, the one that runs there.
  public var cell: W
  /// The CPU that asks; of `failCPU` the one that fails.
  public var cpu: W
  /// Of `create`: where the configuration lies, host-physical, and how many bytes it has.
  public var address: W
  public var size: W
  /// Makes one.
  @inlinable public init(cell: W, cpu: W, address: W = 0, size: W = 0) {
    (self.cell, self.cpu, self.address, self.size) = (cell, cpu, address, size)
  }
  public func map(_ transform: (W) -> W) -> Wish<W> {
    Wish(cell: transform(cell), cpu: transform(cpu), address: transform(address), size: transform(size))
  }
}

/// What came of a transition.
public struct Attempt<W: Word>: Sendable {
  /// It was done. Otherwise it was refused, and nothing changed.
  public let isDone: W.Condition
  /// Of a refusal: Jailhouse's errno, positive.
  public let errno: W
  /// Makes one.
  @inlinable public init(isDone: W.Condition, errno: W) { (self.isDone, self.errno) = (isDone, errno) }
}

/// What CPUID answers: the low 32 bits of four registers.
public struct CPUIDWords<W: Word>: LoopState {
  public var eax: W
  public var ebx: W
  public var ecx: W
  public var edx: W
  /// Makes an answer.
  @inlinable public init(eax: W, ebx: W, ecx: W, edx: W) {
    (self.eax, self.ebx, self.ecx, self.edx) = (eax, ebx, ecx, edx)
  }
  public func map(_ transform: (W) -> W) -> CPUIDWords<W> {
    CPUIDWords(eax: transform(eax), ebx: transform(ebx), ecx: transform(ecx), edx: transform(edx))
  }
}

/// The processor under the core. All of it is this CPU's.
public protocol Processor: Machine {
  /// A field of the VMCS.
  func vmcs(_ field: VMCSField) -> W
  /// Sets a field of the VMCS.
  func setVMCS(_ field: VMCSField, _ value: W)
  /// A general register of the guest, as it was at the exit.
  func guest(_ register: GuestRegister) -> W
  /// Sets what the guest finds in a register.
  func setGuest(_ register: GuestRegister, _ value: W)
  /// A word of this CPU's own.
  func own(_ word: CPUWord) -> W
  /// Sets it.
  func setOwn(_ word: CPUWord, _ value: W)
  /// A model-specific register.
  func msr(_ msr: MSR) -> W
  /// What CPUID answers.
  func cpuid(_ leaf: W, _ subleaf: W) -> CPUIDWords<W>
  /// What goes into a field of the guest's state so that root goes on as it was when the loader called, of the host's so that exits
  /// come to the hypervisor.
  func captured(_ field: VMCSField) -> W
  /// A register of this CPU's local APIC (`APICRegister`), 32 bits.
  func apic(_ register: W) -> W
  /// Sets it.
  func setAPIC(_ register: W, _ value: W)
  /// A register of the I/O APIC at host-physical `address`, by its index: 32 bits.
  func chipRegister(_ address: W, _ index: W) -> W
  /// What stands in a pin of that chip: both halves. A pin that the chip does not have is masked.
  func pin(_ address: W, _ pin: W) -> W
  /// Sets both halves; between them the pin is masked. Nothing where the chip does not have the pin.
  func setPin(_ address: W, _ pin: W, _ entry: W)
  /// What `width` bytes (1, 2 or 4) are read from a port. Foreign.
  func inPort(_ port: W, _ width: W) -> W
  /// Writes the low `width` bytes (1, 2 or 4) of `value` to a port.
  func outPort(_ port: W, _ width: W, _ value: W)
  /// The aligned 64-bit word at host-physical `address`; nil where that is not memory that the machine can reach. Foreign: another
  /// value next time.
  func foreignWord(_ address: W) -> W?
  /// Sets XCR0. The value is one that the processor takes.
  func setXCR0(_ value: W)
  /// Host-physical address of a word of a table. Traps as `read`.
  func address(of table: Table, _ index: W) -> W

  /// Drops what this CPU has cached of guest-physical translations, of every cell's. SDM vol. 3C, 29.4.3 (all-context INVEPT).
  func flushTranslations()
  /// Clears what of the processor is neither in the VMCS nor among the guest's registers: FPU and XSAVE state, debug
  /// registers, performance counters, SYSCALL's and FS and GS's registers (P8).
  func clearProcessor()
  /// Masks this CPU's local interrupt sources, and takes and drops what is pending.
  func dropInterrupts()
  /// Notes in DR6 which breakpoints were met: bits 3:0 anew, bits 13 (access to debug registers) and 14 (single step) added.
  func noteBreakpoints(_ bits: W)
  /// Lets NMIs come through again after one that has made the guest leave. SDM vol. 3C, 28.3 (blocking by NMI).
  func endNMI()
  /// Sends an interrupt: the x2APIC command's low half, to the CPU with that number.
  func sendInterrupt(_ command: W, to number: W)

  /// Takes the management lock. False where another CPU has it; nobody waits.
  func tryLock() -> W.Condition
  /// Gives it back.
  func unlock()
  /// Orders a CPU. Only who has the lock does so.
  func order(_ cpu: W, _ order: Order)
  /// Whether the CPU stands still, as it was ordered to: waits for its answer for a bounded time, and kicks it.
  func stands(_ cpu: W) -> W.Condition
  /// Whether this CPU has been ordered to stand still. Foreign: another answer next time.
  func isHeld() -> W.Condition
  /// Asks something of a CPU (`CPURequest`), and kicks it. A start-up is added to what was asked before, unless that is a start-up already;
  /// anything else replaces it.
  func ask(_ cpu: W, _ request: W)
  /// What was asked of this CPU since it last looked. Foreign.
  func takeRequest() -> W
  /// A word of CPU `cpu`'s own (`CPUWord`, by its number). Foreign: that CPU writes it. Traps where there is no such CPU or word.
  func told(_ word: W, by cpu: W) -> W
  /// Of what was said on the console the bytes from number `position` on: up to 7 in bits 55:0, how many in bits 58:56; -ERANGE where they
  /// are gone or not there yet. Of position 2^64 - 1: how many bytes there were. Foreign.
  func logged(_ position: W) -> W
  /// 32 bits of the records of stopped CPUs. Foreign. Traps where there are no such (`LogLimit`).
  func recorded(_ half: W) -> W
  /// Records that CPU `cpu`, this one, of cell `cell`, is stopped, and why, as its own words say.
  func record(_ cell: W, _ cpu: W)
  /// Says a character on the console. What one CPU says comes out in whole lines.
  func say(_ character: W)
  /// Runs a transition. Whoever calls has the management lock.
  func attempt(_ operation: Operation, _ wish: Wish<W>) -> Attempt<W>
}

extension Processor {
  /// Runs a transition: the core's function of that name. (Called by machines, which catch what it refuses.)
  public func run(_ operation: Operation, _ wish: Wish<W>) throws(Refusal<W>) {
    switch operation {
    case .create: try create(wish.address, size: wish.size, as: wish.cell, caller: wish.cpu)
    case .setLoadable: try setLoadable(wish.cell, caller: wish.cpu)
    case .start: try start(wish.cell, caller: wish.cpu)
    case .destroy: try destroy(wish.cell, caller: wish.cpu)
    case .failCPU: try failCPU(wish.cpu)
    case .fail, .expire: try fail(wish.cell)
    case .disable: try disable(caller: wish.cpu)
    }
  }
}

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
}

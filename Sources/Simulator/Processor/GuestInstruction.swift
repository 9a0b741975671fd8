// SPDX-License-Identifier: Apache-2.0
// What a guest does: instructions without their encoding.

/// How memory is accessed: the bits of an EPT violation's qualification, and of an entry's rights.
public enum MemoryAccess: UInt64, Sendable, CaseIterable {
  case read = 1
  case write = 2
  case execute = 4
}

/// One instruction, or one thing that happens to a guest from outside.
public enum GuestInstruction: Sendable, Equatable {
  /// Touches guest-physical memory; a write puts `value` there.
  case touch(UInt64, MemoryAccess, value: UInt64)
  /// Moves something to or from a device's page.
  case move(DeviceMove)
  /// IN or OUT of 1, 2 or 4 ports.
  case port(UInt64, count: UInt64, isOut: Bool)
  /// OUT of that value.
  case out(UInt64, count: UInt64, value: UInt64)
  case readMSR(UInt64)
  case writeMSR(UInt64, UInt64)
  case cpuid(UInt64, UInt64)
  case vmcall(UInt64, UInt64, UInt64)
  case moveToCR0(UInt64)
  case moveToCR3(UInt64)
  case moveToCR4(UInt64)
  case clearTaskSwitched
  case loadStatusWord(UInt64)
  case invalidate(UInt64)
  case setXCR(UInt64, UInt64)
  /// An instruction of VMX's, by the exit's reason.
  case vmx(UInt64)
  case invd, halt, tripleFault
  /// A far jump to a code segment: of 64 bits or of 32, for privilege level 0 or 3.
  case jump(isLong: Bool, level: UInt64)
  /// Uses all that it has: general registers, FPU, debug registers and what not are `value` then.
  case use(UInt64)
  /// The processor caches a translation that nobody has asked for.
  case speculate(UInt64)
  /// INIT or a start-up interrupt from outside arrives.
  case initSignal, startUpSignal
  /// A device raises the line of that pin of the chip at an address.
  case device(UInt64, pin: UInt64)
  /// An exception, #DB or #AC: what is said of it (25.9.2), and of #DB which breakpoints were met. A guest whose handler raises it again does
  /// so for ever.
  case exception(information: UInt64, met: UInt64)
  case nothing

  /// It asks to go on without a hypervisor.
  var isLeaving: Bool {
    if case .vmcall(0, _, _) = self { true } else { false }
  }

  /// That a guest is stopped for: what no handler allows.
  public var mayStop: Bool {
    switch self {
    case .touch, .move, .port, .out, .tripleFault, .invd, .clearTaskSwitched, .loadStatusWord, .moveToCR0:
      true
    default: false
    }
  }
}

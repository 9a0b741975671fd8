// SPDX-License-Identifier: Apache-2.0
// What a processor checks before it enters a guest: SDM vol. 3C, 27.2 and 27.3. Written from the manual, and sharing nothing with the core
// but the names of fields and capability MSRs: bits are those of the manual's tables.

import Core

/// The checks of an entry. Each group gives what is wrong, in words.
public struct VMEntry {
  let kind: ProcessorKind
  let field: (VMCSField) -> UInt64

  /// Checks the fields that `field` gives, on a processor of this kind.
  public init(on kind: ProcessorKind, _ field: @escaping (VMCSField) -> UInt64) {
    self.kind = kind
    self.field = field
  }

  /// All that is wrong; nothing, and the guest is entered.
  public func failures() -> [String] {
    controlFailures() + bitmapFailures() + translationFailures() + exitFailures() + injectionFailures()
      + hostRegisterFailures() + hostSegmentFailures() + guestRegisterFailures() + segmentFailures()
      + tableFailures() + instructionFailures() + stateFailures()
  }

  // Helpers: a check is a text and whether it holds.
  func failing(_ checks: [(String, Bool)]) -> [String] { checks.filter { !$0.1 }.map(\.0) }
  func has(_ field: VMCSField, _ bit: UInt64) -> Bool { self.field(field) >> bit & 1 == 1 }
  func has(_ word: UInt64, _ bit: UInt64) -> Bool { word >> bit & 1 == 1 }
  /// 48 bits of linear address.
  func isCanonical(_ address: UInt64) -> Bool {
    let top = address >> 47
    return top == 0 || top == 0x1_ffff
  }
  func isPhysical(_ address: UInt64) -> Bool { address >> kind.physicalBits == 0 }
  var secondary: UInt64 { has(.primaryControls, 31) ? field(.secondaryControls) : 0 }
  var isUnrestricted: Bool { has(secondary, 7) }
  var isLong: Bool { has(.entryControls, 9) }

  /// 27.2.1.1, 27.2.1.2, 27.2.1.3: what must be 1 and what may be.
  private func isAllowed(_ field: VMCSField, _ capability: MSR) -> Bool {
    let can = kind.register(capability)
    let (must, may) = (can & 0xffff_ffff, can >> 32)
    return self.field(field) & must == must && self.field(field) & ~may == 0
  }
  func controlFailures() -> [String] {
    let (pin, primary) = (field(.pinControls), field(.primaryControls))
    let hasSecondary = has(primary, 31)
    return failing([
      ("27.2.1.1: pin-based controls beyond the processor's", isAllowed(.pinControls, .truePin)),
      ("27.2.1.1: primary controls beyond the processor's", isAllowed(.primaryControls, .truePrimary)),
      (
        "27.2.1.1: secondary controls beyond the processor's",
        !hasSecondary || isAllowed(.secondaryControls, .secondary)
      ),
      (
        "27.2.1.1: more CR3 targets than the processor has",
        field(.cr3Targets) <= kind.register(.vmxMisc) >> 16 & 0x1ff
      ),
      // The TPR shadow is bit 21 of the primary controls; what needs it: bits 4, 8 and 9 of the secondary ones.
      ("27.2.1.1: APIC virtualisation without a TPR shadow", has(primary, 21) || secondary & 0x310 == 0),
      ("27.2.1.1: virtual NMIs without NMI exiting", has(pin, 3) || !has(pin, 5)),
      ("27.2.1.1: an NMI window without virtual NMIs", has(pin, 5) || !has(primary, 22)),
      ("27.2.1.1: virtual interrupts without interrupts that exit", !has(secondary, 9) || has(pin, 0)),
      ("27.2.1.1: x2APIC and xAPIC virtualised at once", !has(secondary, 4) || !has(secondary, 0)),
      ("27.2.1.1: posted interrupts without virtual ones", !has(pin, 7) || has(secondary, 9)),
    ])
  }

  /// 27.2.1.1: addresses of bitmaps.
  func bitmapFailures() -> [String] {
    func isPage(_ field: VMCSField) -> Bool {
      self.field(field) & 0xfff == 0 && isPhysical(self.field(field))
    }
    let ports = has(.primaryControls, 25)
    let msrs = has(.primaryControls, 28)
    return failing([
      ("27.2.1.1: I/O bitmap A is no page", !ports || isPage(.portsA)),
      ("27.2.1.1: I/O bitmap B is no page", !ports || isPage(.portsB)),
      ("27.2.1.1: the MSR bitmap is no page", !msrs || isPage(.msrBitmap)),
    ])
  }

  /// 27.2.1.1: extended page tables, VPID, and what needs them. 25.6.11: the EPT pointer.
  func translationFailures() -> [String] {
    let (pointer, can) = (field(.eptPointer), kind.register(.eptVPID))
    let hasEPT = has(secondary, 1)
    let type = pointer & 7
    let isTypeKnown = (type == 6 && has(can, 14)) || (type == 0 && has(can, 8))
    let isLengthKnown = pointer >> 3 & 7 == 3 && has(can, 6)
    return failing([
      ("27.2.1.1: VPID 0", !has(secondary, 5) || field(.vpid) != 0),
      ("27.2.1.1: the EPT pointer's memory type", !hasEPT || isTypeKnown),
      ("27.2.1.1: the EPT pointer's walk length", !hasEPT || isLengthKnown),
      (
        "27.2.1.1: accessed and dirty bits that the processor lacks",
        !hasEPT || !has(pointer, 6) || has(can, 21)
      ),
      (
        "27.2.1.1: reserved bits of the EPT pointer", !hasEPT || (pointer & 0xf80 == 0 && isPhysical(pointer))
      ),
      ("27.2.1.1: unrestricted guest without EPT", !isUnrestricted || hasEPT),
      ("27.2.1.1: page-modification logging without EPT", !has(secondary, 17) || hasEPT),
      ("27.2.1.1: mode-based execution without EPT", !has(secondary, 22) || hasEPT),
    ])
  }

  /// 27.2.1.2: exit controls. 27.2.1.3: entry controls.
  func exitFailures() -> [String] {
    return failing([
      ("27.2.1.2: exit controls beyond the processor's", isAllowed(.exitControls, .trueExit)),
      (
        "27.2.1.2: the preemption timer is saved and does not run",
        has(.pinControls, 6) || !has(.exitControls, 22)
      ),
      ("27.2.1.2: MSRs to store without a list", field(.exitStores) == 0),
      ("27.2.1.2: MSRs to load at exits without a list", field(.exitLoads) == 0),
      ("27.2.1.3: entry controls beyond the processor's", isAllowed(.entryControls, .trueEntry)),
      ("27.2.1.3: MSRs to load at entries without a list", field(.entryLoads) == 0),
      ("27.2.1.3: entry to SMM from outside", !has(.entryControls, 10) && !has(.entryControls, 11)),
    ])
  }

  /// 27.2.1.3: what is injected. 25.8.3: its form.
  func injectionFailures() -> [String] {
    let injection = field(.injection)
    guard has(injection, 31) else { return [] }
    let (vector, type) = (injection & 0xff, injection >> 8 & 7)
    let isProtected = !isUnrestricted || has(.guestCR0, 0)
    let hasCode = has(injection, 11)
    let withCode: Set<UInt64> = [8, 10, 11, 12, 13, 14, 17]
    // IA32_VMX_MISC, bit 30: an instruction may have no length.
    let shortest: UInt64 = has(kind.register(.vmxMisc), 30) ? 0 : 1
    return failing([
      ("27.2.1.3: an event of a reserved type", type != 1 && type != 7),
      ("27.2.1.3: reserved bits of the event", injection & 0x7fff_f000 == 0),
      ("27.2.1.3: an NMI of another vector", type != 2 || vector == 2),
      ("27.2.1.3: an exception above 31", type != 3 || vector <= 31),
      (
        "27.2.1.3: whether there is an error code",
        hasCode == (isProtected && type == 3 && withCode.contains(vector))
      ),
      ("27.2.1.3: reserved bits of the error code", !hasCode || field(.injectedError) & ~0x7fff == 0),
      (
        "27.2.1.3: the length of the instruction that raises",
        type < 4 || (shortest...15).contains(field(.injectedLength))
      ),
    ])
  }

  /// 27.2.2: the host's control registers and MSRs. 27.2.4: its mode.
  func hostRegisterFailures() -> [String] {
    let (cr0, cr4) = (field(.hostCR0), field(.hostCR4))
    let efer = field(.hostEFER)
    let isHost64 = has(.exitControls, 9)
    return failing([
      ("27.2.2: CR0 of the host", isFixed(cr0, .cr0Fixed0, .cr0Fixed1)),
      ("27.2.2: CR4 of the host", isFixed(cr4, .cr4Fixed0, .cr4Fixed1)),
      ("27.2.2: CET without write protection, host", !has(cr4, 23) || has(cr0, 16)),
      ("27.2.2: CR3 of the host", isPhysical(field(.hostCR3))),
      (
        "27.2.2: SYSENTER of the host",
        isCanonical(field(.hostSysenterESP)) && isCanonical(field(.hostSysenterEIP))
      ),
      ("27.2.2: PAT of the host", !has(.exitControls, 19) || isPAT(field(.hostPAT))),
      ("27.2.2: reserved bits of the host's EFER", !has(.exitControls, 21) || efer & ~0xd01 == 0),
      (
        "27.2.2: EFER of the host and its mode",
        !has(.exitControls, 21) || (has(efer, 10) == isHost64 && has(efer, 8) == isHost64)
      ),
      // The hypervisor runs in 64-bit mode.
      ("27.2.4: the host's address space is not of 64 bits", isHost64),
      ("27.2.4: the host without PAE", !isHost64 || has(cr4, 5)),
      ("27.2.4: the host's RIP", isCanonical(field(.hostRIP))),
    ])
  }
  func isFixed(_ value: UInt64, _ ones: MSR, _ allowed: MSR, except free: UInt64 = 0) -> Bool {
    let (must, may) = (kind.register(ones) & ~free, kind.register(allowed))
    return value & must == must && value & ~may == 0
  }
  func isPAT(_ value: UInt64) -> Bool {
    (0..<8).allSatisfy { [0, 1, 4, 5, 6, 7].contains(value >> (8 * UInt64($0)) & 0xff) }
  }

  /// 27.2.3: the host's segments and tables.
  func hostSegmentFailures() -> [String] {
    let selectors: [VMCSField] = [.hostES, .hostCS, .hostSS, .hostDS, .hostFS, .hostGS, .hostTR]
    let bases: [VMCSField] = [.hostBaseFS, .hostBaseGS, .hostBaseTR, .hostBaseGDTR, .hostBaseIDTR]
    return failing([
      ("27.2.3: a selector of the host with RPL or TI", selectors.allSatisfy { field($0) & 7 == 0 }),
      ("27.2.3: no code segment, or no task, of the host", field(.hostCS) != 0 && field(.hostTR) != 0),
      ("27.2.3: a base of the host", bases.allSatisfy { isCanonical(field($0)) }),
    ])
  }
}

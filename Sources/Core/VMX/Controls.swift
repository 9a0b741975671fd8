// SPDX-License-Identifier: Apache-2.0
// What the hypervisor controls of a guest. SDM vol. 3C, 25.6 and 25.7: bits of the five control fields.

/// A set of bits. (`OptionSet` brings array literals, which allocate.)
public protocol Bits: Sendable {
  /// The bits.
  var rawValue: UInt64 { get }
  /// A set of bits.
  init(rawValue: UInt64)
}
extension Bits {
  /// Both.
  static func | (a: Self, b: Self) -> Self { Self(rawValue: a.rawValue | b.rawValue) }
}

/// Events that exit by themselves.
public struct PinControls: Bits {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Interrupts exit. Ours do not: a cell has its interrupts to itself.
  public static var interrupts: PinControls { PinControls(rawValue: 1 << 0) }
  /// Exits when a timer is over; interrupts come by memory. Neither is used.
  public static var timer: PinControls { PinControls(rawValue: 1 << 6) }
  public static var posted: PinControls { PinControls(rawValue: 1 << 7) }
  /// NMIs exit: they are the hypervisor's.
  public static var nmi: PinControls { PinControls(rawValue: 1 << 3) }
}

/// What exits of what a guest does, first word.
public struct PrimaryControls: Bits {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Exits as soon as interrupts are enabled.
  public static var interruptWindow: PrimaryControls { PrimaryControls(rawValue: 1 << 2) }
  /// The TSC that a guest reads is shifted.
  public static var tscOffset: PrimaryControls { PrimaryControls(rawValue: 1 << 3) }
  /// HLT exits.
  public static var halt: PrimaryControls { PrimaryControls(rawValue: 1 << 7) }
  /// MOV to CR3, and from CR3, exit.
  public static var loadCR3: PrimaryControls { PrimaryControls(rawValue: 1 << 15) }
  public static var storeCR3: PrimaryControls { PrimaryControls(rawValue: 1 << 16) }
  /// The guest's task priority is one in memory; needs a page that there is not.
  public static var priorityShadow: PrimaryControls { PrimaryControls(rawValue: 1 << 21) }
  /// Exits as soon as NMIs come through. (Without virtual NMIs no entry succeeds with it.)
  public static var nmiWindow: PrimaryControls { PrimaryControls(rawValue: 1 << 22) }
  /// Every port exits; ports exit by bitmaps.
  public static var allPorts: PrimaryControls { PrimaryControls(rawValue: 1 << 24) }
  public static var portBitmaps: PrimaryControls { PrimaryControls(rawValue: 1 << 25) }
  /// The guest leaves behind each instruction.
  public static var monitorTrap: PrimaryControls { PrimaryControls(rawValue: 1 << 27) }
  /// There are MSR bitmaps; where this is 0 every RDMSR and WRMSR exits.
  public static var msrBitmaps: PrimaryControls { PrimaryControls(rawValue: 1 << 28) }
  /// The second word counts.
  public static var secondary: PrimaryControls { PrimaryControls(rawValue: 1 << 31) }
}

/// What exits of what a guest does, second word.
public struct SecondaryControls: Bits {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// A virtual local APIC, in any form: needs pages that there are not.
  public static var virtualAPIC: SecondaryControls {
    SecondaryControls(rawValue: 1 << 0 | 1 << 4 | 1 << 8 | 1 << 9)
  }
  /// Guest-physical addresses go through extended page tables.
  public static var ept: SecondaryControls { SecondaryControls(rawValue: 1 << 1) }
  /// The guest may use RDTSCP.
  public static var rdtscp: SecondaryControls { SecondaryControls(rawValue: 1 << 3) }
  /// Translations are tagged with the cell's number.
  public static var vpid: SecondaryControls { SecondaryControls(rawValue: 1 << 5) }
  /// The guest may run without paging and in real mode.
  public static var unrestricted: SecondaryControls { SecondaryControls(rawValue: 1 << 7) }
  /// The guest may use INVPCID.
  public static var invpcid: SecondaryControls { SecondaryControls(rawValue: 1 << 12) }
  /// The guest may change EPT roots by itself.
  public static var functions: SecondaryControls { SecondaryControls(rawValue: 1 << 13) }
  /// VMREAD and VMWRITE of the guest do not exit.
  public static var shadowing: SecondaryControls { SecondaryControls(rawValue: 1 << 14) }
  /// The guest may use XSAVES.
  public static var xsaves: SecondaryControls { SecondaryControls(rawValue: 1 << 20) }
  /// The guest may use TPAUSE, UMONITOR and UMWAIT.
  public static var userWait: SecondaryControls { SecondaryControls(rawValue: 1 << 26) }
}

/// Supervisor states of XSAVES, as bits of IA32_XSS.
public enum ExtendedState {
  /// PASID, CET, hardware duty cycling, user interrupts, LBR, HWP (bits 10 to 16): of the guest's own execution. All others exit: processor
  /// trace (bit 8) writes to physical addresses.
  public static var harmless: UInt64 { 0x1_fc00 }
}

/// What an exit does.
public struct ExitControls: Bits {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The guest's DR7 and debug control are saved.
  public static var saveDebug: ExitControls { ExitControls(rawValue: 1 << 2) }
  /// The timer's value is saved; needs the timer.
  public static var saveTimer: ExitControls { ExitControls(rawValue: 1 << 22) }
  /// The host runs in 64-bit mode.
  public static var host64: ExitControls { ExitControls(rawValue: 1 << 9) }
  /// The guest's PAT and EFER are saved, the host's are loaded.
  public static var savePAT: ExitControls { ExitControls(rawValue: 1 << 18) }
  public static var loadPAT: ExitControls { ExitControls(rawValue: 1 << 19) }
  public static var saveEFER: ExitControls { ExitControls(rawValue: 1 << 20) }
  public static var loadEFER: ExitControls { ExitControls(rawValue: 1 << 21) }
}

/// What an entry does.
public struct EntryControls: Bits {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The guest's DR7 and debug control are loaded.
  public static var loadDebug: EntryControls { EntryControls(rawValue: 1 << 2) }
  /// The guest is in IA-32e mode. (The processor keeps this bit true to EFER.LMA from then on.)
  public static var guest64: EntryControls { EntryControls(rawValue: 1 << 9) }
  /// The entry is to system management mode; its monitor is off afterwards.
  public static var toSMM: EntryControls { EntryControls(rawValue: 1 << 10) }
  public static var dualMonitor: EntryControls { EntryControls(rawValue: 1 << 11) }
  /// The guest's PAT and EFER are loaded.
  public static var loadPAT: EntryControls { EntryControls(rawValue: 1 << 14) }
  public static var loadEFER: EntryControls { EntryControls(rawValue: 1 << 15) }
}

/// What a control field must be, and what it must not be.
public struct ControlRule: Sendable {
  /// Bits that isolation or this code rests on.
  public let set: UInt64
  /// Bits that would break it.
  public let clear: UInt64
  /// Bits that are set where the processor can.
  public let welcome: UInt64
  /// Which MSR says what the processor can (appendix A).
  public let capability: MSR
  /// The field.
  public let field: VMCSField
  /// The fields, each by its rule, in the order in which they are written.
  public static var pin: ControlRule {
    ControlRule(
      set: PinControls.nmi.rawValue, clear: (.interrupts | .timer | .posted as PinControls).rawValue,
      welcome: 0,
      capability: .truePin, field: .pinControls)
  }
  public static var primary: ControlRule {
    let set: PrimaryControls = .secondary | .portBitmaps | .msrBitmaps
    let clear: PrimaryControls =
      .interruptWindow | .tscOffset | .halt | .loadCR3 | .storeCR3 | .priorityShadow | .nmiWindow | .allPorts
      | .monitorTrap
    return ControlRule(
      set: set.rawValue, clear: clear.rawValue, welcome: 0, capability: .truePrimary,
      field: .primaryControls)
  }
  public static var secondary: ControlRule {
    let set: SecondaryControls = .ept | .vpid | .unrestricted
    let clear: SecondaryControls = .functions | .shadowing | .virtualAPIC
    let welcome: SecondaryControls = .rdtscp | .invpcid | .xsaves | .userWait
    return ControlRule(
      set: set.rawValue, clear: clear.rawValue, welcome: welcome.rawValue, capability: .secondary,
      field: .secondaryControls)
  }
  public static var exit: ControlRule {
    let set: ExitControls = .host64 | .saveDebug | .savePAT | .loadPAT | .saveEFER | .loadEFER
    return ControlRule(
      set: set.rawValue, clear: ExitControls.saveTimer.rawValue, welcome: 0, capability: .trueExit,
      field: .exitControls)
  }
  /// Of a CPU that begins anew, in real mode.
  public static var realEntry: ControlRule {
    let set: EntryControls = .loadDebug | .loadPAT | .loadEFER
    let clear: EntryControls = .guest64 | .toSMM | .dualMonitor
    return ControlRule(
      set: set.rawValue, clear: clear.rawValue, welcome: 0, capability: .trueEntry, field: .entryControls)
  }
  /// Of root, which enters in 64-bit mode.
  public static var entry: ControlRule {
    let set: EntryControls = .guest64 | .loadDebug | .loadPAT | .loadEFER
    let clear: EntryControls = .toSMM | .dualMonitor
    return ControlRule(
      set: set.rawValue, clear: clear.rawValue, welcome: 0, capability: .trueEntry, field: .entryControls)
  }
}

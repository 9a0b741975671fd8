// SPDX-License-Identifier: Apache-2.0
// Whether the processor has what the hypervisor needs: the core itself is asked, on a simulated processor that can all there is but for one
// register, which is the machine's. So no list of requirements stands here; only names do.

import Core
import Simulator

/// The registers of a CPU that say what VMX can, by number.
struct CapabilityRegisters: Equatable {
  var values: [UInt64: UInt64] = [:]

  /// Those that the core looks at, with what they are about.
  static let asked: [(msr: MSR, about: String)] = [
    (.featureControl, "VMX is allowed by the firmware"), (.vmxBasic, "VMX of the usual form"),
    (.apicBase, "local APIC at its usual place"), (.eptVPID, "extended page tables"),
    (.truePin, "VMX pin-based controls"), (.truePrimary, "VMX primary controls"),
    (.secondary, "VMX secondary controls"), (.trueExit, "VMX exit controls"),
    (.trueEntry, "VMX entry controls"),
  ]

  /// Reads them; nil where the registers cannot be read. Of this machine from the device; of a collected one from text, as `text` writes it: the
  /// device has a register at each number, of 8 bytes, which no file can have.
  init?(_ files: SystemFiles, cpu: Int) {
    if files.prefix.isEmpty {
      for (msr, _) in Self.asked {
        // Without VMX there are no such registers, and reading them fails.
        guard let bytes = files.bytes("/dev/cpu/\(cpu)/msr", at: msr.rawValue, size: 8), bytes.count == 8
        else { continue }
        values[msr.rawValue] = bytes.u64(0)
      }
    } else {
      for line in files.lines(Self.path(cpu)) {
        let words = line.split(separator: " ").compactMap { address(String($0)) }
        if words.count == 2 { values[words[0]] = words[1] }
      }
    }
    if values.isEmpty { return nil }
  }

  /// Where a collected CPU's are.
  static func path(_ cpu: Int) -> String { "/dev/cpu/\(cpu)/msr" }
  /// A line for each: number and value.
  var text: String {
    values.sorted { $0.key < $1.key }.map { "\(hexText($0.key)) \(hexText($0.value))\n" }.joined()
  }

  /// Without what is one CPU's alone: IA32_APIC_BASE says in bit 8 which one was the first.
  var shared: CapabilityRegisters {
    var copy = self
    copy.values[MSR.apicBase.rawValue]? &= ~(1 << 8)
    return copy
  }

  init(values: [UInt64: UInt64]) { self.values = values }
}

/// Asks the core.
enum ProcessorCheck {
  /// What the core says of a processor with one register of the machine's: nil, or its refusal.
  static func refusal(_ msr: MSR, _ value: UInt64) -> Refusal<UInt64>? {
    var kind: ProcessorKind = .generous
    kind.set(msr, value)
    var options = Simulator<UInt64>.Options(rows: 8, cells: 1, cpus: 1)
    options.pages = 1
    let board = Board(Simulator(options), kind: kind, turns: Turns(1) { _ in 0 })
    do throws(Refusal<UInt64>) { try board.cpus[0].requireProcessor() } catch { return error }
    return nil
  }

  /// One result for each register.
  static func results(_ registers: CapabilityRegisters) -> [CheckResult] {
    CapabilityRegisters.asked.map { msr, about in
      guard let value = registers.values[msr.rawValue] else {
        return CheckResult(
          .missing, about, "MSR \(hexText(msr.rawValue)) is not there", remedy: remedy(msr))
      }
      let text = "MSR \(hexText(msr.rawValue)) is \(hexText(value))"
      guard refusal(msr, value) != nil else { return CheckResult(.found, about, text) }
      let lacks = lacking(msr, value)
      return CheckResult(
        .missing, about, text + (lacks.isEmpty ? "" : ": lacks \(lacks.joined(separator: ", "))"),
        remedy: remedy(msr))
    }
  }

  private static func remedy(_ msr: MSR) -> String {
    switch msr {
    case .featureControl:
      "turn VT-x (Intel Virtualization Technology) on in the firmware's setup, and cut the power once"
    case .apicBase: "turn the local APIC on (no `nolapic`), and leave it where it is"
    default: "another processor; in a virtual machine, nested virtualisation with all of it"
    }
  }

  /// Names for the bits that the core needs and the register does not allow, or that it insists on and the core cannot have.
  static func lacking(_ msr: MSR, _ value: UInt64) -> [String] {
    if msr == .eptVPID {
      return names(EPTCapability.needed & ~value, eptNames)
    }
    let rules: [(ControlRule, [(UInt64, String)])] = [
      (.pin, pinNames), (.primary, primaryNames), (.secondary, secondaryNames), (.exit, exitNames),
      (.entry, entryNames),
    ]
    guard let (rule, words) = rules.first(where: { $0.0.capability == msr }) else { return [] }
    let (must, may) = (value & 0xffff_ffff, value >> 32)
    return names(rule.set & ~may, words) + names(must & rule.clear, words).map { "a way to turn off \($0)" }
  }

  private static func names(_ bits: UInt64, _ words: [(UInt64, String)]) -> [String] {
    (0..<64).filter { bits >> UInt64($0) & 1 == 1 }.map { bit in
      words.first { $0.0 == 1 << UInt64(bit) }?.1 ?? "bit \(bit)"
    }
  }

  private static let eptNames = [
    (EPTCapability.fourLevels, "four levels"), (EPTCapability.writeBack, "write-back tables"),
    (EPTCapability.largePages, "pages of 2 MiB"), (EPTCapability.invept, "INVEPT"),
    (EPTCapability.inveptAll, "INVEPT of all contexts"),
  ]
  private static let pinNames = [
    (PinControls.nmi.rawValue, "NMI exits"), (PinControls.interrupts.rawValue, "interrupt exits"),
  ]
  private static let primaryNames = [
    (PrimaryControls.secondary.rawValue, "secondary controls"),
    (PrimaryControls.portBitmaps.rawValue, "I/O bitmaps"),
    (PrimaryControls.msrBitmaps.rawValue, "MSR bitmaps"),
    (PrimaryControls.loadCR3.rawValue, "CR3-load exits"),
    (PrimaryControls.storeCR3.rawValue, "CR3-store exits"),
  ]
  private static let secondaryNames = [
    (SecondaryControls.ept.rawValue, "EPT"), (SecondaryControls.vpid.rawValue, "VPID"),
    (SecondaryControls.unrestricted.rawValue, "unrestricted guest"),
  ]
  private static let exitNames = [
    (ExitControls.host64.rawValue, "64-bit host"), (ExitControls.saveDebug.rawValue, "saving debug controls"),
    (ExitControls.savePAT.rawValue, "saving PAT"), (ExitControls.loadPAT.rawValue, "loading PAT"),
    (ExitControls.saveEFER.rawValue, "saving EFER"), (ExitControls.loadEFER.rawValue, "loading EFER"),
  ]
  private static let entryNames = [
    (EntryControls.guest64.rawValue, "64-bit guest"),
    (EntryControls.loadDebug.rawValue, "loading debug controls"),
    (EntryControls.loadPAT.rawValue, "loading PAT"), (EntryControls.loadEFER.rawValue, "loading EFER"),
  ]
}

// SPDX-License-Identifier: Apache-2.0
// What a simulated processor can do: its capability MSRs (SDM vol. 3D, appendix A) and what CPUID answers.

import Core

/// A processor, as a customer would choose it.
public struct ProcessorKind: Sendable {
  /// For reports.
  public let name: String
  /// Registers that say what it can, by number. The halves of a control's capability: what must be 1, and above what may be.
  public var registers: [UInt64: UInt64]
  /// MAXPHYADDR.
  public var physicalBits: UInt64 = 39
  /// Bits of XCR0 that it has.
  public var extendedState: UInt64 = 0x7
  /// CPUID leaf 1, ECX.
  public var features: UInt64 = 1 << 5 | 1 << 21 | 1 << 24 | 1 << 26

  /// The version of its local APIC.
  public var apicVersion: UInt64 = 0x6_0015

  /// The register's value.
  public func register(_ msr: MSR) -> UInt64 { registers[msr.rawValue] ?? 0 }
  /// Sets what it can.
  public mutating func set(_ msr: MSR, _ value: UInt64) { registers[msr.rawValue] = value }
  private mutating func set(_ msr: MSR, must: UInt64, may: UInt64) { set(msr, must | may << 32) }

  /// Everything that the core welcomes.
  public static var generous: ProcessorKind {
    var kind = ProcessorKind(name: "generous", registers: common)
    kind.set(.truePin, must: 0x16, may: 0xff)
    kind.set(.truePrimary, must: 0x0400_6172, may: 0xfff9_fffe)
    kind.set(.secondary, must: 0, may: 0x0555_7cff)
    kind.set(.trueExit, must: 0x3_6dfb, may: 0x07ff_ffff)
    kind.set(.trueEntry, must: 0x11fb, may: 0xf_ffff)
    // Execute-only, four levels, UC, WB, pages of 2 MiB and 1 GiB, INVEPT (both kinds), accessed and dirty bits, INVVPID (all kinds).
    kind.set(.eptVPID, 0xf01_0673_4141)
    kind.set(.cr4Fixed1, 0x77_ffff)
    kind.extendedState = 0xe7
    return kind
  }
  /// What the core cannot do without, and no more.
  public static var minimal: ProcessorKind {
    var kind = ProcessorKind(name: "minimal", registers: common)
    kind.set(.truePin, must: 0x16, may: 0x1e)
    kind.set(.truePrimary, must: 0x0400_6172, may: 0x9600_6172)
    kind.set(.secondary, must: 0, may: 0xa2)
    kind.set(.trueExit, must: 0x3_6dfb, may: 0x3f_6fff)
    kind.set(.trueEntry, must: 0x11fb, may: 0xd3ff)
    kind.set(.eptVPID, 0x0411_4040)
    kind.set(.cr4Fixed1, 0x27ff)
    kind.apicVersion = 0x3_0014
    kind.extendedState = 0x3
    kind.physicalBits = 36
    return kind
  }

  /// The same, with its local APIC in xAPIC mode.
  public var inXAPICMode: ProcessorKind {
    var kind = self
    kind.set(.apicBase, register(.apicBase) & ~(1 << 10))
    return kind
  }

  private static var common: [UInt64: UInt64] {
    [
      MSR.featureControl.rawValue: 5,
      // Revision 0x12; regions of a page, write-back; INS and OUTS are told; "true" capabilities.
      MSR.vmxBasic.rawValue: 0x12 | 0x1000 << 32 | 6 << 50 | 1 << 54 | 1 << 55,
      // LMA is stored (bit 5); HLT, shutdown and wait-for-SIPI states; 4 CR3 targets.
      MSR.vmxMisc.rawValue: 1 << 5 | 7 << 6 | 4 << 16,
      MSR.cr0Fixed0.rawValue: 0x8000_0021, MSR.cr0Fixed1.rawValue: 0xffff_ffff,
      MSR.cr4Fixed0.rawValue: 0x2000,
      MSR.apicBase.rawValue: 0xfee0_0000 | 1 << 10 | 1 << 11,
    ]
  }

  /// What CPUID answers, on the CPU with that x2APIC id.
  public func cpuid(_ leaf: UInt64, _ subleaf: UInt64, id: UInt64) -> CPUIDWords<UInt64> {
    switch leaf {
    case 0: CPUIDWords(eax: 0xd, ebx: 0x756e_6547, ecx: 0x6c65_746e, edx: 0x4965_6e69)
    case 1: CPUIDWords(eax: 0x906ea, ebx: (id & 0xff) << 24, ecx: features, edx: 0x1fcb_fbff)
    case 0xb: CPUIDWords(eax: 1, ebx: 2, ecx: subleaf | 1 << 8, edx: id)
    case 0xd: CPUIDWords(eax: subleaf == 0 ? extendedState : 0, ebx: 0x340, ecx: 0xa88, edx: 0)
    case 0x8000_0000: CPUIDWords(eax: 0x8000_0008, ebx: 0, ecx: 0, edx: 0)
    case 0x8000_0001: CPUIDWords(eax: 0, ebx: 0, ecx: 0x121, edx: 0x2c10_0800)
    case 0x8000_0008: CPUIDWords(eax: physicalBits | 48 << 8, ebx: 0, ecx: 0, edx: 0)
    default: CPUIDWords(eax: 0, ebx: 0, ecx: 0, edx: 0)
    }
  }
}

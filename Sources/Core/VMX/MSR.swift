// SPDX-License-Identifier: Apache-2.0
// Model-specific registers that the core itself reads, or lets a guest use. SDM vol. 4.

/// A model-specific register, by its number.
public enum MSR: UInt64, Sendable {
  /// IA32_FEATURE_CONTROL: bit 0 locked, bit 2 VMX outside SMX.
  case featureControl = 0x3a
  case sysenterCS = 0x174, sysenterESP = 0x175, sysenterEIP = 0x176
  case debugControl = 0x1d9
  case pat = 0x277
  case apicBase = 0x1b
  /// x2APIC: the interrupt command.
  case command = 0x830
  /// What VMX can (SDM vol. 3D, appendix A).
  case vmxBasic = 0x480, vmxMisc = 0x485
  case cr0Fixed0 = 0x486, cr0Fixed1 = 0x487, cr4Fixed0 = 0x488, cr4Fixed1 = 0x489
  case secondary = 0x48b, eptVPID = 0x48c
  case truePin = 0x48d, truePrimary = 0x48e, trueExit = 0x48f, trueEntry = 0x490
  case efer = 0xc000_0080, fsBase = 0xc000_0100, gsBase = 0xc000_0101

  /// x2APIC: from here on, `APICRegister`.
  static var firstAPIC: UInt64 { 0x800 }
}

/// Bits of IA32_VMX_BASIC.
public enum VMXBasic {
  /// Regions are write-back memory: 6 in bits 53:50.
  public static var memoryType: UInt64 { 0xf << 50 }
  public static var writeBack: UInt64 { 6 << 50 }
  /// The "true" capability MSRs exist.
  public static var trueControls: UInt64 { 1 << 55 }
  /// The revision, bits 30:0.
  public static var revision: UInt64 { 0x7fff_ffff }
}

/// Bits of IA32_VMX_EPT_VPID_CAP.
public enum EPTCapability {
  public static var executeOnly: UInt64 { 1 << 0 }
  public static var fourLevels: UInt64 { 1 << 6 }
  public static var writeBack: UInt64 { 1 << 14 }
  public static var largePages: UInt64 { 1 << 16 }
  public static var hugePages: UInt64 { 1 << 17 }
  public static var invept: UInt64 { 1 << 20 }
  public static var inveptAll: UInt64 { 1 << 26 }
  /// What the hypervisor cannot do without.
  public static var needed: UInt64 { fourLevels | writeBack | largePages | invept | inveptAll }
}

/// Bits of IA32_FEATURE_CONTROL.
public enum FeatureControl {
  public static var locked: UInt64 { 1 << 0 }
  public static var vmx: UInt64 { 1 << 2 }
}

/// Bits of CR4.
public enum CR4 {
  /// VMX is on.
  public static var vmx: UInt64 { 1 << 13 }
}

/// Bits of EFER.
public enum EFER {
  /// 64-bit mode is enabled, is active.
  public static var enabled: UInt64 { 1 << 8 }
  public static var active: UInt64 { 1 << 10 }
}

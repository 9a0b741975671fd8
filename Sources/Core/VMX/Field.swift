// SPDX-License-Identifier: Apache-2.0
// Fields of a VM control structure. SDM vol. 3D, appendix B.

/// A field of the VMCS, by its encoding.
public enum VMCSField: UInt64, Sendable {
  // Control fields, 16 bits.
  case vpid = 0x0000
  // Guest selectors.
  case guestES = 0x0800, guestCS = 0x0802, guestSS = 0x0804, guestDS = 0x0806
  case guestFS = 0x0808, guestGS = 0x080a, guestLDTR = 0x080c, guestTR = 0x080e
  // Host selectors.
  case hostES = 0x0c00, hostCS = 0x0c02, hostSS = 0x0c04, hostDS = 0x0c06
  case hostFS = 0x0c08, hostGS = 0x0c0a, hostTR = 0x0c0c
  // Control fields, 64 bits.
  /// Which ports exit: two pages. Which model-specific registers do: one.
  case portsA = 0x2000, portsB = 0x2002, msrBitmap = 0x2004
  /// Added to what the guest reads of the TSC: 0.
  case tscOffset = 0x2010
  /// Where the cell's extended page tables begin.
  case eptPointer = 0x201a
  /// Which supervisor states make XSAVES and XRSTORS exit.
  case xssExits = 0x202c
  // Read-only, 64 bits.
  /// Of an EPT violation: the guest-physical address.
  case guestPhysical = 0x2400
  // Guest state, 64 bits.
  case link = 0x2800, guestDebugControl = 0x2802, guestPAT = 0x2804, guestEFER = 0x2806
  // Host state, 64 bits.
  case hostPAT = 0x2c00, hostEFER = 0x2c02
  // Control fields, 32 bits.
  case pinControls = 0x4000, primaryControls = 0x4002, exceptions = 0x4004
  case pageFaultMask = 0x4006, pageFaultMatch = 0x4008, cr3Targets = 0x400a
  case exitControls = 0x400c, exitStores = 0x400e, exitLoads = 0x4010
  case entryControls = 0x4012, entryLoads = 0x4014
  /// What to raise in the guest at the next entry, with its error code and the length of the instruction.
  case injection = 0x4016, injectedError = 0x4018, injectedLength = 0x401a
  case secondaryControls = 0x401e
  // Read-only, 32 bits.
  case instructionError = 0x4400, exitReason = 0x4402, exitInterruption = 0x4404
  case exitError = 0x4406, vectoring = 0x4408, vectoringError = 0x440a, instructionLength = 0x440c
  // Guest state, 32 bits.
  case limitES = 0x4800, limitCS = 0x4802, limitSS = 0x4804, limitDS = 0x4806
  case limitFS = 0x4808, limitGS = 0x480a, limitLDTR = 0x480c, limitTR = 0x480e
  case limitGDTR = 0x4810, limitIDTR = 0x4812
  case accessES = 0x4814, accessCS = 0x4816, accessSS = 0x4818, accessDS = 0x481a
  case accessFS = 0x481c, accessGS = 0x481e, accessLDTR = 0x4820, accessTR = 0x4822
  case interruptibility = 0x4824, activity = 0x4826, guestSysenterCS = 0x482a
  case hostSysenterCS = 0x4c00
  // Control fields, natural width.
  /// Bits of CR0 and CR4 that the guest does not own, and what it reads of them.
  case cr0Mask = 0x6000, cr4Mask = 0x6002, cr0Shadow = 0x6004, cr4Shadow = 0x6006
  // Read-only, natural width.
  case qualification = 0x6400, guestLinear = 0x640a
  // Guest state, natural width.
  case guestCR0 = 0x6800, guestCR3 = 0x6802, guestCR4 = 0x6804
  case baseES = 0x6806, baseCS = 0x6808, baseSS = 0x680a, baseDS = 0x680c
  case baseFS = 0x680e, baseGS = 0x6810, baseLDTR = 0x6812, baseTR = 0x6814
  case baseGDTR = 0x6816, baseIDTR = 0x6818
  case guestDR7 = 0x681a, guestRSP = 0x681c, guestRIP = 0x681e, guestRFLAGS = 0x6820
  case pendingDebug = 0x6822, guestSysenterESP = 0x6824, guestSysenterEIP = 0x6826
  // Host state, natural width.
  case hostCR0 = 0x6c00, hostCR3 = 0x6c02, hostCR4 = 0x6c04
  case hostBaseFS = 0x6c06, hostBaseGS = 0x6c08, hostBaseTR = 0x6c0a
  case hostBaseGDTR = 0x6c0c, hostBaseIDTR = 0x6c0e
  case hostSysenterESP = 0x6c10, hostSysenterEIP = 0x6c12, hostRSP = 0x6c14, hostRIP = 0x6c16
}

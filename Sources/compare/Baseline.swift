// SPDX-License-Identifier: Apache-2.0
// The VMCS that every vector begins with: a 64-bit guest, with extended page tables, bitmaps and VPID, over a 64-bit host. Promise: a processor
// enters it (a vector without changes says so).

import Core

enum Baseline {
  /// Not among the core's fields: what the preemption timer begins with. With 0 a guest is left before it does anything.
  static let timer: UInt64 = 0x482e
  static let pin: UInt64 = 0x16
  static let timerControl: UInt64 = 1 << 6
  static let primary: UInt64 = 0x0400_6172 | 1 << 7 | 1 << 25 | 1 << 28 | 1 << 31
  static let secondary: UInt64 = 1 << 1 | 1 << 5 | 1 << 7
  static let exit: UInt64 = 0x3_6dfb | 1 << 9 | 0xf << 18
  static let entry: UInt64 = 0x11fb | 1 << 2 | 1 << 9 | 1 << 14 | 1 << 15
  static let pat: UInt64 = 0x0007_0406_0007_0406

  static let fields: [FieldValue] = controls + host + guest + segments

  private static let controls: [FieldValue] = [
    FieldValue(.pinControls, pin), FieldValue(.primaryControls, primary),
    FieldValue(.secondaryControls, secondary),
    FieldValue(.exitControls, exit), FieldValue(.entryControls, entry), FieldValue(.vpid, 1),
    FieldValue(.portsA, Place.portBitmaps), FieldValue(.portsB, Place.portBitmaps + 0x1000),
    FieldValue(.msrBitmap, Place.msrBitmap), FieldValue(.tscOffset, 0),
    FieldValue(.eptPointer, Place.tables | 3 << 3 | 6), FieldValue(.exceptions, 0xffff_ffff),
    FieldValue(.pageFaultMask, 0), FieldValue(.pageFaultMatch, 0), FieldValue(.cr3Targets, 0),
    FieldValue(.exitStores, 0), FieldValue(.exitLoads, 0), FieldValue(.entryLoads, 0),
    FieldValue(.injection, 0), FieldValue(.injectedError, 0), FieldValue(.injectedLength, 0),
    FieldValue(.cr0Mask, 0), FieldValue(.cr4Mask, 0), FieldValue(.cr0Shadow, 0), FieldValue(.cr4Shadow, 0),
    FieldValue(encoding: timer, 0),
  ]
  /// RIP, RSP and CR3 are the program's: what stands here says that they are valid.
  private static let host: [FieldValue] = [
    FieldValue(.hostES, 0x10), FieldValue(.hostCS, 0x8), FieldValue(.hostSS, 0x10), FieldValue(.hostDS, 0x10),
    FieldValue(.hostFS, 0), FieldValue(.hostGS, 0), FieldValue(.hostTR, 0x18),
    FieldValue(.hostPAT, pat), FieldValue(.hostEFER, 0x500), FieldValue(.hostSysenterCS, 0),
    FieldValue(.hostCR0, 0x8001_0031), FieldValue(.hostCR3, 0x40_0000), FieldValue(.hostCR4, 0x2020),
    FieldValue(.hostBaseFS, 0), FieldValue(.hostBaseGS, 0), FieldValue(.hostBaseTR, 0),
    FieldValue(.hostBaseGDTR, 0), FieldValue(.hostBaseIDTR, 0),
    FieldValue(.hostSysenterESP, 0), FieldValue(.hostSysenterEIP, 0), FieldValue(.hostRIP, 0x40_0000),
  ]
  private static let guest: [FieldValue] = [
    FieldValue(.link, .max), FieldValue(.guestDebugControl, 0), FieldValue(.guestPAT, pat),
    FieldValue(.guestEFER, 0xd00), FieldValue(.interruptibility, 0), FieldValue(.activity, 0),
    FieldValue(.guestSysenterCS, 0), FieldValue(.guestSysenterESP, 0), FieldValue(.guestSysenterEIP, 0),
    FieldValue(.guestCR0, 0x8001_0031), FieldValue(.guestCR3, Place.guestRoot), FieldValue(.guestCR4, 0x2020),
    FieldValue(.guestDR7, 0x400), FieldValue(.guestRSP, Place.stack), FieldValue(.guestRIP, Place.code),
    FieldValue(.guestRFLAGS, 2), FieldValue(.pendingDebug, 0),
  ]
  private static let segments: [FieldValue] = [
    FieldValue(.guestCS, 0x8), FieldValue(.baseCS, 0), FieldValue(.limitCS, 0xffff_ffff),
    FieldValue(.accessCS, 0xa09b),
    FieldValue(.guestSS, 0x10), FieldValue(.baseSS, 0), FieldValue(.limitSS, 0xffff_ffff),
    FieldValue(.accessSS, 0xc093),
    FieldValue(.guestDS, 0x10), FieldValue(.baseDS, 0), FieldValue(.limitDS, 0xffff_ffff),
    FieldValue(.accessDS, 0xc093),
    FieldValue(.guestES, 0x10), FieldValue(.baseES, 0), FieldValue(.limitES, 0xffff_ffff),
    FieldValue(.accessES, 0xc093),
    FieldValue(.guestFS, 0x10), FieldValue(.baseFS, 0), FieldValue(.limitFS, 0xffff_ffff),
    FieldValue(.accessFS, 0xc093),
    FieldValue(.guestGS, 0x10), FieldValue(.baseGS, 0), FieldValue(.limitGS, 0xffff_ffff),
    FieldValue(.accessGS, 0xc093),
    FieldValue(.guestLDTR, 0), FieldValue(.baseLDTR, 0), FieldValue(.limitLDTR, 0),
    FieldValue(.accessLDTR, 0x1_0000),
    FieldValue(.guestTR, 0x18), FieldValue(.baseTR, 0), FieldValue(.limitTR, 0x67),
    FieldValue(.accessTR, 0x8b),
    FieldValue(.baseGDTR, Place.stack), FieldValue(.limitGDTR, 0xff),
    FieldValue(.baseIDTR, Place.stack), FieldValue(.limitIDTR, 0xff),
  ]
}

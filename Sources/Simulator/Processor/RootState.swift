// SPDX-License-Identifier: Apache-2.0
// What root and the host are when the loader calls: states that the processor's entry checks take.

import Core

extension ProcessorKind {
  /// Root as an operating system in 64-bit mode, or a loader that has just come there; and the host.
  public func root(isPlain: Bool) -> [VMCSField: UInt64] {
    var fields: [VMCSField: UInt64] = [
      .guestCR0: isPlain ? 0x8000_0011 : 0x8005_0033, .guestCR3: 0x10_1000, .guestCR4: isPlain ? 0x20 : 0x6f0,
      .guestEFER: 0xd01, .guestPAT: 0x0007_0406_0007_0406, .guestDR7: 0x400, .guestRSP: 0x10_8000,
      .guestRIP: 0x10_0000, .guestRFLAGS: 0x2, .guestCS: 0x10, .accessCS: 0xa09b, .limitCS: 0xffff_ffff,
      .guestSS: 0x18, .accessSS: 0xc093, .limitSS: 0xffff_ffff, .guestTR: 0x20, .accessTR: 0x8b,
      .limitTR: 0x67, .baseTR: 0x10_2000, .accessLDTR: 0x1_0000, .limitGDTR: 0x7f, .baseGDTR: 0x10_3000,
      .limitIDTR: 0xfff, .baseIDTR: 0x10_4000,
      .hostCR0: 0x8005_0033, .hostCR3: 0x3a10_0000, .hostCR4: 0x2620 & register(.cr4Fixed1) | 0x2020,
      .hostEFER: 0xd01, .hostPAT: 0x0007_0406_0007_0406, .hostCS: 0x8, .hostTR: 0x10,
      .hostRIP: 0xffff_ff80_0000_1000, .hostRSP: 0xffff_ff00_0000_8000,
      .hostBaseGDTR: 0xffff_ff00_0000_0000, .hostBaseIDTR: 0xffff_ff00_0000_1000,
      .hostBaseTR: 0xffff_ff00_0000_0100,
    ]
    for (access, limit) in [
      (VMCSField.accessES, VMCSField.limitES), (.accessDS, .limitDS), (.accessFS, .limitFS),
      (.accessGS, .limitGS),
    ] {
      (fields[access], fields[limit]) = isPlain ? (0x1_0000, 0) : (0xc093, 0xffff_ffff)
    }
    return fields
  }
}

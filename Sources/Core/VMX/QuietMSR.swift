// SPDX-License-Identifier: Apache-2.0
// Model-specific registers of the machine as a whole that a distribution's kernel uses without expecting an exception (P11: ignored; measured on Debian's 6.1 and 6.12). What
// is read of them is 0, but for what the bitmap passes; what is written does nothing: the machine's stay as they are.

/// The list.
enum QuietMSR {
  /// Signature of a microcode update: written before it is read.
  static var microcode: UInt64 { 0x8b }
  /// What machine checks there are, whether one goes on, their control: none. Linux takes #GP here for a broken machine, and panics.
  static var firstCheck: UInt64 { 0x179 }
  static var lastCheck: UInt64 { 0x17b }
  /// Blocks of 8: how fast a CPU is to go, what it raises where it is too hot; how much it is to save, the same for all of the package.
  static var clock: UInt64 { 0x198 >> 3 }
  static var energy: UInt64 { 0x1b0 >> 3 }
  /// IA32_MISC_ENABLE: a Linux turns thermal monitoring on, which the firmware has. (Reads do not exit.)
  static var settings: UInt64 { 0x1a0 }
  /// Blocks of 256: MTRRs (Linux sets them on each CPU that comes up to what they are; Jailhouse's inmates turn them on), what corrected checks raise.
  static var ranges: UInt64 { 0x200 >> 8 }
  /// Blocks of 128: the machine checks' banks, which say 0: nothing has happened.
  static var banks: UInt64 { 0x400 >> 7 }
}

extension Processor {
  /// Register `number` is one of them.
  func isQuiet(_ number: W) -> W.Condition {
    let isCheck = (W(known: QuietMSR.firstCheck) .<= number) .& (number .<= W(known: QuietMSR.lastCheck))
    let isInBlock = (number >> 8 .== W(known: QuietMSR.ranges)) .| (number >> 7 .== W(known: QuietMSR.banks))
    let isOfPower = (number >> 3 .== W(known: QuietMSR.clock)) .| (number >> 3 .== W(known: QuietMSR.energy))
    let isAlone = (number .== W(known: QuietMSR.microcode)) .| (number .== W(known: QuietMSR.settings))
    return isInBlock .| isCheck .| isOfPower .| isAlone
  }
}

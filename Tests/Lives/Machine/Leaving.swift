// SPDX-License-Identifier: Apache-2.0
// How root's CPUs come to leave the hypervisor: each goes to 64-bit code, from wherever it is, and asks.

import Core
import Simulator

extension Watch {
  /// The CPU runs root.
  func isRoots(_ cpu: SimulatedProcessor) -> Bool { cpu.isAlive && occupant(cpu.id) == 0 }
  private var rootsCPUs: [SimulatedProcessor] {
    (world.system?.root.cpus ?? []).filter { $0 < UInt64(board.cpus.count) }.map { board.cpus[Int($0)] }
  }
  /// Every CPU that root's configuration names runs root (one that has failed never asks), or can be started by its first.
  var mayLeave: Bool {
    let canStart = board.cpus[0].apic.isX2APIC || codePage(0) != nil
    return rootsCPUs.allSatisfy(isRoots) && (canStart || !isSomebodyWaiting)
  }
  /// Some CPU waits to be started.
  var isSomebodyWaiting: Bool { rootsCPUs.contains { $0[CPUWord.waits] != 0 } }

  /// A page of the cell's memory that it can read, write and execute: for code.
  func codePage(_ cell: Int) -> UInt64? {
    let executable = Set(granted(cell, .execute))
    let writable = Set(granted(cell, .write))
    return granted(cell, .read).first {
      $0 & 0xfff == 0 && $0 >> 30 == 0 && executable.contains($0) && writable.contains($0)
    }
  }
}

extension SimulatedProcessor {
  /// The next step towards 64-bit code; there, the call.
  var deedTowardsLeaving: Deed {
    let isPaged = self[.guestCR0] >> 31 & 1 == 1
    let isLong = self[.guestEFER] >> 10 & 1 == 1
    func deed(_ instruction: GuestInstruction) -> Deed { Deed(cpu: number, instruction: instruction) }
    if isIn64BitCode {
      return deed(self[.accessSS] & 0x60 == 0 ? .vmcall(0, 0, 0) : .jump(isLong: true, level: 0))
    }
    if self[.accessSS] & 0x60 != 0 { return deed(.jump(isLong: false, level: 0)) }
    if isLong { return deed(.jump(isLong: true, level: 0)) }
    if isPaged { return deed(.moveToCR0(0x11)) }
    if self[.guestCR0] & 1 == 0 { return deed(.moveToCR0(0x11)) }
    if self[.accessCS] >> 14 & 1 == 0 { return deed(.jump(isLong: false, level: 0)) }
    if self[.guestCR4] & 0x20 == 0 { return deed(.moveToCR4(0x20)) }
    if self[.guestEFER] >> 8 & 1 == 0 { return deed(.writeMSR(0xc000_0080, 0x100)) }
    return deed(.moveToCR0(0x8000_0011))
  }

  /// An interrupt command, as it is given in this CPU's mode; nil where the guest has no page for the code. In xAPIC mode `half` is
  /// which half is written: first the destination.
  func command(_ low: UInt64, destination: UInt64, isFirstHalf: Bool = false, _ watch: Watch)
    -> GuestInstruction?
  {
    if apic.isX2APIC { return .writeMSR(0x830, destination << 32 | low) }
    guard let cell = watch.occupant(id), let page = watch.codePage(cell) else { return nil }
    let (register, value): (UInt64, UInt64) =
      isFirstHalf ? (0x310, destination << 24 & 0xff00_0000) : (0x300, low)
    return .move(
      DeviceMove(
        Place.localAPIC + register, isWrite: true, value: value & 0xffff_ffff, .register, register: 1,
        page: page))
  }
}

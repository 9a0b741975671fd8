// SPDX-License-Identifier: Apache-2.0
// The simulated processor itself: its entry checks find what is wrong, its TLB keeps what the manual lets it keep; and whatever a processor can, the core
// either refuses it, or enters root in a state that the processor takes.

import Core
import Simulator
import TestSupport
import Testing

@testable import Lives

@Suite struct SimulatedProcessorTests {
  /// A CPU that has been made root's, and its machine.
  private static func machine(_ kind: ProcessorKind) -> (board: Board, refusal: Refusal<UInt64>?) {
    SimulatedMachine.board(kind: kind)
  }

  @Test func rootIsEnteredOnEveryProcessorThatIsNotRefused() {
    var draw = SplitMix(seed: 7)
    var (entered, refused) = (0, 0)
    let controls: [MSR] = [.truePin, .truePrimary, .secondary, .trueExit, .trueEntry]
    for _ in 0..<400 {
      var kind: ProcessorKind = draw.chance(50) ? .generous : .minimal
      let msr = controls[Int(draw.below(5))]
      switch draw.below(4) {
      case 0: kind.set(msr, kind.register(msr) & ~(1 << (32 + draw.below(32))))
      case 1:
        let bit = draw.below(32)
        kind.set(msr, kind.register(msr) | 1 << bit | 1 << (32 + bit))
      case 2: kind.set(.eptVPID, kind.register(.eptVPID) & ~(1 << draw.below(44)))
      default: kind.set(msr, kind.register(msr) | 1 << (32 + draw.below(32)))
      }
      let (board, refusal) = Self.machine(kind)
      guard refusal == nil else {
        refused += 1
        continue
      }
      entered += 1
      let failures = board.cpus[0].entryFailures
      #expect(failures.isEmpty, "\(msr), \(kind.register(msr)): \(failures)")
      if !failures.isEmpty { return }
    }
    #expect(entered > 50 && refused > 50, "\(entered) entered, \(refused) refused")
  }

  /// A field, what is put there, and what the processor must say.
  private static let wrong: [(VMCSField, UInt64, String)] = [
    (.pinControls, 0, "pin-based"), (.primaryControls, 0xffff_ffff, "primary"),
    (.cr3Targets, 5, "CR3 targets"), (.portsA, 0x1234, "I/O bitmap A"), (.portsB, 1 << 50, "I/O bitmap B"),
    (.msrBitmap, 8, "MSR bitmap"), (.vpid, 0, "VPID 0"), (.eptPointer, 0x3a00_0019, "memory type"),
    (.eptPointer, 0x3a00_0016, "walk length"), (.eptPointer, 0x3a00_009e, "reserved bits of the EPT"),
    (.exitControls, 0, "exit controls"), (.entryLoads, 1, "load at entries"),
    (.entryControls, 0xffff_ffff, "entry controls"), (.injection, 1 << 31 | 1 << 8 | 6, "reserved type"),
    (.injection, 1 << 31 | 3 << 8 | 13, "error code"), (.injection, 1 << 31 | 3 << 8 | 40, "above 31"),
    (.injection, 1 << 31 | 2 << 8 | 3, "NMI of another vector"), (.hostCR0, 0, "CR0 of the host"),
    (.hostCR4, 0, "CR4 of the host"), (.hostCR3, 1 << 60, "CR3 of the host"),
    (.hostEFER, 0, "EFER of the host"), (.hostPAT, 2, "PAT of the host"),
    (.hostRIP, 1 << 63, "host's RIP"), (.hostCS, 0, "no code segment"), (.hostCS, 9, "RPL"),
    (.hostBaseGS, 1 << 63, "base of the host"), (.guestCR0, 0x8000_0020, "paging without protection"),
    (.guestCR4, 0x2000, "without paging or PAE"), (.guestCR3, 1 << 60, "CR3"), (.guestDR7, 1 << 32, "DR7"),
    (.guestPAT, 3, "PAT"), (.guestEFER, 0x100, "EFER and the mode"),
    (.guestSysenterEIP, 1 << 63, "SYSENTER"), (.accessCS, 0xa091, "CS is no code"),
    (.accessCS, 0xe09b, "64 and of 32"),
    (.accessSS, 0xc09b, "SS is no stack"), (.accessTR, 0x89, "TR"), (.baseCS, 1 << 33, "base of CS"),
    (.limitIDTR, 1 << 17, "limits of GDTR"), (.guestRIP, 1 << 62, "RIP"), (.guestRFLAGS, 0, "RFLAGS"),
    (.guestRFLAGS, 1 << 17 | 2, "virtual-8086"), (.activity, 4, "activity"),
    (.interruptibility, 1 << 6, "interruptibility"), (.interruptibility, 1, "STI without interrupts"),
    (.pendingDebug, 1 << 5, "pending debug"), (.link, 0, "link"),
  ]

  @Test func entryChecksFindWhatIsWrong() {
    for (field, value, text) in Self.wrong {
      let board = Self.machine(.generous).board
      let cpu = board.cpus[0]
      #expect(cpu.entryFailures.isEmpty, "\(cpu.entryFailures)")
      cpu[field] = value
      let failures = cpu.entryFailures
      #expect(failures.contains { $0.contains(text) }, "\(field) = \(value): \(failures), not \(text)")
    }
  }
}

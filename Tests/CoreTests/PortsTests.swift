// SPDX-License-Identifier: Apache-2.0
// I/O and MSR bitmaps, bit by bit, against what a reader would work out by hand.

import Simulator
import TestSupport
import Testing

@testable import Core

/// A row of a ledger, as numbers.
private struct Row {
  var base: UInt64
  var end: UInt64
  var owner: UInt64
  var keepsRoot: Bool
}

@Suite("I/O and MSR bitmaps") struct PortsTests {
  private static let cells = 5
  private static let port: UInt64 = 1 << 60

  private static func rows(_ random: inout SplitMix) -> [Row] {
    (0..<Int.random(in: 0...40, using: &random)).map { _ in
      let isPort = Int.random(in: 0..<5, using: &random) > 0
      let others: [UInt64] = [0, 2, 3]
      let origin = isPort ? port : (others.randomElement(using: &random) ?? 0) << 60
      // Ranges that begin and end where words do, inside them, and at the very end.
      let words = 64 * UInt64.random(in: UInt64(0)..<1024, using: &random)
      let anywhere = UInt64.random(in: UInt64(0)..<0x1_0000, using: &random)
      let starts: [UInt64] = [anywhere, words, 0xffff]
      let first = starts.randomElement(using: &random) ?? 0
      let lengths: [UInt64] = [1, 8, 64, 200, 0x1_0000]
      let length = lengths.randomElement(using: &random) ?? 1
      let end = min(first + UInt64.random(in: 1...length, using: &random), 0x1_0000)
      let owners: [UInt64] = [0, 0, 1, 2, 3, Owner.hypervisor]
      let owner = owners.randomElement(using: &random) ?? 0
      return Row(
        base: origin + first, end: origin + end, owner: owner, keepsRoot: Bool.random(using: &random))
    }
  }

  private static func machine(_ rows: [Row], ghosts: [UInt64]) -> Simulator<UInt64> {
    var options = Simulator<UInt64>.Options(rows: 64, cells: cells, cpus: 4, checks: true, ghosts: ghosts)
    options.hasPorts = true
    let machine = Simulator<UInt64>(options)
    for (number, row) in rows.enumerated() {
      let at = UInt64(number)
      machine.write(.currentBase, at, row.base)
      machine.write(.currentEnd, at, row.end)
      machine.write(.currentOwner, at, row.owner)
      machine.write(.currentMarks, at, Marks.read | Marks.write | (row.keepsRoot ? Marks.keepsRoot : 0))
    }
    machine.write(.registers, Register.claimCount, UInt64(rows.count))
    return machine
  }

  @Test("a port is open exactly where the ledger says so, in any ledger", arguments: Array(UInt64(0)..<30))
  func portsAreTheLedger(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let rows = Self.rows(&random)
    var ghosts = (0..<Ghost.count).map { _ in UInt64.random(in: 0..<64, using: &random) }
    ghosts[Ghost.bit] = UInt64.random(in: 0..<0x1_0000, using: &random)
    ghosts[Ghost.resource] = UInt64.random(in: 0..<UInt64(Self.cells) * 1024, using: &random)
    let machine = Self.machine(rows, ghosts: ghosts)
    for cell in 0..<UInt64(Self.cells) { machine.buildPorts(cell) }
    #expect(machine.violations == [], "seed \(seed)")
    for cell in 0..<UInt64(Self.cells) {
      var wrong: [UInt64] = []
      for number in 0..<UInt64(0x1_0000) {
        let x = Self.port + number
        let names = rows.contains { $0.owner == cell && $0.base <= x && x < $0.end }
        let isTaken = rows.contains { $0.owner != 0 && !$0.keepsRoot && $0.base <= x && x < $0.end }
        let isOpen = machine.read(.ports, cell * 1024 + number / 64) >> (number % 64) & 1 == 0
        // The keyboard controller's command exits whoever has it.
        if isOpen != (names && (cell != 0 || !isTaken) && number != 0x64) { wrong.append(number) }
      }
      #expect(wrong == [], "cell \(cell), seed \(seed)")
    }
  }

  @Test("writing one cell's bitmaps leaves those of others alone")
  func othersStay() {
    let machine = Self.machine(
      [Row(base: Self.port, end: Self.port + 0x1_0000, owner: 2, keepsRoot: false)], ghosts: [])
    machine.buildPorts(2)
    #expect(
      (0..<1024).allSatisfy {
        machine.read(.ports, 2 * 1024 + $0) == ($0 == 0x64 / 64 ? 1 << (0x64 % 64) : 0)
      })
    #expect(
      (0..<1024).allSatisfy {
        machine.read(.ports, 1024 + $0) == 0 && machine.read(.ports, 3 * 1024 + $0) == 0
      })
  }

  @Test("MSRs that must never be passed exit")
  func msrs() {
    let machine = Self.machine([], ghosts: [])
    machine.buildMSRs()
    func isOpen(_ number: UInt64, write: Bool) -> Bool {
      let bit = (number & 0x1fff) + (number >= 0xc000_0000 ? 0x2000 : 0) + (write ? 0x4000 : 0)
      return machine.read(.msrBits, bit / 64) >> (bit % 64) & 1 == 0
    }
    // TSC, APIC_BASE, TSC_ADJUST, microcode, DS, Intel PT, MTRRs, SMM monitor, VMX, interrupt command, vector table.
    let never: [UInt64] = [
      0x10, 0x1b, 0x3b, 0x79, 0x9b, 0x200, 0x2ff, 0x480, 0x560, 0x561, 0x570, 0x600, 0x830, 0x832, 0x835,
    ]
    for number in never { #expect(!isOpen(number, write: true), "0x\(String(number, radix: 16))") }
    for number in [0xc000_0080, 0xc000_0102, 0x174, 0x80b, 0x6e0] as [UInt64] {
      #expect(isOpen(number, write: true))
    }
  }
}

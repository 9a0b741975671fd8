// SPDX-License-Identifier: Apache-2.0
// Random bitmaps of ports and MSRs, and a guest's instructions that they decide on. Promise: what is let through does no harm to the machine.

import Core
import Simulator
import TestSupport

/// Both I/O bitmaps and the MSR bitmap: three pages in a row.
struct DrawnBitmaps {
  private static let words: UInt64 = 1536
  private var words: [UInt64]

  init(_ draw: inout SplitMix) {
    let density = draw.below(5)
    words = (0..<Self.words).map { _ in
      switch density {
      case 0: draw.next() & draw.next() & draw.next()
      case 1: draw.next() | draw.next() | draw.next()
      case 2: draw.chance(50) ? 0 : .max
      default: draw.next()
      }
    }
  }
  /// A record that puts them into memory.
  var record: Vector {
    var vector = Vector(question: .memory)
    vector.memory = words.enumerated().map { (Place.portBitmaps + UInt64($0.offset) * 8, $0.element) }
    return vector
  }
  private func isSet(_ bit: UInt64) -> Bool { words[Int(bit / 64)] >> (bit % 64) & 1 == 1 }
  func exits(port: UInt64) -> Bool { isSet(port & 0xffff) }
  /// Of a number that the bitmap has.
  func exits(writeOf number: UInt64) -> Bool {
    isSet(0x1_0000 + (number & 0x1fff) + (number >= 0xc000_0000 ? 0x6000 : 0x4000))
  }
}

enum DrawBitmaps {
  /// Ports that must not be written to: devices; PCI; what Bochs is ended and looked into by; power management.
  private static let delicate: [Range<UInt64>] = [
    0..<0x500, 0xcf8..<0xd00, 0x8900..<0x8904, 0x8a00..<0x8a04, 0xb000..<0xb200, 0xc000..<0xc100,
  ]
  /// Registers that must not be written to: the TSC, the APIC, VMX, microcode, debugging, MTRRs, what VMX can, x2APIC's, EFER and its
  /// neighbours, the kernel's GS, supervisor states.
  private static let kept: [ClosedRange<UInt64>] = [
    0x10...0x10, 0x1b...0x1b, 0x3a...0x3b, 0x79...0x8b, 0x1a0...0x1a0, 0x1d9...0x1d9, 0x200...0x2ff,
    0x480...0x4ff,
    0x6e0...0x6e0, 0x800...0x8ff, 0xda0...0xda0, 0xc000_0080...0xc000_0084, 0xc000_0102...0xc000_0103,
  ]

  static func port(_ bitmaps: DrawnBitmaps, _ draw: inout SplitMix) -> Vector {
    let count = UInt64(1) << draw.below(3)
    var isOut = draw.chance(50)
    let borders: [UInt64] = [0x7fff, 0x8000, 0xffff, 0, 0x3f, 0x7fc0]
    let port =
      draw.chance(40) ? (borders[Int(draw.below(6))] &- draw.below(4)) & 0xffff : draw.below(0x1_0000)
    var fields: [FieldValue] = []
    var hasBitmaps = true
    if draw.chance(10) {
      hasBitmaps = false
      fields = [FieldValue(.primaryControls, Baseline.primary & ~(1 << 25) | draw.below(2) << 24)]
    }
    let ports = port..<(port + count)
    let mayPass = !hasBitmaps || !ports.contains(where: bitmaps.exits(port:))
    let isDelicate = Self.delicate.contains { $0.overlaps(ports) }
    if isOut && mayPass && isDelicate { isOut = false }
    var vector = Vector(question: .instruction(.port(port, count: count, isOut: isOut)), fields: fields)
    let code: UInt8 = (isOut ? 0xee : 0xec) | (count == 1 ? 0 : 1)
    vector.setCode((count == 2 ? [0x66] : []) + [code] + Vector.call)
    vector.registers[2] = port
    return vector
  }

  static func register(_ bitmaps: DrawnBitmaps, _ draw: inout SplitMix) -> Vector {
    let borders: [UInt64] = [
      0, 0x1fff, 0x2000, 0xbfff_ffff, 0xc000_0000, 0xc000_1fff, 0xc000_2000, 0xffff_ffff, 0x4000_0000,
    ]
    let number: UInt64 =
      switch draw.below(6) {
      case 0: borders[Int(draw.below(9))]
      case 1: draw.below(1 << 32)
      case 2, 3: draw.below(0x2000)
      default: 0xc000_0000 + draw.below(0x2000)
      }
    let hasBit = number < 0x2000 || (0xc000_0000...0xc000_1fff).contains(number)
    let isKept = Self.kept.contains { $0.contains(number) } || !hasBit
    // Outside the bitmaps' numbers every access leaves the guest; if not, the register takes no harm.
    let isWrite = draw.chance(50) && !(isKept && hasBit && !bitmaps.exits(writeOf: number))
    var fields: [FieldValue] = []
    if draw.chance(5) { fields = [FieldValue(.primaryControls, Baseline.primary & ~(1 << 28))] }
    let question: GuestInstruction = isWrite ? .writeMSR(number, 0) : .readMSR(number)
    var vector = Vector(question: .instruction(question), fields: fields)
    vector.setCode([0x0f, isWrite ? 0x30 : 0x32] + Vector.call)
    vector.registers[1] = number
    return vector
  }
}

// SPDX-License-Identifier: Apache-2.0
// What a configuration's bytes name, read for the confirmation alone: neither the core nor the reader of files has a line
// in common with this. Offsets: docs/cell-format.md, "Binary form".

import Core

/// The resources that a binary configuration names.
struct NamedInBytes {
  /// A memory region: host-physical start, guest-physical start, size, flags.
  var memory: [(start: UInt64, guest: UInt64, size: UInt64, flags: UInt64)] = []
  /// Everything but memory, as ranges of the ledger's spaces. A virtual PCI device names no function.
  var others: [Declared] = []
  /// Addresses of the interrupt chips.
  var chips: [UInt64] = []
  /// The share of the cache: first bit and end. Nil where none is listed.
  var cache: (base: UInt64, end: UInt64)?

  /// Reads a file. `system` is the system file's bytes, which say whether stream ids carry masks. Nil where the arrays do
  /// not fit the file.
  init?(_ bytes: [UInt8], isSystem: Bool, of system: [UInt8], isX86: Bool) {
    guard bytes.count >= 132, system.count >= 132 else { return nil }
    let descriptor = !isSystem ? 0 : NamedInBytes.number(bytes, 6, 2) == 12 ? 354 : 356
    let sizes: [UInt64] = [1, 32, 12, 32, 4, 56, 8, 4]
    var starts: [UInt64] = []
    var counts: [UInt64] = []
    var position = UInt64(descriptor) + 132
    for index in sizes.indices {
      guard let count = NamedInBytes.number(bytes, descriptor + 48 + 4 * index, 4) else { return nil }
      starts.append(position)
      counts.append(count)
      position += count * sizes[index]
    }
    guard position <= UInt64(bytes.count) else { return nil }
    func each(_ array: Int, _ body: ((UInt64, Int) -> UInt64) -> Void) {
      for index in 0..<counts[array] {
        let start = Int(starts[array] + index * sizes[array])
        body { NamedInBytes.number(bytes, start + Int($0), $1) ?? 0 }
      }
    }
    var number: UInt64 = 0
    each(0) { field in
      for bit in 0..<UInt64(8) where field(0, 1) >> bit & 1 == 1 { name(.cpu, number * 8 + bit, 1) }
      number += 1
    }
    each(1) { field in memory.append((field(0, 8), field(8, 8), field(16, 8), field(24, 8))) }
    each(2) { field in
      cache = cache ?? (field(0, 4), field(0, 4) + field(4, 4))
      name(.cacheWay, field(0, 4), field(4, 4))
    }
    each(3) { field in
      chips.append(field(0, 8))
      let chip = isX86 ? field(0, 8) & ~0xfff : 0
      for pin in 0..<UInt64(128) where field(16 + pin / 32 * 4, 4) >> (pin % 32) & 1 == 1 {
        name(.interrupt, chip << 10 + field(12, 4) + pin, 1)
      }
    }
    each(4) { field in name(.port, field(0, 2), field(2, 2)) }
    each(5) { field in if field(0, 1) != 3 { name(.function, field(2, 2) << 16 + field(4, 2), 1) } }
    let isMasked = NamedInBytes.hasMasks(system, isX86: isX86)
    each(7) { field in
      let word = field(0, 4)
      // From the smallest to the largest id that matches; 15 bits of id and 15 of mask.
      let (id, mask) = isMasked ? (word & 0x7fff, word >> 16 & 0x7fff) : (word, 0)
      name(.stream, id & ~mask, (id | mask) - (id & ~mask) + 1)
    }
  }

  private mutating func name(_ space: Space, _ base: UInt64, _ count: UInt64) {
    if count == 0 { return }
    if let last = others.last, last.space == space, last.end == base {
      others[others.count - 1].end += count
    } else {
      others.append(Declared(space: space, base: base, end: base + count))
    }
  }

  /// A little-endian number; nil outside the bytes.
  private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64? {
    guard offset >= 0, offset + width <= bytes.count else { return nil }
    return (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }

  /// Some IOMMU unit is an MMU-500 (type 5). The list ends at the first unit whose base is 0.
  private static func hasMasks(_ system: [UInt8], isX86: Bool) -> Bool {
    let units = number(system, 6, 2) != 12 ? 88 : isX86 ? 106 : 130
    for unit in 0..<8 {
      if number(system, units + 28 * unit + 4, 8) ?? 0 == 0 { return false }
      if number(system, units + 28 * unit, 4) == 5 { return true }
    }
    return false
  }
}

extension NamedInBytes {
  /// The host-physical ranges that the cell has: regions with a right, but not the communication page, whose memory is the
  /// hypervisor's.
  var mapped: [(start: UInt64, guest: UInt64, size: UInt64, flags: UInt64)] {
    memory.filter { $0.size > 0 && $0.flags & 0xf != 0 && $0.flags & 0x20 == 0 }
  }
  /// Everything that the file names.
  var named: [Declared] {
    mapped.map { Declared(space: .memory, base: $0.start, end: $0.start &+ $0.size) } + others
  }
}

extension MachineSet {
  /// What a member's bytes name; nil where they cannot be read.
  func namedInBytes(_ member: Member) -> NamedInBytes? {
    NamedInBytes(
      member.file.binary, isSystem: member.isRoot, of: root.file.binary, isX86: architecture == .x86)
  }
}

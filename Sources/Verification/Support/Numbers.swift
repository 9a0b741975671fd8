// SPDX-License-Identifier: Apache-2.0
// Numbers as people in this field write them: hexadecimal addresses, sizes with units, PCI functions.

import CellConfig

/// A number as `0x…`, without leading zeros.
func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }

/// An inclusive range as `0x1000-0x1fff`, or one number where both ends are equal.
func hexSpan(_ first: UInt64, _ last: UInt64) -> String {
  first == last ? hex(first) : "\(hex(first))-\(hex(last))"
}

/// A size with the largest unit that divides it: `16 MiB`, `4 KiB`, `24 bytes`.
func sizeText(_ bytes: UInt64) -> String {
  for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] as [(UInt64, String)]
  where bytes >> shift > 0 && bytes & ((1 << shift) - 1) == 0 {
    return "\(bytes >> shift) \(unit)"
  }
  return bytes == 1 ? "1 byte" : "\(bytes) bytes"
}

/// A PCI function, `domain << 16 | bdf`, as `0000:00:1f.6`.
func functionText(_ function: UInt32) -> String {
  "\(padded(function >> 16, 4)):\(padded(function >> 8 & 0xff, 2)):\(padded(function >> 3 & 0x1f, 2))."
    + "\(function & 7)"
}

/// A number in hexadecimal with at least `width` digits and no prefix.
func padded(_ value: some BinaryInteger, _ width: Int) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// `a`, `a and b`, `a, b and c`.
func listed(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}

/// `1 page`, `2 pages`.
func counted(_ count: some BinaryInteger, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}

/// CPU numbers as ranges: `0-2, 5`.
func cpuText(_ cpus: [Int]) -> String {
  var parts: [String] = []
  var index = 0
  while index < cpus.count {
    var end = index
    while end + 1 < cpus.count, cpus[end + 1] == cpus[end] + 1 { end += 1 }
    parts.append(index == end ? "\(cpus[index])" : "\(cpus[index])-\(cpus[end])")
    index = end + 1
  }
  return parts.isEmpty ? "none" : parts.joined(separator: ", ")
}

/// `CPU 2`, `CPUs 2-3, 5`.
func cpuTitle(_ cpus: [Int]) -> String { (cpus.count == 1 ? "CPU " : "CPUs ") + cpuText(cpus) }

extension PCIDevice {
  /// Domain << 16 | bdf: what identifies a physical function.
  var function: UInt32 { UInt32(domain) << 16 | UInt32(bdf) }
  /// Type 3: a virtual shared-memory device.
  var isLink: Bool { type == 3 }
}

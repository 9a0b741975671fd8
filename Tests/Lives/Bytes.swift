// SPDX-License-Identifier: Apache-2.0
// A wish as the binary file that says so (docs/cell-format.md, "Binary form", revision 14).

/// A little-endian file in the making.
private struct File {
  var bytes: [UInt8] = []

  mutating func put(_ value: UInt64, _ width: UInt64) {
    for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
  }
  mutating func patch(_ offset: Int, _ value: UInt64, _ width: Int) {
    for byte in 0..<width { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
  }
}

extension Wish {
  /// The descriptor and its arrays, without a signature.
  private var descriptor: File {
    var file = File(bytes: [UInt8](repeating: 0, count: 132))
    for (index, letter) in name.utf8.prefix(31).enumerated() { file.bytes[8 + index] = letter }
    let flags: UInt64 = (isPassive ? 1 : 0) | (isConfidential ? 0x100 : 0)
    file.patch(44, defect == .flags ? flags | 8 : flags, 4)
    file.patch(92, timeout, 8)
    let hasChip = !lines.isEmpty
    let counts = [
      8, regions.count, ways == nil ? 0 : 1, hasChip ? 1 : 0, ports.count, functions.count, 0, streams.count,
    ]
    for (index, count) in counts.enumerated() { file.patch(48 + 4 * index, UInt64(count), 4) }
    file.put(cpus.reduce(0) { $0 | 1 << $1 }, 8)
    for (index, region) in regions.enumerated() {
      file.put(region.physical, 8)
      file.put(region.guest, 8)
      file.put(region.size, 8)
      file.put(index == 0 && defect == .region ? region.flags | 0x200 : region.flags, 8)
    }
    if let ways {
      file.put(ways.start, 4)
      file.put(ways.count, 4)
      file.put(3, 2)
      file.put(ways.isShared ? 1 : 0, 2)
    }
    if hasChip {
      file.put(Place.chip, 8)
      file.put(0, 8)
      file.put(lines.reduce(0) { $0 | 1 << $1 }, 8)
      file.put(0, 8)
    }
    for port in ports {
      file.put(port.base, 2)
      file.put(port.length, 2)
    }
    for bdf in functions {
      var device = File(bytes: [UInt8](repeating: 0, count: 56))
      device.bytes[0] = 1
      device.patch(4, bdf, 2)
      file.bytes += device.bytes
    }
    for stream in streams { file.put(stream, 4) }
    return file
  }

  private func finished(_ file: File, _ signature: String, limit: Int) -> [UInt8] {
    var file = file
    let letters = defect == .signature ? "JAILS" : signature
    for (index, letter) in letters.utf8.enumerated() { file.bytes[index] = letter }
    file.bytes[5] = architecture
    file.bytes[6] = defect == .revision ? 15 : 14
    switch defect {
    case .truncated: file.bytes.removeLast(4)
    case .tooLarge: file.bytes += [UInt8](repeating: 0, count: limit + 1 - file.bytes.count)
    default: break
    }
    return file.bytes
  }

  /// The file of a cell.
  var bytes: [UInt8] { finished(descriptor, "JHCLL", limit: 0x1_0000) }

  /// The file of a system of which this is the root cell.
  fileprivate func system(_ header: [UInt8]) -> [UInt8] {
    finished(File(bytes: header + descriptor.bytes), "JHSYS", limit: 0x40_0000)
  }
}

extension SystemWish {
  /// The file.
  var bytes: [UInt8] {
    var header = File(bytes: [UInt8](repeating: 0, count: 356))
    header.patch(12, Place.hypervisor, 8)
    header.patch(28, 0x1000, 8)
    if hasConsole {
      header.patch(44, 0x3f8, 8)
      header.patch(56, 2, 2)
    }
    if root.architecture == 0 { header.patch(312, pmTimer, 2) }
    return root.system(header.bytes)
  }
}

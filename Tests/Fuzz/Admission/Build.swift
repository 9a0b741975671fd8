// SPDX-License-Identifier: Apache-2.0
// Configurations out of the fuzzer's decisions: plausible ones, on few addresses, so that they collide often.

/// Appends little-endian numbers.
private func put(_ out: inout [UInt8], _ value: UInt64, _ width: Int) {
  for byte in 0..<width { out.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte)))) }
}

/// Overwrites a little-endian number.
private func patch(_ out: inout [UInt8], _ offset: Int, _ value: UInt64, _ width: Int) {
  for byte in 0..<width { out[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
}

private let page: UInt64 = 0x1000
private let base: UInt64 = 0x3b00_0000

/// A cell descriptor with its arrays; no signature.
private func descriptor(_ feed: inout Feed, isRoot: Bool) -> [UInt8] {
  let shape = feed.byte()
  let counts: [Int] = [
    1 + Int(shape & 1), Int(feed.byte() % 6), Int(feed.byte() % 8 == 7 ? 2 : feed.byte() % 2),
    Int(feed.byte() % 3),
    Int(feed.byte() % 4), Int(feed.byte() % 3), 1, Int(feed.byte() % 3),
  ]
  var out = [UInt8](repeating: 0, count: 132)
  out[8] = UInt8(ascii: "a") + feed.byte() % 6
  patch(&out, 44, feed.pick([0, 1, 0x100, 0x101, 0x4000_0000, 8]), 4)
  for (index, count) in counts.enumerated() { patch(&out, 48 + 4 * index, UInt64(count), 4) }
  for index in 0..<counts[0] {
    out.append(isRoot && index == 0 ? feed.byte() | 1 : feed.byte() & feed.byte())
  }
  for _ in 0..<counts[1] { region(&out, &feed, isRoot: isRoot) }
  for _ in 0..<counts[2] {
    put(&out, feed.pick([0, 1, 4, 31, 63, 0xffff_ffff]), 4)
    put(&out, feed.pick([1, 2, 4, 0, 64, 0xffff_ffff]), 4)
    put(&out, UInt64(feed.byte() % 16 == 0 ? 1 : 3), 2)
    put(&out, UInt64(feed.byte() & 1), 2)
  }
  for _ in 0..<counts[3] {
    put(&out, feed.pick([0xfec0_0000, 0xfec0_1000, 0xfec0_0000, 0xfec0_0100]), 8)
    put(&out, 0, 4)
    put(&out, feed.pick([0, 0, 0, 32, 160, 896, 928, 33]), 4)
    for _ in 0..<4 { put(&out, UInt64(feed.byte() & feed.byte()), 4) }
  }
  for _ in 0..<counts[4] {
    put(&out, feed.pick([0x3f8, 0x2f8, 0x3fc, 0xcf0, 0xcfb, 0x600, 0x604, 0xffff, 0x60, 0]), 2)
    put(&out, feed.pick([8, 1, 4, 0, 16, 0xffff]), 2)
  }
  for _ in 0..<counts[5] { device(&out, &feed) }
  put(&out, 0x0040_0001, 4)
  put(&out, 8, 4)
  for _ in 0..<counts[7] { put(&out, feed.pick([1, 2, 0x1_0002, 0x7_0010, 0x10, 0x8001, 0x8000_0010]), 4) }
  return out
}

private func region(_ out: inout [UInt8], _ feed: inout Feed, isRoot: Bool) {
  let special: [UInt64] = [
    0xfee0_0000, 0xfec0_0000, 0xb000_0000, 0xfed9_0000, 0x3a00_0000, 0xfebf_0000, (1 << 52) - page,
    .max - 0xfff, 0,
  ]
  let place = feed.byte()
  let physical =
    place < 0xe0
    ? base + UInt64(place & 0x0f) * page + (place & 0xc0 == 0xc0 ? 0x100 : 0) : feed.pick(special)
  put(&out, physical, 8)
  let shift = feed.byte()
  let guest = isRoot && shift & 0x0f != 0 ? physical : physical &- UInt64(shift & 0x07) &* 0x10_0000
  put(&out, shift == 0xfe ? guest &+ 0x10 : guest, 8)
  put(&out, feed.pick([page, 2 * page, 4 * page, 0, 0x40, 0x10_0000, .max]), 8)
  put(&out, feed.pick([0x47, 0x03, 0x83, 0x8b, 0x0f, 0x23, 0x81, 0x40003, 0x87, 0x2b, 0x200]), 8)
}

private func device(_ out: inout [UInt8], _ feed: inout Feed) {
  var device = [UInt8](repeating: 0, count: 56)
  device[0] = UInt8(feed.pick([1, 1, 2, 3, 4, 0]) & 0xff)
  device[2] = feed.byte() & 1
  device[4] = feed.byte() & 0x0b
  patch(&device, 30, feed.pick([0, 1, 0xffff]), 2)
  patch(&device, 32, feed.pick([0, 1, 2, 0xffff]), 2)
  if feed.byte() & 1 == 1 {
    patch(&device, 36, feed.pick([1, 16, 256]), 2)
    patch(&device, 38, feed.pick([0x1000, 0x100, 0xf000]), 2)
    patch(&device, 40, feed.pick([0xfebf_0000, base + 5 * page, .max - 0xfff, (1 << 52) - page]), 8)
  }
  patch(&device, 48, feed.pick([0, 1, 0xffff_ffff]), 4)
  device[53] = feed.byte() & 0x0f
  out += device
}

private func head(_ out: inout [UInt8], _ name: String, _ architecture: UInt8) {
  out.replaceSubrange(0..<5, with: Array(name.utf8))
  out[5] = architecture
  out[6] = 14
}

/// A cell configuration.
func makeCell(_ feed: inout Feed, architecture: UInt8) -> [UInt8] {
  var out = descriptor(&feed, isRoot: false)
  head(&out, "JHCLL", feed.byte() == 0xfe ? architecture ^ 1 : architecture)
  return out
}

/// A system configuration.
func makeSystem(_ feed: inout Feed, architecture: UInt8) -> [UInt8] {
  var out = [UInt8](repeating: 0, count: 356)
  head(&out, "JHSYS", architecture)
  patch(&out, 12, feed.pick([0x3a00_0000, base + 8 * page, 0]), 8)
  patch(&out, 28, feed.pick([0x60_0000, page, 2 * page, 0]), 8)
  patch(&out, 44, feed.pick([0x3f8, 0x2f8, 0xfff8, 0]), 8)
  patch(&out, 56, feed.pick([2, 2, 3, 0]), 2)
  patch(&out, 58, feed.pick([0, 0, 1]), 2)
  patch(&out, 76, feed.pick([0xb000_0000, 0, base + 12 * page]), 8)
  out[84] = feed.byte() & 0x83
  for unit in 0..<Int(feed.byte() % 3) {
    patch(&out, 88 + 28 * unit, feed.pick([2, 2, 3, 5]), 4)
    patch(&out, 92 + 28 * unit, feed.pick([0xfed9_0000, 0xfed9_1000, base + 10 * page, 0]), 8)
    patch(&out, 100 + 28 * unit, feed.pick([0x1000, 0, 0x3000, 0xffff_ffff]), 4)
  }
  if architecture == 0 {
    patch(&out, 312, feed.pick([0x608, 0, 3, 0xffff]), 2)
  } else {
    for index in 0..<5 {
      patch(&out, 316 + 8 * index, feed.pick([0, base + 14 * page, 0x800_0000, base - 0x12_0000]), 8)
    }
  }
  return out + descriptor(&feed, isRoot: true)
}

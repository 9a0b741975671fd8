// SPDX-License-Identifier: Apache-2.0
// What configurations say, as claims on words: each resource is a number, its kind in the upper four bits (docs/cell-format.md, binary form; the
// rules are those of docs/rules.md). Worked out from the bytes, and without a line of the core.

import Naive

/// The kinds of resources: the upper four bits of a word.
enum Space: UInt64 {
  case memory, port, cpu, function, line, cacheWay, stream

  var origin: UInt64 { rawValue << 60 }
  static func of(_ word: UInt64) -> Space? { Space(rawValue: word >> 60) }
}

/// What one item of a configuration says.
struct Grant {
  let base: UInt64
  let end: UInt64
  /// Read, write, execute, DMA, by the model's names.
  let rights: [Bool]
  /// Root keeps what it has; root may load it.
  var keepsRoot = false
  var loadable = false
  /// Where the cell finds it: guest-physical, of memory.
  var guest: UInt64?

  func covers(_ word: UInt64) -> Bool { base <= word && word < end }
}

private let both = [true, true, false, false]

extension NaiveCell {
  /// All that it says, in that system; `page` is its communication page, host-physical.
  func grants(in system: NaiveSystem, page: UInt64?) -> [Grant] {
    var all: [Grant] = []
    for region in memory where region.start != region.end && region.flags & 0xf != 0 {
      let rights = (0..<4).map { region.flags >> UInt64($0) & 1 == 1 }
      if region.flags & 0x20 != 0 {
        guard let page else { continue }
        all.append(Grant(base: page, end: page + 0x1000, rights: rights, guest: region.guest))
      } else {
        all.append(
          Grant(
            base: region.start, end: region.end, rights: rights, keepsRoot: region.flags & 0x80 != 0,
            loadable: region.flags & 0x40 != 0, guest: region.guest))
      }
    }
    func single(_ word: UInt64, _ rights: [Bool]) {
      all.append(Grant(base: word, end: word + 1, rights: rights))
    }
    for range in ports where range.start < range.end {
      // The hypervisor's own console is everybody's whose configuration names it (rule I2).
      let isConsole = system.console.start <= range.start && range.end <= system.console.end
      let origin = Space.port.origin
      all.append(
        Grant(base: origin + range.start, end: origin + range.end, rights: both, keepsRoot: isConsole))
    }
    for cpu in cpus { single(Space.cpu.origin + cpu, [true, true, true, false]) }
    for function in functions {
      single(Space.function.origin + function[0] << 16 + function[1], [true, true, false, true])
    }
    for line in lines {
      let named = system.line(line)
      single(Space.line.origin + named[0] << 10 + named[1], both)
    }
    for cache in caches {
      let origin = Space.cacheWay.origin
      all.append(
        Grant(
          base: origin + cache.start, end: origin + cache.end, rights: both, keepsRoot: cache.flags & 1 == 1))
    }
    for stream in streams { single(Space.stream.origin + stream, both) }
    return all
  }
}

extension NaiveSystem {
  /// What nobody but the hypervisor may reach (rules M2, M3, I3). Its memory ends for others where cells' communication pages begin; the first of these is
  /// the log's.
  func reserved(communication: UInt64) -> [(base: UInt64, end: UInt64)] {
    let hasPages = hypervisor.start < communication && communication < hypervisor.end
    var all = [(hypervisor.start, hasPages ? communication + 0x1000 : hypervisor.end)]
    all += protected.map { ($0.start, $0.end) }
    func ports(_ first: UInt64, _ count: UInt64) {
      all.append((Space.port.origin + first, Space.port.origin + first + count))
    }
    if root.architecture == 0 {
      ports(0xcf8, 8)
      ports(0x92, 1)
      ports(0xb2, 2)
      if timer >= 4 { ports(timer - 4, 4) }
    }
    return all.filter { $0.0 < $0.1 }
  }
}

// SPDX-License-Identifier: Apache-2.0
// Configurations as values: what a test asks for, what that means, and (in Bytes.swift) the file that says so. What it
// means is worked out here, from the documentation of the format, and not by the core.

import Core

/// A memory region of a configuration.
struct WishedRegion: Sendable, Equatable {
  var physical: UInt64
  var guest: UInt64
  var size: UInt64
  /// As in the file (`RegionFlag`).
  var flags: UInt64

  /// Half-pages `first ..< first + count`, seen by the guest `shift` pages further up.
  static func halves(_ first: UInt64, _ count: UInt64, _ flags: UInt64, shift: UInt64 = 0) -> WishedRegion {
    let start = Place.memory + first * Place.half
    return WishedRegion(
      physical: start, guest: start + shift * 0x1000, size: count * Place.half, flags: flags)
  }
  func has(_ flag: UInt64) -> Bool { flags & flag == flag }
  /// It says that somebody has something.
  var claims: Bool { size != 0 && flags & 0xf != 0 && !has(RegionFlag.communication) }
}

/// What one item of a configuration claims.
struct Item: Sendable {
  var base: UInt64
  var end: UInt64
  /// Bits as `Marks`.
  var rights: UInt64
  var keepsRoot = false
  var loadable = false
  func covers(_ place: Place) -> Bool { base <= place.base && place.base < end }
}

/// What is wrong with a file on purpose.
enum Defect: String, Sendable, CaseIterable {
  case truncated, signature, revision, flags, region, tooLarge, unreadable
}

/// The configuration of a cell, root included.
struct Wish: Sendable {
  var name = "cell"
  var architecture: UInt8 = 0
  var isConfidential = false
  var isPassive = false
  var cpus: [UInt64] = []
  var regions: [WishedRegion] = []
  var ports: [(base: UInt64, length: UInt64)] = []
  var functions: [UInt64] = []
  var lines: [UInt64] = []
  /// A share of the cache; nil: none.
  var ways: (start: UInt64, count: UInt64, isShared: Bool)?
  var streams: [UInt64] = []
  /// How often its answers are looked for; 0: as often as the hypervisor does at most.
  var timeout: UInt64 = 0
  var defect: Defect?

  /// Everything that it claims, on a machine whose hypervisor has its console there or not.
  func items(hasConsole: Bool) -> [Item] {
    let full = Marks.read | Marks.write
    var items: [Item] = []
    for region in regions where region.claims {
      items.append(
        Item(
          base: region.physical, end: region.physical + region.size, rights: region.flags & 0xf,
          keepsRoot: region.has(RegionFlag.rootShared), loadable: region.has(RegionFlag.loadable)))
    }
    for port in ports {
      let isConsole = hasConsole && port.base >= 0x3f8 && port.base + port.length <= 0x400
      let base = Space.port.origin + port.base
      items.append(Item(base: base, end: base + port.length, rights: full, keepsRoot: isConsole))
    }
    func single(_ word: UInt64, _ more: UInt64 = 0) {
      items.append(Item(base: word, end: word + 1, rights: full | more))
    }
    for bdf in functions { single(Space.function.origin + bdf, Marks.dma) }
    for line in lines { single(Place.lineWord(line, architecture)) }
    for stream in streams { single(Space.stream.origin + stream) }
    for cpu in cpus { single(Space.cpu.origin + cpu, Marks.execute) }
    if let ways {
      let base = Space.cacheWay.origin + ways.start
      items.append(Item(base: base, end: base + ways.count, rights: full, keepsRoot: ways.isShared))
    }
    return items
  }

  /// Two of its regions say different things of one guest address.
  var contradictsItself: Bool {
    regions.indices.contains { i in
      regions.indices.contains { j in
        let (a, b) = (regions[i], regions[j])
        let meet = a.guest < b.guest + b.size && b.guest < a.guest + a.size && a.size != 0 && b.size != 0
        let isPage = a.has(RegionFlag.communication) || b.has(RegionFlag.communication)
        return i != j && meet && (isPage || a.physical &- a.guest != b.physical &- b.guest)
      }
    }
  }
}

/// The configuration of a system.
struct SystemWish: Sendable {
  var root = Wish(name: "root")
  var hasConsole = true
  /// 0: none.
  var pmTimer: UInt64 = 0x608

  /// What nobody but the hypervisor may reach.
  func isReserved(_ place: Place) -> Bool {
    var ranges: [(UInt64, UInt64)] = [(Place.hypervisor, Place.hypervisor + 0x1000)]
    if !root.lines.isEmpty { ranges.append((Place.chip, Place.chip + 0x1000)) }
    if root.architecture == 0 {
      let port = Space.port.origin
      ranges += [(Place.localAPIC, Place.localAPIC + 0x1000), (port + 0xcf8, port + 0xd00)]
      if pmTimer != 0 { ranges.append((port + pmTimer - 4, port + pmTimer)) }
    }
    return ranges.contains { $0.0 <= place.base && place.base < $0.1 }
  }
}

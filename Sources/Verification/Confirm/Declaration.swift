// SPDX-License-Identifier: Apache-2.0
// What the confirmation holds the ledger against. It is taken from the configurations' values, not from the ledger: a
// mark that the core sets by mistake does not excuse anything here.

import CellConfig
import Core

/// A range that a statement of the confirmation speaks of.
struct Declared: Sendable, Hashable {
  var space: Space
  var base: UInt64
  var end: UInt64
}

/// A range that the bytes of a member's file name.
struct Named: Sendable, Hashable {
  var member: Int
  var base: UInt64
  var end: UInt64
}

/// Statements about a set, as ranges.
struct Declaration: Sendable {
  /// The hypervisor's own memory: reachable from no cell (P2).
  var hypervisor: [Declared] = []
  /// Pages and ports that no cell may reach directly (P14), and ports that do not exist (P10).
  var forbidden: [Declared] = []
  /// What each cell declares as shared (P15), by member.
  var shared: [Int: [Declared]] = [:]
  /// What each file's bytes name, by space. The ledger must hold exactly this. Nil: not asked.
  var named: [Space: [Named]]?
  /// Why the bytes could not be read; empty where they could.
  var unreadable: [String] = []

  /// No statements.
  init() {}

  /// The statements about one stretch of one space, cut to it.
  func meeting(_ space: Space, _ base: UInt64, _ end: UInt64) -> Declaration {
    func cut(_ ranges: [Declared]) -> [Declared] {
      ranges.filter { $0.space == space && $0.base < end && $0.end > base }.map {
        Declared(space: space, base: max($0.base, base), end: min($0.end, end))
      }
    }
    var part = Declaration()
    part.hypervisor = cut(hypervisor)
    part.forbidden = cut(forbidden)
    part.shared = shared.mapValues(cut).filter { !$0.value.isEmpty }
    part.named = named.map { _ in [space: names(in: space, base, end)] }
    return part
  }

  /// What is named in a stretch of a space, cut to it.
  func names(in space: Space, _ base: UInt64, _ end: UInt64) -> [Named] {
    (named?[space] ?? []).filter { $0.base < end && $0.end > base }.map {
      Named(member: $0.member, base: max($0.base, base), end: min($0.end, end))
    }
  }

  /// Every boundary of every statement.
  var boundaries: [UInt64] {
    let ranges = hypervisor + forbidden + shared.values.flatMap { $0 }
    let names = (named ?? [:]).values.flatMap { $0 }
    return ranges.flatMap { [$0.base, $0.end] } + names.flatMap { [$0.base, $0.end] }
  }

  /// Reads the statements out of a set's configurations.
  init(_ set: MachineSet) {
    if let memory = set.hypervisor {
      hypervisor.append(Declared(space: .memory, base: memory.first, end: memory.last &+ 1))
    }
    for range in set.neverMap {
      forbidden.append(Declared(space: .memory, base: range.first, end: range.last &+ 1))
    }
    // Past the last port nothing exists; whoever claimed it would own bits behind the port bitmap.
    forbidden.append(Declared(space: .port, base: 0x1_0000, end: Space.size))
    if set.architecture == .x86 {
      forbidden.append(Declared(space: .port, base: 0xcf8, end: 0xd00))
    }
    for region in set.cellRegions where region.isShared {
      shared[region.member, default: []].append(
        Declared(space: .memory, base: region.first, end: region.last &+ 1))
    }
    for member in set.cells {
      for cache in member.cell.caches where cache.flags & 1 != 0 {
        let start = UInt64(cache.start)
        shared[member.index, default: []].append(
          Declared(space: .cacheWay, base: start, end: start + UInt64(cache.size)))
      }
    }
    readNames(set)
    // The hypervisor's console is a declared channel of whoever lists ports inside it (rules I2 and L3 warn).
    if let console = set.consolePorts {
      for fact in set.portFacts
      where fact.member != 0 && fact.first >= console.first && fact.last <= console.last {
        shared[fact.member, default: []].append(Declared(space: .port, base: fact.first, end: fact.last + 1))
      }
    }
  }
}

extension Declaration {
  /// Reads what the files name out of their bytes; of root's also which chips and cache bits a cell can have at all.
  private mutating func readNames(_ set: MachineSet) {
    var names: [Space: [Named]] = [:]
    for member in set.members {
      guard let file = set.namedInBytes(member) else {
        unreadable.append("the bytes of \(member.title) cannot be read")
        continue
      }
      for range in file.named {
        names[range.space, default: []].append(Named(member: member.index, base: range.base, end: range.end))
      }
      if member.isRoot { forbidWhatRootLacks(file, set.architecture == .x86) }
    }
    named = names
  }

  /// Lines of chips that root does not list, and bits outside its share of the cache, are nobody's.
  private mutating func forbidWhatRootLacks(_ root: NamedInBytes, _ isX86: Bool) {
    let own = root.cache ?? (0, 32)
    // On ARM there is one chip, number 0, whatever root lists.
    let chips = isX86 ? Set(root.chips.map { $0 & ~0xfff }).sorted() : [0]
    for (space, allowed) in [
      (Space.cacheWay, [own]), (.interrupt, chips.map { (base: $0 << 10, end: ($0 + 1) << 10) }),
    ] {
      var start: UInt64 = 0
      for range in allowed {
        if start < range.base { forbidden.append(Declared(space: space, base: start, end: range.base)) }
        start = max(start, range.end)
      }
      if start < Space.size { forbidden.append(Declared(space: space, base: start, end: Space.size)) }
    }
  }
}

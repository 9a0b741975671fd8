// SPDX-License-Identifier: Apache-2.0
// What must hold of configurations that were admitted together, said as plainly as it can be: every pair is compared
// with every other. Slow, obvious, and without a line in common with what it judges.

/// A cell that lives, by its id.
public struct Living: Sendable {
  /// Its id; root is 0 and not among these.
  public var id: UInt64
  /// What its configuration says.
  public var cell: NaiveCell
  /// Pairs an id with a configuration.
  public init(id: UInt64, cell: NaiveCell) {
    self.id = id
    self.cell = cell
  }
}

let communication: UInt64 = 0x20
let rootShared: UInt64 = 0x80
let execute: UInt64 = 0x4
let dma: UInt64 = 0x8

func overlap(_ a: Extent, _ b: Extent) -> Bool {
  a.start < a.end && b.start < b.end && a.start < b.end && b.start < a.end
}

/// The memory that a cell has: not the regions that are empty or give no right, not the communication page.
func realMemory(_ cell: NaiveCell) -> [Extent] {
  cell.memory.filter { $0.start != $0.end && $0.flags & 0xf != 0 && $0.flags & communication == 0 }
}

/// Everything that is wrong with these cells together; empty where isolation holds.
///
/// `tables`: also require that nobody maps the MSI-X table of a cell's device that root's list does not have.
public func violations(_ system: NaiveSystem, _ cells: [Living], tables: Bool = false) -> [String] {
  var found: [String] = []
  for living in cells { found += faults(of: living.cell, in: system).map { "cell \(living.id): \($0)" } }
  for (index, one) in cells.enumerated() {
    for other in cells[(index + 1)...] {
      found += conflicts(one.cell, other.cell, system).map { "cells \(one.id) and \(other.id): \($0)" }
    }
    if one.cell.name == system.root.name { found.append("cell \(one.id) has root's name") }
  }
  for owner in tables ? cells : [] {
    for table in owner.cell.tables {
      let pages = Extent(start: table.start & ~0xfff, end: (table.end &+ 0xfff) & ~0xfff, flags: 0)
      for living in cells where realMemory(living.cell).contains(where: { overlap($0, pages) }) {
        found.append("M3: cell \(living.id) maps the MSI-X table at \(table.start) of cell \(owner.id)")
      }
    }
  }
  let given = cells.reduce(into: Set<UInt64>()) { $0.formUnion($1.cell.cpus) }
  if system.root.cpus.subtracting(given).isEmpty { found.append("C1: root has no CPU left") }
  for region in realMemory(system.root) where region.start != region.guest {
    found.append("M9: root's region at \(region.start) is not 1:1")
  }
  return found
}

/// What is wrong with one cell, seen against the system alone.
func faults(of cell: NaiveCell, in system: NaiveSystem) -> [String] {
  var found: [String] = []
  if cell.name.isEmpty || !cell.nameEnds { found.append("F3: name") }
  if let architecture = cell.architecture, architecture != system.root.architecture {
    found.append("F1: another architecture than the system's")
  }
  if cell.flags & ~0xc000_0307 != 0 { found.append("F2: cell flags \(cell.flags)") }
  // A set without a CPU, or a function named twice, breaks no wall: `verify` refuses those, the core need not.
  if !cell.cpus.isSubset(of: system.root.cpus) { found.append("C1: a CPU that is not in root's set") }
  if system.root.architecture == 0 && cell.cpus.contains(0) { found.append("C1: CPU 0") }

  let communications = cell.memory.filter { $0.flags & communication != 0 && $0.start != $0.end }
  if communications.count > 1 { found.append("M4: \(communications.count) communication regions") }
  for region in communications where region.end &- region.start != 0x1000 || region.flags & dma != 0 {
    found.append("M4: communication region of \(region.end &- region.start) bytes, flags \(region.flags)")
  }
  let memory = realMemory(cell)
  for region in memory {
    if region.wraps { found.append("F4: region at \(region.start) wraps") }
    if region.flags & ~0xf_81ff != 0 { found.append("F2: region flags \(region.flags)") }
    if region.start & 0xfff != region.guest & 0xfff {
      found.append("F4: page offsets of region at \(region.start)")
    }
    if overlap(region, system.hypervisor) {
      found.append("M2: region at \(region.start) reaches hypervisor memory")
    }
    for page in system.protected where overlap(region, page) {
      found.append("M3: region at \(region.start) reaches \(page.start), which no cell may map")
    }
  }
  let mapped = cell.memory.filter { $0.start != $0.end }
  for (index, one) in mapped.enumerated() {
    for other in mapped[(index + 1)...] {
      let here = Extent(start: one.guest, end: one.guest &+ (one.end &- one.start), flags: 0)
      let there = Extent(start: other.guest, end: other.guest &+ (other.end &- other.start), flags: 0)
      let isSame =
        (one.flags | other.flags) & communication == 0 && one.start &- one.guest == other.start &- other.guest
      if overlap(here, there) && !isSame {
        found.append("M6: guest-physical \(one.guest) and \(other.guest)")
      }
    }
  }
  for range in cell.ports where range.start != range.end {
    if range.end > 0x1_0000 { found.append("I1: ports \(range.start) to \(range.end)") }
    if system.root.architecture == 0 && overlap(range, Extent(start: 0xcf8, end: 0xd00, flags: 0)) {
      found.append("I3: PCI configuration or reset ports")
    }
    let power = Extent(start: system.timer &- 4, end: system.timer, flags: 0)
    if system.root.architecture == 0 && system.timer >= 4 && overlap(range, power) {
      found.append("I3: PM1 control")
    }
  }
  for chip in cell.chips
  where system.root.architecture == 0 && !system.root.chips.contains(where: { $0.address == chip.address }) {
    found.append("D5: chip \(chip.address), which root does not list")
  }
  if cell.caches.count > 1 || cell.caches.contains(where: { $0.end > 32 || $0.start == $0.end }) {
    found.append("C3: cache regions")
  }
  if let own = system.root.caches.first {
    for cache in cell.caches where cache.start < own.start || own.end < cache.end {
      found.append("C3: cache bits that are not root's")
    }
  }
  return found
}

/// What two cells must not both have.
func conflicts(_ one: NaiveCell, _ other: NaiveCell, _ system: NaiveSystem) -> [String] {
  var found: [String] = []
  if one.name == other.name { found.append("F3: same name") }
  if !one.cpus.isDisjoint(with: other.cpus) { found.append("C1: a CPU") }
  for a in realMemory(one) {
    for b in realMemory(other) where overlap(a, b) {
      let isChannel = a.flags & b.flags & rootShared != 0 && (a.flags | b.flags) & execute == 0
      if !isChannel { found.append("M1: memory at \(max(a.start, b.start))") }
    }
  }
  for a in one.ports {
    for b in other.ports where overlap(a, b) {
      let common = Extent(start: max(a.start, b.start), end: min(a.end, b.end), flags: 0)
      let isConsole = system.console.start <= common.start && common.end <= system.console.end
      if !isConsole { found.append("I2: port \(common.start)") }
    }
  }
  for a in one.caches {
    for b in other.caches where overlap(a, b) && a.flags & b.flags & 1 == 0 { found.append("C3: cache ways") }
  }
  if !Set(one.functions).isDisjoint(with: other.functions) { found.append("D1: a function") }
  if !Set(one.lines.map(system.line)).isDisjoint(with: other.lines.map(system.line)) {
    found.append("D5: an interrupt line")
  }
  for a in one.streams {
    for b in other.streams {
      // Of a masked stream's two halves 15 bits count.
      let masks = (a >> 16 | b >> 16) & 0x7fff
      let meets = system.hasMasks && (a ^ b) & 0x7fff & ~masks == 0
      if a == b || meets { found.append("D6: stream \(a)") }
    }
  }
  return found
}

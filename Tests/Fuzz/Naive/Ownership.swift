// SPDX-License-Identifier: Apache-2.0
// Who has a thing, by the configurations' bytes alone: what the ledger must say.

/// A kind of thing that can be had.
public enum Kind: Sendable, CaseIterable {
  case memory, port, cpu, function, line
}

/// One claim on one thing.
public struct Holding: Sendable, Hashable {
  /// Cell id; 0 is root.
  public var owner: UInt64
  /// Read, write, execute, DMA of memory (bits 0 to 3); 0 for everything else.
  public var rights: UInt64
  /// Guest-physical address of memory; 0 for everything else.
  public var guest: UInt64
  /// Makes a claim.
  public init(owner: UInt64, rights: UInt64, guest: UInt64) {
    self.owner = owner
    self.rights = rights
    self.guest = guest
  }
}

/// A thing: its kind and its one or two numbers (function: domain and bdf; line: chip and number, as
/// `NaiveSystem.line` has them).
public struct Thing: Sendable, Hashable {
  /// What it is.
  public var kind: Kind
  /// Which one.
  public var numbers: [UInt64]
  /// Names a thing.
  public init(kind: Kind, numbers: [UInt64]) {
    self.kind = kind
    self.numbers = numbers
  }
}

/// Everybody who has `thing`, root's own configuration included.
public func holders(of thing: Thing, _ system: NaiveSystem, _ cells: [Living]) -> Set<Holding> {
  var result: Set<Holding> = []
  for living in [Living(id: 0, cell: system.root)] + cells {
    let cell = living.cell
    let first = thing.numbers[0]
    func plain(_ has: Bool) {
      if has { result.insert(Holding(owner: living.id, rights: 0, guest: 0)) }
    }
    switch thing.kind {
    case .memory:
      for region in realMemory(cell) where region.start <= first && first < region.end {
        let guest = region.guest + (first - region.start)
        result.insert(Holding(owner: living.id, rights: region.flags & 0xf, guest: guest))
      }
    case .port: plain(cell.ports.contains { $0.start <= first && first < $0.end })
    case .cpu: plain(cell.cpus.contains(first))
    case .function: plain(cell.functions.contains(thing.numbers))
    case .line: plain(cell.lines.contains { system.line($0) == thing.numbers })
    }
  }
  return result
}

/// Things worth asking about: each first and last one of every range, and its neighbours outside.
public func probes(_ system: NaiveSystem, _ cells: [Living]) -> Set<Thing> {
  var result: Set<Thing> = []
  for cell in [system.root] + cells.map(\.cell) {
    for (kind, extents) in [(Kind.memory, realMemory(cell)), (.port, cell.ports)] {
      for extent in extents {
        for number in [extent.start &- 1, extent.start, extent.end &- 1, extent.end] {
          result.insert(Thing(kind: kind, numbers: [number]))
        }
      }
    }
    for cpu in cell.cpus { for n in [cpu, cpu + 1] { result.insert(Thing(kind: .cpu, numbers: [n])) } }
    for function in cell.functions { result.insert(Thing(kind: .function, numbers: function)) }
    for line in cell.lines { result.insert(Thing(kind: .line, numbers: system.line(line))) }
  }
  return result
}

// SPDX-License-Identifier: Apache-2.0
// A configuration as the oracle sees it, read from bytes with offsets of its own (docs/cell-format.md, binary form).

/// `start ..< end` of something, with the flags that came with it.
public struct Extent: Sendable, Hashable {
  /// First address or number.
  public var start: UInt64
  /// Behind the last. Not below `start`, unless the sum wrapped.
  public var end: UInt64
  /// The flag word.
  public var flags: UInt64
  /// Guest-physical start, of memory.
  public var guest: UInt64 = 0
  /// True where the end does not fit 64 bits.
  public var wraps = false
  /// Makes an extent.
  public init(start: UInt64, end: UInt64, flags: UInt64, guest: UInt64 = 0, wraps: Bool = false) {
    self.start = start
    self.end = end
    self.flags = flags
    self.guest = guest
    self.wraps = wraps
  }
}

/// A cell, root or not.
public struct NaiveCell: Sendable {
  /// 0 x86, 1 ARM, 2 ARM64; nil where the revision does not say.
  public var architecture: UInt64?
  /// Up to the terminator.
  public var name: [UInt8] = []
  /// False where 32 bytes hold no NUL.
  public var nameEnds = true
  /// The flag word.
  public var flags: UInt64 = 0
  /// Logical CPUs.
  public var cpus: Set<UInt64> = []
  /// Every region, empty ones and the communication page included.
  public var memory: [Extent] = []
  /// Bits of the capacity mask.
  public var caches: [Extent] = []
  /// (chip address, line), as in the file; `NaiveSystem.line` says which are the same.
  public var lines: [[UInt64]] = []
  /// Addresses of all chips, and their pin bases.
  public var chips: [(address: UInt64, base: UInt64)] = []
  /// I/O ports.
  public var ports: [Extent] = []
  /// (domain, bdf) of functions that exist in hardware.
  public var functions: [[UInt64]] = []
  /// MSI-X tables.
  public var tables: [Extent] = []
  /// Stream words, as in the file.
  public var streams: [UInt64] = []

  /// Reads the descriptor at `at`; nil where the arrays do not fit.
  public init?(_ all: [UInt8], at: Int, architecture: UInt64?) {
    self.architecture = architecture
    let bytes = Bytes(all: all)
    guard let flags = bytes.number(at + 44, 4), all.count >= at + 132 else { return nil }
    self.flags = flags
    name = Array(all[(at + 8)..<(at + 40)].prefix { $0 != 0 })
    nameEnds = name.count < 32
    let counts = (0..<8).compactMap { bytes.number(at + 48 + 4 * $0, 4) }.map(Int.init)
    let sizes = [1, 32, 12, 32, 4, 56, 8, 4]
    var starts: [Int] = []
    var position = at + 132
    for (count, size) in zip(counts, sizes) {
      starts.append(position)
      position += count * size
    }
    guard counts.count == 8, position <= all.count else { return nil }
    func each(_ array: Int, _ body: (Int) -> Void) {
      for index in 0..<counts[array] { body(starts[array] + index * sizes[array]) }
    }
    func get(_ offset: Int, _ width: Int) -> UInt64 { bytes.number(offset, width) ?? 0 }

    for byte in 0..<counts[0] {
      for bit in 0..<8 where all[starts[0] + byte] & (1 << UInt8(bit)) != 0 {
        cpus.insert(UInt64(byte * 8 + bit))
      }
    }
    each(1) { region in
      let (end, wraps) = get(region, 8).addingReportingOverflow(get(region + 16, 8))
      let guestWraps = get(region + 8, 8).addingReportingOverflow(get(region + 16, 8)).overflow
      memory.append(
        Extent(
          start: get(region, 8), end: end, flags: get(region + 24, 8), guest: get(region + 8, 8),
          wraps: wraps || guestWraps))
    }
    each(2) { cache in
      caches.append(
        Extent(start: get(cache, 4), end: get(cache, 4) + get(cache + 4, 4), flags: get(cache + 10, 2)))
    }
    each(3) { chip in
      chips.append((get(chip, 8), get(chip + 12, 4)))
      for pin in 0..<128 where get(chip + 16 + pin / 32 * 4, 4) & (1 << UInt64(pin % 32)) != 0 {
        lines.append([get(chip, 8), get(chip + 12, 4) + UInt64(pin)])
      }
    }
    each(4) { port in
      ports.append(Extent(start: get(port, 2), end: get(port, 2) + get(port + 2, 2), flags: 0))
    }
    each(5) { device in
      if get(device, 1) == 3 { return }
      functions.append([get(device + 2, 2), get(device + 4, 2)])
      if get(device + 40, 8) != 0 {
        let table = get(device + 40, 8)
        tables.append(Extent(start: table, end: table &+ get(device + 38, 2), flags: 0))
      }
    }
    each(7) { stream in streams.append(get(stream, 4)) }
  }

  /// Reads a cell configuration; nil where it is none.
  public init?(cell all: [UInt8]) {
    guard let (architecture, _) = head(all, new: "JHCLL", old: "JHCELL") else { return nil }
    self.init(all, at: 0, architecture: architecture)
  }
}

extension NaiveSystem {
  /// What a line is, whoever names it: an IOAPIC is its page, and on ARM there is one chip.
  public func line(_ named: [UInt64]) -> [UInt64] {
    [root.architecture == 0 ? named[0] & ~0xfff : 0, named[1]]
  }
}

/// A system configuration.
public struct NaiveSystem: Sendable {
  /// The root cell.
  public var root: NaiveCell
  /// Hypervisor memory, host-physical.
  public var hypervisor: Extent
  /// Ports of the hypervisor's own console; empty where it has none.
  public var console: Extent
  /// What no cell may map: registers of interrupt chips, IOMMUs, PCI configuration space.
  public var protected: [Extent] = []
  /// The header's flag word.
  public var flags: UInt64 = 0
  /// The PM timer's port; 0: none.
  public var timer: UInt64 = 0
  /// Stream ids carry masks (an MMU-500 exists).
  public var hasMasks = false

  /// Reads a system configuration; `assumed` is the architecture where the revision does not say.
  public init?(_ all: [UInt8], assumed: UInt64) {
    guard let (stated, revision) = head(all, new: "JHSYS", old: "JHSYST") else { return nil }
    let architecture = stated ?? assumed
    let bytes = Bytes(all: all)
    guard let root = NaiveCell(all, at: revision == 12 ? 354 : 356, architecture: architecture) else {
      return nil
    }
    self.root = root
    func get(_ offset: Int, _ width: Int) -> UInt64 { bytes.number(offset, width) ?? 0 }
    flags = get(8, 4)
    let (end, wraps) = get(12, 8).addingReportingOverflow(get(28, 8))
    hypervisor = Extent(start: get(12, 8), end: end, flags: 0, wraps: wraps)
    let ported = get(44 + 12, 2) == 2 && get(44 + 14, 2) & 1 == 0 && get(44, 8) <= 0xfff8
    console = Extent(start: ported ? get(44, 8) : 0, end: ported ? get(44, 8) + 8 : 0, flags: 0)
    let units = revision == 12 ? (architecture == 0 ? 106 : 130) : 88
    let platform = revision == 12 ? 88 : 312
    func protect(_ start: UInt64, _ size: UInt64) {
      protected.append(
        Extent(start: start & ~0xfff, end: (start &+ max(size, 1) &+ 0xfff) & ~0xfff, flags: 0))
    }
    if get(76, 8) != 0 {
      protected.append(Extent(start: get(76, 8), end: get(76, 8) &+ (get(84, 1) + 1) << 20, flags: 0))
    }
    for unit in 0..<8 {
      let base = get(units + 28 * unit + 4, 8)
      if base == 0 { break }  // The list ends here.
      protect(base, get(units + 28 * unit + 12, 4))
      if get(units + 28 * unit, 4) == 5 { hasMasks = true }
    }
    if architecture == 0 {
      timer = get(platform, 2)
      protect(0xfee0_0000, 0x1000)
    } else {
      for index in 0..<5 {
        let base = get(platform + (revision == 12 ? 2 : 4) + 8 * index, 8)
        // The redistributors: 128 KiB for each CPU number up to the highest. Of the others a page at least.
        let numbers = (root.cpus.max() ?? 0) + 1
        if base != 0 { protect(base, index == 4 ? 0x2_0000 * numbers : 0x1000) }
      }
    }
    // A chip answers in the page that its address is in.
    for chip in root.chips { protect(chip.address, 1) }
    for table in root.tables { protect(table.start, table.end &- table.start) }
  }
}

/// Architecture (nil in revisions 12 and 13) and revision; nil where signature and revision do not fit.
private func head(_ all: [UInt8], new: String, old: String) -> (UInt64?, UInt64)? {
  guard all.count >= 132 else { return nil }
  let revision = UInt64(all[6]) | UInt64(all[7]) << 8
  if all.starts(with: Array(new.utf8)), revision == 14, all[5] <= 2 { return (UInt64(all[5]), 14) }
  if all.starts(with: Array(old.utf8)), revision == 12 || revision == 13 { return (nil, revision) }
  return nil
}

// SPDX-License-Identifier: Apache-2.0
// Where the compiler puts what the machine file reserves. A function of the machine file alone, so that cells
// that are compiled on different days agree, and no cell file can move another cell.

/// The placement of all cells and links of one machine.
struct MachinePlan {
  /// Host-physical memory of each cell.
  private(set) var memory: [String: Extent] = [:]
  /// Bits of the capacity mask of each cell.
  private(set) var ways: [String: ClosedRange<Int>] = [:]
  /// Host-physical start of each link, in the order of the file; nil where it found no room.
  private(set) var linkStart: [UInt64?] = []
  /// The virtual PCI function of each link.
  private(set) var linkFunction: [PCIFunction] = []

  /// A range of host-physical memory.
  struct Extent: Hashable {
    var start: UInt64
    var size: UInt64
  }

  /// Places everything; what finds no room is an error of the machine file.
  init(_ machine: MachineFile) {
    placeMemory(machine)
    placeWays(machine)
    placeFunctions(machine)
  }

  private mutating func placeMemory(_ machine: MachineFile) {
    var free = FreeList(machine.pools.map { Extent(start: $0.start, size: $0.size) })
    // Pinned ranges first: nothing else may take their place.
    for cell in machine.cells {
      if let at = cell.at, cell.ram > 0 {
        let extent = Extent(start: at, size: cell.ram)
        if pin(extent, "cell `\(cell.name)`", cell.position, machine, &free) { memory[cell.name] = extent }
      }
    }
    for link in machine.links {
      if let at = link.at {
        let extent = Extent(start: at, size: link.size)
        _ = pin(extent, "link \(link.label)", link.position, machine, &free)
      }
    }
    for cell in machine.cells where cell.at == nil && cell.ram > 0 {
      let (alignment, phase) = Self.alignment(ram: cell.ram, architecture: machine.architecture)
      if let start = free.take(cell.ram, alignment: alignment, phase: phase) {
        memory[cell.name] = Extent(start: start, size: cell.ram)
      } else {
        full("cell `\(cell.name)`", cell.ram, cell.position, machine)
      }
    }
    for link in machine.links {
      if link.at == nil {
        let start = free.take(link.size, alignment: 4096, phase: 0)
        if start == nil { full("link \(link.label)", link.size, link.position, machine) }
        linkStart.append(start)
      } else {
        linkStart.append(link.at)
      }
    }
  }

  /// Where a cell's memory should start so that large pages fit. On x86 the first MiB appears at guest address 0
  /// and the rest at 2 MiB (the communication page lies between): then it is the rest that must be congruent.
  static func alignment(ram: UInt64, architecture: Architecture) -> (alignment: UInt64, phase: UInt64) {
    if ram < 2 << 20 { return (4096, 0) }
    return (2 << 20, architecture == .x86 ? 1 << 20 : 0)
  }

  private func pin(
    _ extent: Extent, _ what: String, _ position: TextPosition, _ machine: MachineFile, _ free: inout FreeList
  ) -> Bool {
    let overflow = extent.size == 0 || extent.start.addingReportingOverflow(extent.size - 1).overflow
    if overflow || !free.remove(extent) {
      machine.problems.error(
        .placement, "the memory of \(what) at 0x\(hex(extent.start)) is not free in `cell-memory`",
        remedy: "remove `at` to let the compiler find a place, or correct it", at: position)
      return false
    }
    return true
  }

  private func full(_ what: String, _ size: UInt64, _ position: TextPosition, _ machine: MachineFile) {
    machine.problems.error(
      .placement, "`cell-memory` has no room left for \(what) (\(Sizes.text(size)))",
      remedy: machine.pools.isEmpty
        ? "add `cell-memory: {at: …, size: …}`, memory that Linux does not use" : "enlarge `cell-memory`",
      at: position)
  }

  private mutating func placeWays(_ machine: MachineFile) {
    var used: Set<Int> = []
    for cell in machine.cells where cell.cacheWays > 0 {
      guard let total = machine.cacheWays else {
        machine.problems.error(
          .placement, "`\(cell.name)` wants ways of a cache that the machine file does not describe",
          remedy: "add `cache: {ways: 11}` (the length of the L3 capacity mask)", at: cell.position)
        return
      }
      let candidates = cell.cacheFrom.map { [$0] } ?? Array(0..<total)
      let first = candidates.first { from in
        from + cell.cacheWays <= total && (from..<from + cell.cacheWays).allSatisfy { !used.contains($0) }
      }
      guard let first else {
        machine.problems.error(
          .placement, "no \(cell.cacheWays) neighbouring ways are left for `\(cell.name)`",
          remedy: "the mask has \(total) ways; lower a share", at: cell.position)
        continue
      }
      used.formUnion(first..<first + cell.cacheWays)
      ways[cell.name] = first...first + cell.cacheWays - 1
    }
    if let total = machine.cacheWays, used.count >= total, !used.isEmpty {
      machine.problems.error(
        .placement, "the root cell is left without a way of the cache", remedy: "lower a share",
        at: machine.cachePosition)
    }
  }

  /// Virtual functions take free device numbers of bus 0, from 10 (hexadecimal) upwards.
  private mutating func placeFunctions(_ machine: MachineFile) {
    var used = Set(
      machine.functions.filter { $0.function.domain == 0 && $0.function.bus == 0 }.map(\.function.device))
    used.formUnion(machine.links.compactMap(\.function).filter { $0.bus == 0 }.map(\.device))
    var candidates = (Array(0x10..<0x20) + Array(1..<0x10)).map { UInt8($0) }
    for link in machine.links {
      if let function = link.function {
        linkFunction.append(function)
        if machine.functions.contains(where: { $0.function == function }) {
          machine.problems.error(
            .contradiction, "\(function) is a physical function", remedy: "choose a free one for the link",
            at: link.position)
        }
        continue
      }
      candidates.removeAll { used.contains($0) }
      let device = candidates.isEmpty ? 0 : candidates.removeFirst()
      if device == 0, link.form == .ivshmem {
        machine.problems.error(
          .placement, "bus 0 has no free device number for link \(link.label)",
          remedy: "choose one: `function: 01:10.0`", at: link.position)
      }
      linkFunction.append(PCIFunction(bdf: UInt16(device) << 3))
    }
  }
}

/// Free ranges, taken first-fit.
struct FreeList {
  private var ranges: [MachinePlan.Extent]

  init(_ ranges: [MachinePlan.Extent]) { self.ranges = ranges }

  /// Removes `extent` from a range that holds all of it; false if there is none.
  mutating func remove(_ extent: MachinePlan.Extent) -> Bool {
    guard
      let index = ranges.firstIndex(where: {
        $0.start <= extent.start && extent.start - $0.start <= $0.size
          && extent.size <= $0.size - (extent.start - $0.start)
      })
    else { return false }
    let range = ranges[index]
    let before = extent.start - range.start
    let after = range.size - before - extent.size
    var parts: [MachinePlan.Extent] = []
    if before > 0 { parts.append(.init(start: range.start, size: before)) }
    // The last byte of the address space may be in use: wrapping is meant, and the part is then empty.
    if after > 0 { parts.append(.init(start: extent.start &+ extent.size, size: after)) }
    ranges.replaceSubrange(index...index, with: parts)
    return true
  }

  /// Takes the first place at which `size` bytes start at `phase` modulo `alignment` (a power of two).
  mutating func take(_ size: UInt64, alignment: UInt64, phase: UInt64) -> UInt64? {
    for range in ranges {
      let gap = (phase &- range.start) & (alignment - 1)
      guard gap <= range.size, size <= range.size - gap else { continue }
      let start = range.start + gap
      return remove(.init(start: start, size: size)) ? start : nil
    }
    return nil
  }
}

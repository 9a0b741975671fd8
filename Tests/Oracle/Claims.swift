// SPDX-License-Identifier: Apache-2.0
// What configurations claim, found out from their bytes by the naive reader, which shares no code with the core: only the words by which the core
// names resources are its own.

import Core
import Naive

/// A range of resources that somebody claims, and how.
struct Item {
  var base, end: UInt64
  /// Bits as `Marks`.
  var rights: UInt64
  var keepsRoot = false
  var loadable = false
}

extension NaiveSystem {
  /// Everything that a cell of this system claims. Root (0) has no communication page.
  func items(of cell: NaiveCell, id: UInt64, communication: UInt64) -> [Item] {
    let full = Marks.read | Marks.write
    var items: [Item] = []
    // Region flags: 0x20 communication, 0x40 loadable, 0x80 ROOTSHARED.
    for region in cell.memory where region.start != region.end && region.flags & 0xf != 0 {
      if region.flags & 0x20 == 0 {
        items.append(
          Item(
            base: region.start, end: region.end, rights: region.flags & 0xf,
            keepsRoot: region.flags & 0x80 != 0, loadable: region.flags & 0x40 != 0))
      } else if id != 0 {
        let page = communication + id << 12
        items.append(Item(base: page, end: page + 0x1000, rights: region.flags & 0x3))
      }
    }
    for port in cell.ports {
      let isConsole = console.start <= port.start && port.end <= console.end && console.start != console.end
      let base = Space.port.origin + port.start
      items.append(
        Item(base: base, end: base + (port.end - port.start), rights: full, keepsRoot: id != 0 && isConsole))
    }
    func single(_ word: UInt64, _ more: UInt64 = 0) {
      items.append(Item(base: word, end: word + 1, rights: full | more))
    }
    for function in cell.functions {
      single(Space.function.origin + function[0] << 16 + function[1], Marks.dma)
    }
    for named in cell.lines {
      let own = line(named)
      single(Space.interrupt.origin + own[0] << 10 + own[1])
    }
    for stream in cell.streams { single(Space.stream.origin + stream) }
    for cpu in cell.cpus { single(Space.cpu.origin + cpu, Marks.execute) }
    for ways in cell.caches {
      let base = Space.cacheWay.origin
      items.append(
        Item(base: base + ways.start, end: base + ways.end, rights: full, keepsRoot: ways.flags & 1 != 0))
    }
    return items.filter { $0.base != $0.end }
  }

  /// What nobody but the hypervisor may reach (rules M2, M3, I3): its memory but for cells' communication pages, registers of chips
  /// and units, and ports that concern the whole machine.
  func reserved(communication: UInt64) -> [Range<UInt64>] {
    let port = Space.port.origin
    var ranges = protected.filter { $0.start < $0.end }.map { $0.start..<$0.end }
    // The first of these pages is the log's.
    let hasPages = hypervisor.start < communication && communication + 0x1000 <= hypervisor.end
    ranges.append(hypervisor.start..<(hasPages ? communication + 0x1000 : hypervisor.end))
    ranges += [(port + 0xcf8)..<(port + 0xd00), (port + 0x92)..<(port + 0x93), (port + 0xb2)..<(port + 0xb4)]
    if timer >= 4 { ranges.append((port + timer - 4)..<(port + timer)) }
    return ranges
  }
}

// SPDX-License-Identifier: Apache-2.0
// An upper bound of the pages that the hypervisor needs for a set (R16).

import CellConfig

/// What a set can need of the hypervisor's memory, in pages of 4 KiB, part by part.
public struct PageBudget: Sendable, Hashable {
  /// One part of the sum.
  public struct Part: Sendable, Hashable {
    /// What the pages are for.
    public var what: String
    /// How many.
    public var pages: UInt64
  }
  /// The parts, largest use first.
  public var parts: [Part]
  /// Pages of the configured hypervisor memory.
  public var available: UInt64
  /// The sum of the parts.
  public var needed: UInt64 { parts.reduce(0) { $0 + $1.pages } }
  /// `image 64, tables 120, …`.
  var text: String { parts.map { "\($0.what) \($0.pages)" }.joined(separator: ", ") }
}

/// The budget of the hypervisor's page pool.
public enum PagePool {
  /// Pages for the hypervisor's image, with room for growth.
  static let image: UInt64 = 64
  /// Pages per CPU: stack, VMCS, VMXON, APIC state and bitmaps' share.
  static let perCPU: UInt64 = 16
  /// Pages per cell besides tables: I/O bitmap (2), MSR bitmap (1), communication page (1), control (4).
  static let perCell: UInt64 = 8

  /// The budget of a set, both generations of tables at a switch-over included.
  public static func budget(of set: MachineSet) -> PageBudget {
    let size = set.system.hypervisorMemory.size
    let cpus = UInt64((set.root.cell.cpus.last ?? 0) + 1)
    let configuration = UInt64(set.members.reduce(0) { $0 + $1.file.binary.count } + 0xfff) / 4096
    var largest: UInt64 = 0
    var tables: UInt64 = 0
    for member in set.members {
      let pages = tablePages(set, member.index)
      tables += pages
      largest = max(largest, pages)
    }
    let perCell = UInt64(set.members.count) * perCell
    return PageBudget(
      parts: [
        PageBudget.Part(what: "page tables and DMA tables", pages: tables),
        PageBudget.Part(what: "second generation during a switch-over", pages: largest),
        PageBudget.Part(what: "CPUs", pages: cpus * self.perCPU),
        PageBudget.Part(what: "image", pages: image),
        PageBudget.Part(what: "cells (bitmaps, communication pages)", pages: perCell),
        PageBudget.Part(what: "configurations", pages: configuration),
      ], available: size / 4096)
  }

  /// An upper bound of the table pages of one cell: one root, and at each lower level one table for every slot of the
  /// level above that some region needs; the same again for DMA where the machine has an IOMMU. Regions that can use
  /// large pages need level-1 tables at their odd ends only. To be replaced by the core's own bound.
  static func tablePages(_ set: MachineSet, _ member: Int) -> UInt64 {
    let regions = set.regions.filter { $0.member == member && !$0.isSubPage }
    var pages: UInt64 = 1
    for shift in [21, 30, 39] as [UInt64] {
      let slots = regions.flatMap { region -> [(first: UInt64, last: UInt64)] in
        let (first, last) = (region.guestFirst >> shift, region.guestLast >> shift)
        let isLarge =
          shift == 21 && !region.region.flags.contains(.noHugePages)
          && (region.first ^ region.guestFirst) & 0x1f_ffff == 0
        return isLarge ? [(first, first), (last, last)] : [(first, last)]
      }
      pages += Coverage(slots).ranges.reduce(0) { $0 + ($1.last - $1.first + 1) }
    }
    return set.system.iommuUnits.isEmpty ? pages : pages * 2
  }
}

// SPDX-License-Identifier: Apache-2.0
// An upper bound of the pages that the hypervisor needs for a set (R16).

import CellConfig
import Core
import Simulator

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
    let tables = tablePages(set)
    let perCell = UInt64(set.members.count) * perCell
    return PageBudget(
      parts: [
        PageBudget.Part(what: "page tables and DMA tables", pages: tables),
        PageBudget.Part(what: "second generation during a switch-over", pages: tables),
        PageBudget.Part(what: "CPUs", pages: cpus * self.perCPU),
        PageBudget.Part(what: "image", pages: image),
        PageBudget.Part(what: "cells (bitmaps, communication pages)", pages: perCell),
        PageBudget.Part(what: "configurations", pages: configuration),
      ], available: size / 4096)
  }

  /// The core's own bound of the table pages of the whole set, for CPUs, and for devices where the machine has an IOMMU.
  /// The ledger is that of all members together, whether the core admits them or not.
  static func tablePages(_ set: MachineSet) -> UInt64 {
    tablePages(set, devices: !set.system.iommuUnits.isEmpty)
  }
  /// The same, with or without tables for devices.
  static func tablePages(_ set: MachineSet, devices: Bool) -> UInt64 {
    let claims = memoryClaims(set)
    let machine = Simulator<UInt64>(
      Simulator<UInt64>.Options(rows: max(1, claims.count), cells: 1))
    for (row, claim) in claims.enumerated() {
      machine.write(.nextBase, UInt64(row), claim.base)
      machine.write(.nextEnd, UInt64(row), claim.end)
      machine.write(.nextOwner, UInt64(row), claim.owner)
      machine.write(.nextMarks, UInt64(row), claim.marks)
      machine.write(.nextGuest, UInt64(row), claim.guest)
    }
    do throws(Refusal<UInt64>) {
      return try machine.tablePages(
        .next, rows: UInt64(claims.count), owners: UInt64(set.members.count),
        devices: devices, pool: Pool.most)
    } catch {
      // More than all of physical memory: no pool is large enough.
      return Pool.most
    }
  }

  /// What the members map, and what the hypervisor keeps; without regions that rule F4 reports as impossible.
  private static func memoryClaims(_ set: MachineSet) -> [Core.Claim<UInt64>] {
    var claims: [Core.Claim<UInt64>] = []
    for fact in set.regions where !fact.isCommunication && fact.region.size > 0 {
      guard fact.last < Limit.physical, fact.guestLast < Limit.physical else { continue }
      let flags = fact.region.flags
      var marks = flags.rawValue & Marks.rights | Marks.mapped
      if marks & Marks.rights == 0 { continue }
      if fact.isSubPage { marks |= Marks.subPage }
      if flags.contains(.noHugePages) { marks |= Marks.smallPages }
      claims.append(
        Core.Claim(
          base: fact.first, end: fact.last + 1, owner: UInt64(fact.member), marks: marks,
          guest: fact.guestFirst))
    }
    let kept = (set.hypervisor.map { [($0.first, $0.last)] } ?? []) + set.neverMap.map { ($0.first, $0.last) }
    for (first, last) in kept where last < Limit.physical {
      claims.append(
        Core.Claim(base: first, end: last + 1, owner: Owner.hypervisor, marks: Marks.read | Marks.write))
    }
    return claims
  }
}

// SPDX-License-Identifier: Apache-2.0
// Which tables a bound is about, and for whom.

/// The two sets of tables that the ledger is compiled into. Both have four levels of 512 slots.
public enum TableKind: Sendable {
  /// Walked by CPUs: extended page tables, guest-physical to host-physical.
  case processor
  /// Walked by devices: second-level tables of the IOMMU. Only claims with `Marks.dma` are in them.
  case device

  /// Pages of 4 KiB that each owner's tables have whatever he claims. One is the root. For CPUs, the hypervisor maps two
  /// pages that no claim names, with a table at each of three levels: the communication page and the page of the local APIC.
  @inlinable public var fixed: UInt64 { self == .processor ? 7 : 1 }
}

/// Whose tables.
public enum TableScope<W: Word>: Sendable {
  /// One owner's: a cell's, or root's.
  case owner(W)
  /// Those of all owners together.
  case everyone
}

/// Address bits below the slots of a level; a table at the level maps 2^bits bytes.
enum TableBits {
  static var level1: UInt64 { 21 }
  static var level2: UInt64 { 30 }
  static var level3: UInt64 { 39 }
  static var level4: UInt64 { 48 }
}

extension TableScope {
  /// The tables map what this claim says.
  func includes(_ claim: Claim<W>) -> W.Condition {
    switch self {
    case .owner(let owner): claim.owner .== owner
    case .everyone: claim.owner .!= W(known: Owner.hypervisor)
    }
  }
  /// Root's tables are among them.
  var includesRoot: W.Condition {
    switch self {
    case .owner(let owner): owner .== W(known: Owner.root)
    case .everyone: W.Condition(known: true)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
// The simulator's ledger as values, for tools and tests.

import Core

/// A claim in force, as numbers.
public struct LedgerRow: Sendable, Hashable {
  /// First resource (`Space` in the upper four bits) and end, exclusive.
  public let base: UInt64
  public let end: UInt64
  /// Cell id, or `Owner.hypervisor`.
  public let owner: UInt64
  /// `Marks`.
  public let marks: UInt64
  /// Guest-physical start.
  public let guest: UInt64
}

extension Simulator {
  /// The claims of a generation; of the current one, those in force.
  public func ledger(_ generation: Generation = .current) -> [LedgerRow] {
    let count =
      generation == .current
      ? read(.registers, W(known: Register.claimCount)).known : UInt64(options.rows)
    return (0..<count).map { row in
      let claim = claim(generation, W(known: row))
      return LedgerRow(
        base: claim.base.known, end: claim.end.known, owner: claim.owner.known,
        marks: claim.marks.known, guest: claim.guest.known)
    }
  }

  /// One claim of the generation that was under construction when a request was refused.
  public func candidate(_ row: UInt64) -> LedgerRow? {
    guard row < UInt64(options.rows) else { return nil }
    let claim = claim(.next, W(known: row))
    return LedgerRow(
      base: claim.base.known, end: claim.end.known, owner: claim.owner.known,
      marks: claim.marks.known, guest: claim.guest.known)
  }

  /// The phase of a cell (`Phase`).
  public func phase(of cell: UInt64) -> UInt64 { read(.phase, W(known: cell)).known }
}

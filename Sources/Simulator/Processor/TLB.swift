// SPDX-License-Identifier: Apache-2.0
// What a CPU has cached of translations. SDM vol. 3C, 29.4. Promise: what is cached lives as long as the manual lets it (29.4.3), and of
// several answers that a processor may give, the one is taken that shows a stale translation, if there is one.

/// Cached translations of one CPU, for guests whose linear addresses are their physical ones.
public struct TLB {
  /// A page: a guest-physical mapping (no VPID), or a combined one (29.4.1).
  struct Page: Equatable {
    let tables: UInt64
    let vpid: UInt64?
    let start: UInt64
    let size: UInt64
    let host: UInt64
    let rights: UInt64
    func covers(_ address: UInt64) -> Bool { start <= address && address - start < size }
  }
  /// An entry for a table: a paging-structure cache's. `shift` is the size of what the table's entries map.
  struct Structure: Equatable {
    let tables: UInt64
    let start: UInt64
    let shift: UInt64
    let table: UInt64
    let rights: UInt64
    func covers(_ address: UInt64) -> Bool { address >> (shift + 9) == start >> (shift + 9) }
  }
  /// What an access comes to.
  public struct Translation: Equatable, Sendable {
    /// Host-physical address and rights; no rights at all where nothing is there.
    public let host: UInt64
    public let rights: UInt64
    /// What is wrong with an entry: an EPT misconfiguration.
    public let wrong: String?
  }

  private(set) var pages: [Page] = []
  private(set) var structures: [Structure] = []

  /// Drops everything: all-context INVEPT (29.4.3.4).
  mutating func dropAll() {
    pages = []
    structures = []
  }
  /// Drops combined mappings of a VPID: MOV to CR3 and its like do so of the guest's own (29.4.3.1).
  mutating func dropCombined(vpid: UInt64) { pages.removeAll { $0.vpid == vpid } }
  /// INVLPG.
  mutating func dropCombined(vpid: UInt64, at address: UInt64) {
    pages.removeAll { $0.vpid == vpid && $0.covers(address) }
  }
  /// An EPT violation drops what it was found by (29.4.3.1).
  private mutating func dropViolated(_ tables: UInt64, _ vpid: UInt64, _ address: UInt64) {
    pages.removeAll {
      $0.tables == tables && $0.covers(address) && ($0.vpid == nil || $0.vpid == vpid)
    }
    structures.removeAll { $0.tables == tables && $0.covers(address) }
  }

  /// Translates, and caches what it has walked. `tables`: bits 51:12 of the EPT pointer; `rights`: what the access needs.
  mutating func translate(
    _ address: UInt64, needs rights: UInt64, tables: UInt64, vpid: UInt64, by walker: EPTWalker
  ) -> Translation {
    let fresh = Self.translation(walker.walk(root: tables, to: address))
    var answers = pages.filter {
      $0.tables == tables && ($0.vpid == nil || $0.vpid == vpid) && $0.covers(address)
    }.map { Translation(host: $0.host + (address - $0.start), rights: $0.rights, wrong: nil) }
    for known in structures where known.tables == tables && known.covers(address) {
      let outcome = walker.walk(from: known.table, shift: known.shift, rights: known.rights, to: address)
      answers.append(Self.translation(outcome))
    }
    let grants = answers.filter { $0.rights & rights == rights && $0.wrong == nil }
    if let stale = grants.first(where: { $0.host != fresh.host || fresh.rights & rights != rights }) {
      return stale
    }
    if fresh.wrong == nil && fresh.rights & rights == rights {
      remember(address, tables, vpid, walker)
      return fresh
    }
    dropViolated(tables, vpid, address)
    return fresh
  }

  /// Addresses of which something is cached that the tables do not grant, or grant no more.
  func stale(_ access: UInt64, tables: UInt64, vpid: UInt64, by walker: EPTWalker) -> [UInt64] {
    let known = pages.filter { $0.tables == tables && ($0.vpid == nil || $0.vpid == vpid) }.map(\.start)
    let below = structures.filter { $0.tables == tables }.map(\.start)
    return (known + below).filter { address in
      var copy = self
      let fresh = Self.translation(walker.walk(root: tables, to: address))
      let found = copy.translate(address, needs: access, tables: tables, vpid: vpid, by: walker)
      return found.wrong == nil && found.rights & access == access && found != fresh
    }
  }

  /// Caches a translation that nobody has asked for, as processors do.
  mutating func speculate(_ address: UInt64, tables: UInt64, vpid: UInt64, by walker: EPTWalker) {
    remember(address, tables, vpid, walker)
  }

  private static func translation(_ outcome: EPTWalker.Outcome) -> Translation {
    switch outcome {
    case .mapped(let host, let rights, _, _, _): Translation(host: host, rights: rights, wrong: nil)
    case .violation: Translation(host: 0, rights: 0, wrong: nil)
    case .misconfiguration(let what): Translation(host: 0, rights: 0, wrong: what)
    }
  }

  private mutating func remember(
    _ address: UInt64, _ tables: UInt64, _ vpid: UInt64, _ walker: EPTWalker
  ) {
    for step in walker.path(root: tables, to: address) {
      let start = (address >> (step.shift + 9)) << (step.shift + 9)
      let known = Structure(
        tables: tables, start: start, shift: step.shift, table: step.table, rights: step.rights)
      if !structures.contains(known) { structures.append(known) }
    }
    guard case .mapped(let host, let rights, let size, _, _) = walker.walk(root: tables, to: address) else {
      return
    }
    let offset = address & (size - 1)
    for tag in [nil, vpid] {
      let page = Page(
        tables: tables, vpid: tag, start: address - offset, size: size, host: host - offset, rights: rights)
      if !pages.contains(page) { pages.append(page) }
    }
  }
}

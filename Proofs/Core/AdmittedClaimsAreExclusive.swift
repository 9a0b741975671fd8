// SPDX-License-Identifier: Apache-2.0
// Theorem. If admission accepts a list of claims, then any two of them that have different owners have no resource in
// common, unless both are marked as shareable or one of them is root's base layer. This holds for any number of claims
// and whatever the tables held before. Admission ends, touches nothing but its scratch tables, cannot trap, and when it
// refuses because of a conflict, the two claims that it names really overlap.
//
// The second theorem says the same of a cell's guest-physical map: no address is mapped to two places.

import Core
import Symbolic

extension Admission {
  /// Of claims, keyed by owner.
  static let claims = theorem(
    .claims, .admitClaims, name: "admitted-claims-are-exclusive",
    statement: """
      If admission accepts, any two claims of different owners have no resource in common, unless both are marked \
      shareable or one is root's base layer: for any number of claims. Whoever is blamed for a conflict is to blame.
      """, properties: ["P1", "P2", "P14", "P15", "P17", "P18"])

  /// Of guest-physical ranges, keyed by what they are mapped to.
  static let guest = theorem(
    .guest, .admitGuestRanges, name: "admitted-guest-maps-are-functions",
    statement: """
      If admission accepts a cell's memory regions, no guest-physical address is mapped to two places: for any \
      number of regions.
      """, properties: ["P3", "P17", "P18"])

  private static func theorem(
    _ view: View, _ step: ProvedStep, name: String, statement: String, properties: [String]
  ) -> CoreTheorem {
    CoreTheorem(
      name: name, statement: statement, properties: properties, openSteps: [step],
      refusals: [view == .claims ? .conflict : .guestConflict, .ledgerUnsorted],
      loops: [.sortStart, .sortPasses, .sortMerge, .ranking, .covered, .sweep],
      run: { machine throws(Refusal<SymbolicWord>) in
        let count = SymbolicWord(machine.explorer.constant("count"))
        do throws(Refusal<SymbolicWord>) {
          try machine.admit(view, count: count)
        } catch {
          blame(error, view, machine)
          throw error
        }
      }, keepsInvariant: false)
  }

  /// Whoever is blamed for a conflict is to blame: the two ranges have a word in common.
  private static func blame(_ refusal: Refusal<SymbolicWord>, _ view: View, _ machine: SymbolicMachine) {
    guard refusal.reason == .conflict || refusal.reason == .guestConflict else { return }
    let explorer = machine.explorer
    let overlap = explorer.specifying {
      let base = machine.peek(view.base, refusal.subject)
      return (machine.peek(view.base, refusal.other) .<= base)
        .& (base .< machine.peek(view.end, refusal.other))
    }
    explorer.prove("the blamed ranges overlap", overlap)
  }
}

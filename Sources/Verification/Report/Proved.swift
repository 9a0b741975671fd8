// SPDX-License-Identifier: Apache-2.0
// What was proved of a set, as sentences that every format prints.

import Core

/// One statement that holds for a set, and how it was established.
public struct Statement: Sendable, Hashable {
  /// The property's number (properties: P1 …).
  public var property: String
  /// The statement.
  public var text: String
  /// What established it: `the core's run`, `Z3`.
  public var by: String
}

extension SetOutcome {
  /// What holds for the set; empty where anything failed.
  public var proved: [Statement] {
    guard admission.holds, let confirmation, confirmation.holds, tables?.holds ?? true else { return [] }
    var list: [Statement] = []
    func add(_ property: String, _ by: String, _ text: String) {
      list.append(Statement(property: property, text: text, by: by))
    }
    let used = confirmation.spaces.filter { $0.claims > 0 }
    let nouns = used.map(\.space.noun)
    add("P1", "Z3", "every \(alternatives(nouns)) \(Property.exclusive.sentence)")
    add("P5", "Z3", "every \(alternatives(nouns)) \(Property.exact.sentence)")
    if used.contains(where: { $0.space == .memory }) {
      if set.hypervisor != nil {
        add("P2", "Z3", "every host-physical address \(Property.hypervisor.sentence)")
      }
      add("P14", "Z3", "every host-physical address and port \(Property.forbidden.sentence)")
      add("P15", "Z3", "every \(alternatives(nouns)) \(Property.channels.sentence)")
    }
    if used.contains(where: { $0.space == .port }) {
      add("P10", "Z3", "no cell owns a port past 0xffff")
    }
    add(
      "P19", "the core's run",
      "\(counted(admission.steps, "request")) through every cell's life, created in both orders: all admitted, same ledger"
    )
    add(
      "P8", "the core's run",
      "what a destroyed cell had was scrubbed, channels aside, below 4 GiB of host-physical memory")
    add("P22", "the core's run", "no region's end wraps around")
    if let tables, tables.holds {
      let by = "Z3, of tables that the core built"
      add(
        "P4", by,
        "after \(counted(tables.moments, "request")), every guest-physical address of every cell leads nowhere but where its "
          + "configuration says, with no more rights: not to the hypervisor's memory, not to a table, not to what another cell has for itself"
      )
      add("P5", by, "and wherever its configuration says, it leads there, with these rights")
      add("P10", by, "every I/O port is open to a cell exactly where its configuration says")
      add("P11", by, "every MSR that does not exit is one of the list, and every one of the list does not")
    }
    return list.sorted { number($0) < number($1) }
  }

  private func number(_ statement: Statement) -> Int { Int(statement.property.dropFirst()) ?? 0 }

  private func alternatives(_ nouns: [String]) -> String {
    guard let last = nouns.last, nouns.count > 1 else { return nouns.first ?? "resource" }
    return nouns.dropLast().joined(separator: ", ") + " or " + last
  }
}

extension Duration {
  /// `14 ms`, `0.3 ms`, `2.1 s`.
  var text: String {
    let microseconds = components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    if microseconds < 10_000 { return "\(microseconds / 1000).\(microseconds % 1000 / 100) ms" }
    if microseconds < 1_000_000 { return "\(microseconds / 1000) ms" }
    return "\(microseconds / 1_000_000).\(microseconds % 1_000_000 / 100_000) s"
  }
}

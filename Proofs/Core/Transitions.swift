// SPDX-License-Identifier: Apache-2.0
// Theorems about the transitions of the core: enable, create, set-loadable, load, start, shut down, fail, destroy,
// disable. From any state that satisfies the invariant (CoreInvariant.swift), along every path: no trap is reachable; an
// error leaves every table as it was and nothing scrubbed; success keeps the invariant, which says that any two claims
// of different owners are disjoint, or both shareable, or one is root's base layer.

import Core
import Symbolic

extension Lifecycle {
  static func word(_ name: String, _ machine: SymbolicMachine) -> SymbolicWord {
    SymbolicWord(machine.explorer.constant(name))
  }
  static func simple(
    _ name: String, _ statement: String, refusals: [Reason], loops: [Loop] = [],
    _ run: @escaping @Sendable (SymbolicMachine, SymbolicWord) throws(Refusal<SymbolicWord>) -> Void
  ) -> CoreTheorem {
    CoreTheorem(
      name: name, statement: statement, properties: ["P17", "P19"], refusals: refusals, loops: loops,
      run: { machine throws(Refusal<SymbolicWord>) in try run(machine, word("cell", machine)) },
      success: { proof in proof.assumeInvariant(at: [proof.first, proof.second]) })
  }
  static let setLoadable = simple(
    "set-loadable",
    "set-loadable: no trap is reachable, a refusal changes nothing, success keeps the invariant of the ledger.",
    refusals: [.notEnabled, .badCell, .noSuchCell]
  ) { m, c throws(Refusal<SymbolicWord>) in
    try m.setLoadable(c, caller: word("caller", m))
  }
  static let start = simple(
    "start",
    "start: no trap is reachable, a refusal changes nothing, success keeps the invariant of the ledger.",
    refusals: [.notEnabled, .notLoaded]
  ) { m, c throws(Refusal<SymbolicWord>) in try m.start(c, caller: word("caller", m)) }
  static let shutDown = simple(
    "shut-down",
    "shut-down: no trap is reachable, a refusal changes nothing, success keeps the invariant of the ledger.",
    refusals: [.wrongPhase]
  ) { m, c throws(Refusal<SymbolicWord>) in try m.shutDown(by: c) }
  static let fail = simple(
    "fail",
    "fail: no trap is reachable, a refusal changes nothing, success keeps the invariant of the ledger.",
    refusals: [.wrongPhase]
  ) { m, c throws(Refusal<SymbolicWord>) in try m.fail(c) }
  static let disable = simple(
    "disable",
    "disable: no trap is reachable, a refusal changes nothing, success keeps the invariant of the ledger.",
    refusals: [.cellsExist]
  ) { m, c throws(Refusal<SymbolicWord>) in try m.disable(caller: c) }
  static let load = simple(
    "load",
    "load: no trap is reachable, a refusal changes nothing, success keeps the invariant of the ledger.",
    refusals: [.notLoadable]
  ) { m, c throws(Refusal<SymbolicWord>) in
    _ = try m.load(c, target: word("target", m), size: word("size", m), caller: word("caller", m))
  }
  static let destroy = CoreTheorem(
    name: "destroy",
    statement:
      "destroy: no trap is reachable on any path, a refusal changes nothing, success keeps (enable: establishes) the invariant of the ledger: any two claims of different owners are disjoint or both shareable.",
    properties: ["P1", "P2", "P14", "P17", "P18", "P19", "P20"],
    run: { m throws(Refusal<SymbolicWord>) in
      try m.destroy(word("cell", m), caller: word("caller", m))
    },
    success: { proof in
      proof.assumeInvariant(at: [
        proof.machine.peek(.currentSource, proof.first), proof.machine.peek(.currentSource, proof.second),
      ])
    })
  static let create = CoreTheorem(
    name: "create",
    statement:
      "create: no trap is reachable on any path, a refusal changes nothing, success keeps (enable: establishes) the invariant of the ledger: any two claims of different owners are disjoint or both shareable.",
    properties: ["P1", "P2", "P14", "P17", "P18", "P19", "P20"],
    run: { m throws(Refusal<SymbolicWord>) in
      try m.create(word("address", m), size: word("size", m), as: word("cell", m), caller: word("caller", m))
    },
    success: { proof in
      proof.assumeInvariant(at: [
        proof.machine.peek(.currentSource, proof.first), proof.machine.peek(.currentSource, proof.second),
      ])
    })
  static let enable = CoreTheorem(
    name: "enable",
    statement:
      "enable: no trap is reachable on any path, a refusal changes nothing, success keeps (enable: establishes) the invariant of the ledger: any two claims of different owners are disjoint or both shareable.",
    properties: ["P1", "P2", "P14", "P17", "P18", "P19", "P20"],
    run: { m throws(Refusal<SymbolicWord>) in
      let assumed = word("assumed", m)
      m.explorer.assume(assumed .<= 2)
      try m.enable(word("address", m), size: word("size", m), caller: word("caller", m), assumed: assumed)
    })
}

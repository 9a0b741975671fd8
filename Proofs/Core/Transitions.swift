// SPDX-License-Identifier: Apache-2.0
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
  static let setLoadable = simple("set-loadable", "", refusals: [.notEnabled, .badCell, .noSuchCell]) { m, c throws(Refusal<SymbolicWord>) in try m.setLoadable(c) }
  static let start = simple("start", "", refusals: [.notEnabled, .notLoaded]) { m, c throws(Refusal<SymbolicWord>) in try m.start(c) }
  static let shutDown = simple("shut-down", "", refusals: [.wrongPhase]) { m, c throws(Refusal<SymbolicWord>) in try m.shutDown(c) }
  static let fail = simple("fail", "", refusals: [.wrongPhase]) { m, c throws(Refusal<SymbolicWord>) in try m.fail(c) }
  static let disable = simple("disable", "", refusals: [.cellsExist]) { m, c throws(Refusal<SymbolicWord>) in try m.disable() }
  static let load = simple("load", "", refusals: [.notLoadable]) { m, c throws(Refusal<SymbolicWord>) in
    _ = try m.load(c, target: word("target", m), size: word("size", m)) }
  static let destroy = CoreTheorem(
    name: "destroy", statement: "", properties: [],
    run: { m throws(Refusal<SymbolicWord>) in try m.destroy(word("cell", m)) },
    success: { proof in
      proof.assumeInvariant(at: [proof.machine.peek(.currentSource, proof.first), proof.machine.peek(.currentSource, proof.second)])
    })
  static let create = CoreTheorem(
    name: "create", statement: "", properties: [],
    run: { m throws(Refusal<SymbolicWord>) in
      try m.create(word("address", m), size: word("size", m), as: word("cell", m), caller: word("caller", m)) },
    success: { proof in
      proof.assumeInvariant(at: [proof.machine.peek(.currentSource, proof.first), proof.machine.peek(.currentSource, proof.second)])
    })
  static let enable = CoreTheorem(
    name: "enable", statement: "", properties: [],
    run: { m throws(Refusal<SymbolicWord>) in
      let assumed = word("assumed", m)
      m.explorer.assume(assumed .<= 2)
      try m.enable(word("address", m), size: word("size", m), caller: word("caller", m), assumed: assumed) })
}

// SPDX-License-Identifier: Apache-2.0
import Core
import Symbolic

enum Steps {
  typealias R = Refusal<SymbolicWord>
  static func word(_ name: String, _ machine: SymbolicMachine) -> SymbolicWord {
    SymbolicWord(machine.explorer.constant(name))
  }
  static func make(_ step: ProvedStep, _ name: String, _ statement: String, refusals: [Reason] = [], loops: [Loop] = [], prepare: @escaping @Sendable (SymbolicMachine) -> Void = { _ in },
    run: @escaping @Sendable (SymbolicMachine) throws(R) -> Void) -> CoreTheorem {
    CoreTheorem(name: name, statement: statement, properties: ["P17", "P18", "P19"], openSteps: [step], refusals: refusals, loops: loops, prepare: prepare, run: run, keepsInvariant: false)
  }
  static let readCell = make(.readCell, "reader-stays-inside-cell", "", refusals: [.badSignature, .truncatedArrays]) { m throws(R) in
    _ = try m.readCell(m.anyCopy(.cell), assumed: m.any("assumed")) }
  static let readSystem = make(.readSystem, "reader-stays-inside-system", "", refusals: [.badSignature, .truncatedArrays]) { m throws(R) in
    _ = try m.readSystem(m.anyCopy(.system), assumed: m.any("assumed")) }
  static func item(_ m: SymbolicMachine, isRoot: Bool) throws(R) {
    let layout = m.anyLayout(isRoot ? .system : .cell)
    let t = m.any("t")
    m.explorer.assume(m.explorer.specifying { layout.isInside() })
    _ = try m.claim(ofItem: t, Items(layout), layout, m.anyFacts(), m.anyClaimant(isRoot: isRoot))
  }
  static func add(_ m: SymbolicMachine, isRoot: Bool) throws(R) {
    let layout = m.anyLayout(isRoot ? .system : .cell)
    m.explorer.assume(m.explorer.specifying { layout.isInside() })
    _ = try m.addItems(layout, m.anyFacts(), m.anyClaimant(isRoot: isRoot), after: m.any("kept"), gone: m.any("gone"))
  }
  static let cellItem = make(.cellItem, "cell-items", "", refusals: [.regionWraps]) { m throws(R) in try item(m, isRoot: false) }
  static let rootItem = make(.rootItem, "root-items", "", refusals: [.rootNotIdentity]) { m throws(R) in try item(m, isRoot: true) }
  static let keep = make(.keepClaims, "keep", "", loops: [.keepClaims]) { m throws(R) in
    _ = try m.keepClaims(except: m.any("gone")) }
  static let addCell = make(.addCell, "add-cell", "", loops: [.addItems]) { m throws(R) in try add(m, isRoot: false) }
  static let addRoot = make(.addRoot, "add-root", "", loops: [.addItems]) { m throws(R) in try add(m, isRoot: true) }
  static let guestMap = make(.guestMap, "guest-map", "", loops: [.guestView]) { m throws(R) in
    try m.admitGuestMap(m.anyLayout(.cell)) }
  static let protect = make(.protect, "protect", "", loops: [.protectItems]) { m throws(R) in
    _ = try m.protect(m.anySystem(), after: m.any("rows")) }
  static let protectedItem = make(.protectedItem, "protected-item", "") { m throws(R) in
    _ = try m.protectedRange(m.any("t"), m.anySystem()) }
  static let all: [CoreTheorem] = [readCell, readSystem, cellItem, rootItem, keep, addCell, addRoot, guestMap, protect, protectedItem]
}

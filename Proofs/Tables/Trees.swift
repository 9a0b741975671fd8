// SPDX-License-Identifier: Apache-2.0
// Theorems about trees: which pages they are made of, and that they say what the ledger says.

import Core
import Symbolic

/// Theorems about trees.
enum TreeTheorems {
  typealias R = Refusal<SymbolicWord>

  static func make(
    _ step: ProvedStep, _ name: String, _ statement: String, refusals: [Reason] = [], loops: [Loop] = [],
    run: @escaping @Sendable (SymbolicMachine) throws(R) -> Void
  ) -> CoreTheorem {
    CoreTheorem(
      name: name, statement: statement, properties: ["P3", "P4", "P5", "P17", "P18"], openSteps: [step],
      refusals: refusals, loops: loops, run: run, keepsInvariant: false)
  }
  static func path(_ m: SymbolicMachine) -> TablePath<SymbolicWord> {
    TablePath(tree: m.any("tree"), root: m.any("root"))
  }
  static func source(_ m: SymbolicMachine) -> TreeSource<SymbolicWord> {
    TreeSource(rows: m.any("rows"), owner: m.any("owner"), opens: m.any("opens"), closes: m.any("closes"))
  }

  static let collect = make(
    .collectPages, "pages-are-freed",
    "After collecting, every page of the pool is free or belongs to a tree that is there; trees that are there stay whole; no trap.",
    loops: [.deadTrees, .freePages]
  ) { m throws(R) in try m.collectPages() }
  static let plant = make(
    .plantTree, "trees-begin-empty", "A new tree maps nothing, and shares no page with any other; no trap.",
    refusals: [.poolTooSmall]
  ) { m throws(R) in _ = try m.plantTree(m.any("tree")) }
  static let taken = make(
    .takenRanges, "taken-is-noted",
    "In root's tree exactly those pages are noted as taken of which somebody else's claim takes a byte, as things will be; no trap.",
    loops: [.fillTaken]
  ) { m throws(R) in try m.fillTaken(path(m), m.explorer.fork("next") ? .next : .current, source(m)) }
  static let mapped = make(
    .mappedRanges, "mapped-is-claimed",
    """
    Every address that was not taken is mapped exactly as the first claim of the owner says that covers it, with its rights and no more, \
    and not at all where none does; no trap.
    """,
    refusals: [.regionMisaligned, .writeWithoutRead, .executeWithoutRead, .rootNotIdentity],
    loops: [.fillRows]
  ) { m throws(R) in try m.fillMapped(path(m), m.explorer.fork("next") ? .next : .current, source(m)) }

  static let built = make(
    .buildTree, "trees-are-the-ledger",
    """
    A tree that was built grants, at every guest-physical address, what the first claim of its owner grants that covers it; nothing where none \
    does; root's nothing of which somebody else's claim takes a byte; no trap. It may be refused for want of pages.
    """,
    refusals: [.poolBroken]
  ) { m throws(R) in
    _ = try m.buildTree(m.any("tree"), m.explorer.fork("next") ? .next : .current, source(m))
  }

  static let all = [collect, plant, taken, mapped, built]
}

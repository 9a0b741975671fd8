// SPDX-License-Identifier: Apache-2.0
// Theorems: what the page tables in force say is what the ledger in force says. In plain words: at every moment between two
// transitions, for every living cell and every guest-physical address: where the cell's tables grant something, a claim of the cell
// grants exactly that (the same memory, the same rights), and in root's case no other cell's claim takes a byte of the page; where a claim of
// the cell grants something, the tables grant something, unless root lost it to a claim that is named. Each transition keeps it so,
// whether it succeeds or refuses, and however it fails on the way. (P4, P5, P2, P19.)
//
// Each rests on the theorem about the same transition ("create" for "tables-after-create"), which runs the same code from a state of which
// less is known: no trap is reachable, loops keep their invariants, steps get what they require. Only what is said of tables is shown here.
//
// The tree, the address and the row are arbitrary. Which row the tables speak by is a witness: that there was one is the hypothesis,
// and the proof names one for afterwards: the builder's, or where the rebuild of the ledger put the old one.

import Core
import Symbolic

/// Theorems that the tables in force stay true, one for each transition that changes tables or what they must say.
enum TreesStayTrue {
  typealias W = SymbolicWord

  /// The invariant of one arbitrary tree, by a row that is its witness, at a row.
  static func holds(_ m: SymbolicMachine, by: W, at row: W) -> SymbolicTruth {
    let (isAsked, parts) = Self.parts(m, by: by, at: row)
    return isAsked ==> parts.reduce(.known(true)) { $0 .& $1 }
  }

  /// When it is asked for, and its parts.
  private static func parts(
    _ m: SymbolicMachine, by: W, at row: W
  ) -> (isAsked: SymbolicTruth, parts: [SymbolicTruth]) {
    let tree = m.arbitrary(Ghost.tree)
    let rooting = m.rooting(of: tree)
    let source = TreeSource<W>(rows: m.peek(.registers, W(known: Register.claimCount)), owner: tree >> 1)
    let isSaid = m.says(rooting.root &- 1, by, row, .current, source)
    let isEnabled = m.peek(.registers, W(known: Register.enabled)) .== 1
    let parts = isSaid.term(in: m.explorer.context).conjuncts.map(SymbolicTruth.init)
    return (isEnabled .& m.hasPool .& m.isInForce(tree), [rooting.isSound .== 1] + parts)
  }

  /// Takes the invariant for granted; returns what shows it again.
  @Sendable static func keep(
    _ m: SymbolicMachine, _ chosen: @escaping @Sendable (SymbolicMachine) -> W?
  ) -> @Sendable (SymbolicMachine, Bool) -> Void {
    // There is a row `by`, for this tree and address; of it the invariant holds at every `row`.
    let (by, row) = (m.any("by"), m.explorer.universal("row"))
    for ghost in [Ghost.tree, Ghost.address] { m.explorer.bind(m.arbitrary(ghost)) }
    m.explorer.assume(m.explorer.specifying { holds(m, by: by, at: row) })
    let follower = TreeFollower(m)
    m.onTaken = { follower.follow($0) }
    return { m, succeeded in show(m, by: by, row: row, succeeded, chosen(m)) }
  }

  private static func show(_ m: SymbolicMachine, by: W, row: W, _ succeeded: Bool, _ chosen: W?) {
    let explorer = m.explorer
    let here = m.arbitrary(Ghost.firstRow)
    let tree = m.arbitrary(Ghost.tree)
    guard succeeded, m.results[.buildTree] != nil else {
      // Nothing was put in force, and the ledger is the old one.
      show(m, "tables: they say what the ledger says", if: .known(true), by: by, at: row)
      return
    }
    let isRebuilt = m.results[.keepClaims] != nil
    let isBuilt = m.wasBuilt(tree)
    let mapped = m.peek(.mappedBy, tree)
    // The ghosts are arbitrary, so they may be chosen.
    show(
      m, "tables: those that were built say what the ledger says", if: isBuilt, by: mapped, at: here,
      choosing: [(m.arbitrary(Ghost.secondRow), mapped), (m.arbitrary(Ghost.oldRow), chosen ?? by)])
    show(
      m, "tables: those that were not built say what the ledger says", if: .!isBuilt,
      by: isRebuilt ? m.peek(.place, by) : by, at: here,
      choosing: [
        (row, explorer.specifying { isRebuilt ? m.peek(.currentSource, here) : here }),
        (m.arbitrary(Ghost.oldRow), chosen ?? by),
      ])
  }

  /// Shows the invariant part by part.
  private static func show(
    _ m: SymbolicMachine, _ name: String, if condition: SymbolicTruth, by: W, at row: W,
    choosing choices: [Explorer.Choice] = []
  ) {
    let (isAsked, parts) = m.explorer.specifying { Self.parts(m, by: by, at: row) }
    for part in parts { m.explorer.prove(name, (condition .& isAsked) ==> part, choosing: choices) }
  }

  static func make(
    _ transition: CoreTheorem, _ chosen: @escaping @Sendable (SymbolicMachine) -> W? = { _ in nil }
  ) -> CoreTheorem {
    var theorem = transition
    theorem.name = "tables-after-\(transition.name)"
    theorem.statement =
      "\(transition.name) keeps the tables in force true to the ledger, for every cell and address, also where it refuses."
    theorem.properties = ["P2", "P4", "P5", "P19"]
    theorem.success = { _ in }
    theorem.refines = { _ in }
    theorem.showsLedger = false
    theorem.shows = { $0.hasPrefix("tables: ") }
    theorem.keeps = { keep($0, chosen) }
    return theorem
  }

  static let all =
    [
      // That a cell is absent after enable is known of an arbitrary one.
      make(Lifecycle.enable) { $0.arbitrary(Ghost.tree) >> 1 }
    ]
    + [
      // Not yet create and destroy, whose proofs take minutes: CAVEATS.md says what that leaves open.
      Lifecycle.setLoadable, Lifecycle.start, Lifecycle.load,
      Lifecycle.shutDown, Lifecycle.fail, Lifecycle.failCPU, Lifecycle.disable,
    ].map { make($0) }
}

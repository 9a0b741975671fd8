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
    holds(
      m, by: by, at: row,
      said: m.walk(m.rooting(of: m.arbitrary(Ghost.tree)).root &- 1, m.arbitrary(Ghost.address)).meaning)
  }
  private static func holds(_ m: SymbolicMachine, by: W, at row: W, said: W) -> SymbolicTruth {
    let (isAsked, parts) = Self.parts(m, by: by, at: row, said: said)
    return isAsked ==> parts.reduce(.known(true)) { $0 .& $1 }
  }
  /// When it is asked for, and its parts.
  private static func parts(
    _ m: SymbolicMachine, by: W, at row: W, said: W
  ) -> (isAsked: SymbolicTruth, parts: [SymbolicTruth]) {
    let tree = m.arbitrary(Ghost.tree)
    let rooting = m.rooting(of: tree)
    let source = TreeSource<W>(rows: m.peek(.registers, W(known: Register.claimCount)), owner: tree >> 1)
    let isSaid = m.says(meaning: said, by, row, .current, source)
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
    let follower = TreeFollower(m)
    let said = follower.sight.way.meaning
    let (wasAsked, parts) = m.explorer.specifying { Self.parts(m, by: by, at: row, said: said) }
    let held = parts.map { wasAsked ==> $0 }
    m.explorer.forProofsAlone { held.forEach(m.explorer.assume) }
    m.onTaken = { follower.follow($0, returned: true) }
    m.onRefused = { follower.follow($0, returned: false) }
    let before = Before(
      by: by, row: row, said: said, wasAsked: wasAsked, held: held, rooted: follower.sight.rooted,
      tables: m.snapshot)
    return { m, succeeded in
      follower.lookAgain()
      show(m, before, follower, succeeded, chosen(m))
    }
  }

  /// What was the case before the transition.
  private struct Before: Sendable {
    /// The row by which the tables spoke; the row of which it was known; what the tables said.
    let by: W
    let row: W
    let said: W
    /// Whether the invariant was asked of the tree.
    let wasAsked: SymbolicTruth
    /// What held of it, and where it began.
    let held: [SymbolicTruth]
    let rooted: [SymbolicTruth]
    let tables: Snapshot
  }

  private static func show(
    _ m: SymbolicMachine, _ before: Before, _ follower: TreeFollower, _ succeeded: Bool, _ chosen: W?
  ) {
    let explorer = m.explorer
    let (by, row, old) = (before.by, before.row, before.tables)
    let said = follower.sight.way.meaning
    let reasons = follower.shown + before.held + before.rooted + follower.sight.rooted
    let here = m.arbitrary(Ghost.firstRow)
    let tree = m.arbitrary(Ghost.tree)
    guard succeeded, m.results[.buildTree] != nil else {
      // Nothing was put in force, and the ledger is the old one.
      let isAsked = explorer.specifying { parts(m, by: by, at: row, said: said).isAsked }
      let saysSame = isAsked ==> (said .== before.said)
      explorer.prove("tables: they say what they said", saysSame, by: reasons)
      show(
        m, "tables: they say what the ledger says", if: .known(true), by: by, at: row, said: said,
        because: reasons + [saysSame])
      return
    }
    let isRebuilt = m.results[.keepClaims] != nil
    let isBuilt = m.wasBuilt(tree)
    let isAsked = explorer.specifying { parts(m, by: by, at: row, said: said).isAsked }
    let isOld = .!isBuilt .& isAsked
    let oldRow: Explorer.Choice = (m.arbitrary(Ghost.oldRow), chosen ?? by)
    let wasInForce = isOld ==> before.wasAsked
    explorer.prove(
      "tables: those that were not built were in force", wasInForce, choosing: [oldRow])
    let saysSame = isOld ==> (said .== before.said)
    explorer.prove(
      "tables: those that were not built say what they said", saysSame, choosing: [oldRow],
      by: reasons + [wasInForce])
    let isCells = isOld ==> explorer.specifying { (tree >> 1) .!= 0 }
    explorer.prove("tables: root's in force was built", isCells)
    var ofOld = reasons + [wasInForce, saysSame, isCells]
    let byNow = isRebuilt ? m.peek(.place, by) : by
    let source = explorer.specifying { isRebuilt ? m.peek(.currentSource, here) : here }
    if isRebuilt {
      // The rows of a cell whose tables were not built are those that it had, elsewhere.
      let kept = ofOld + (m.ensured[.keepClaims] ?? []) + (m.ensured[.addCell] ?? [])
      let isKept = explorer.specifying {
        (isOld .& said.hasAny(TableEntry.rights)) ==> isSame(m, byNow, old, by)
      }
      explorer.prove(
        "tables: the row by which they speak is kept", isKept, choosing: [oldRow], by: kept)
      let comesFrom = explorer.specifying {
        let count = m.peek(.registers, W(known: Register.claimCount))
        let isIts = (here .< count) .& (m.peek(.currentOwner, here) .== (tree >> 1))
        return (isOld .& isIts) ==> ((source .< old.count) .& isSame(m, here, old, source))
      }
      explorer.prove("tables: their rows come from rows", comesFrom, by: kept)
      ofOld += [isKept, comesFrom]
    }
    let isFollowed = isBuilt ==> follower.built.reduce(.known(false)) { $0 .| $1.condition }
    explorer.prove("tables: those that were built were followed", isFollowed)
    // The ghosts are arbitrary, so they may be chosen.
    for built in follower.built {
      let mapped = m.peek(.mappedBy, tree)
      let isBySame = built.condition ==> (mapped .== built.by)
      explorer.prove("tables: those that were built have their witness", isBySame)
      show(
        m, "tables: those that were built say what the ledger says", if: built.condition, by: mapped,
        at: here,
        said: said,
        choosing: [(m.arbitrary(Ghost.secondRow), mapped), (m.arbitrary(Ghost.oldRow), chosen ?? by)],
        because: follower.latest + [built.isSound, built.isOwners, isBySame] + built.says
          + follower.sight.rooted)
    }
    show(
      m, "tables: those that were not built say what the ledger says", if: .!isBuilt,
      by: byNow, at: here, said: said, choosing: [(row, source), oldRow], because: ofOld)
  }

  /// Row `now` of the ledger in force is row `then` of the one before.
  private static func isSame(_ m: SymbolicMachine, _ now: W, _ old: Snapshot, _ then: W) -> SymbolicTruth {
    let columns: [Table] = [.currentBase, .currentEnd, .currentOwner, .currentMarks, .currentGuest]
    let isThere = now .< m.peek(.registers, W(known: Register.claimCount))
    return columns.reduce(isThere) { $0 .& (m.peek($1, now) .== old.read($1, then)) }
  }

  /// Shows the invariant part by part.
  private static func show(
    _ m: SymbolicMachine, _ name: String, if condition: SymbolicTruth, by: W, at row: W, said: W,
    choosing choices: [Explorer.Choice] = [], because reasons: [SymbolicTruth] = []
  ) {
    let (isAsked, parts) = m.explorer.specifying { Self.parts(m, by: by, at: row, said: said) }
    for part in parts {
      m.explorer.prove(name, (condition .& isAsked) ==> part, choosing: choices, by: reasons)
    }
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
      Lifecycle.create, Lifecycle.destroy, Lifecycle.setLoadable, Lifecycle.start, Lifecycle.load,
      Lifecycle.shutDown, Lifecycle.fail, Lifecycle.failCPU, Lifecycle.disable,
    ].map { make($0) }
}

extension Snapshot {
  /// How many claims were in force.
  fileprivate var count: SymbolicWord { read(.registers, SymbolicWord(known: Register.claimCount)) }
}

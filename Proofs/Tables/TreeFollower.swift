// SPDX-License-Identifier: Apache-2.0
// Follows one arbitrary tree through a transition, and shows after each step that it is what it was, table by table on the way of the
// arbitrary address; or that it was built just now. All of it is shown, none assumed: small goals on the way to a large one, each
// with what it follows from.

import Core
import Symbolic

/// A tree that was built on this path, and what it says.
struct BuiltTree {
  typealias W = SymbolicWord
  /// The ghost's tree is this one.
  let condition: SymbolicTruth
  /// The row by which it speaks, and what it says of the arbitrary address.
  var by: W
  var meaning: W
  /// What it was built from.
  let generation: Generation
  let source: TreeSource<W>
  /// Shown: it is its owner's, and begins soundly.
  let isOwners: SymbolicTruth
  var isSound: SymbolicTruth
  /// Shown: it says what these rows say, part by part.
  var says: [SymbolicTruth] = []
}

/// Follows the ghost's tree, on one path.
final class TreeFollower: @unchecked Sendable {
  typealias W = SymbolicWord
  private let machine: SymbolicMachine
  private var explorer: Explorer { machine.explorer }
  private var tree: W { machine.arbitrary(Ghost.tree) }
  /// The tree as it was seen last.
  private(set) var sight: TreeSight
  /// What was shown on the way: what each step left alone.
  private(set) var shown: [SymbolicTruth] = []
  /// What was shown last.
  var latest: [SymbolicTruth] { Array(shown.suffix(1)) }
  /// The trees that were built.
  private(set) var built: [BuiltTree] = []

  init(_ machine: SymbolicMachine) {
    self.machine = machine
    sight = machine.explorer.forProofsAlone { TreeSight(machine) }
  }

  /// Looks again, unless the tree is what was seen last.
  func lookAgain() {
    if explorer.isCut || sight.isStill(machine) { return }
    explorer.forProofsAlone { show(.known(true), "what came last", by: []) }
  }

  /// Shows what a step has left of the tree, where it returned and where it refused.
  func follow(_ step: ProvedStep, returned: Bool) {
    if !explorer.isCut { explorer.forProofsAlone { show(step, returned) } }
  }
  private func show(_ step: ProvedStep, _ returned: Bool) {
    switch step {
    case .collectPages:
      let isInForce = explorer.specifying { machine.isInForce(tree) }
      let before = sight
      let ensured = explorer.specifying { isInForce ==> machine.isRooted(tree, as: before.rooting) }
      let rests = explorer.specifying {
        let now = machine.rooting(of: tree)
        return isInForce ==> ((now.root .== before.root) .& (now.isSound .== before.isSound))
      }
      explorer.prove(
        "tables: freeing pages leaves a tree's root where it was", rests, by: before.rooted + [ensured])
      show(isInForce, "freeing pages", by: [rests])
    case .buildTree:
      let built = machine.peek(.builtTree, 0)
      let isBuilt = explorer.specifying { built .!= 0 }
      explorer.prove("tables: a tree that is built has a number", isBuilt)
      let isAside = explorer.specifying { machine.isInForce(tree) ==> ((tree &+ 1) .!= built) }
      explorer.prove("tables: a tree that is built is not in force", isAside)
      shown.append(isAside)
      let earlier = self.built.map { showOnce($0, built, by: [isBuilt]) }
      show((tree &+ 1) .!= built, "building another tree", by: [isBuilt])
      self.built = zip(self.built, earlier).map { showStill($0, by: $1) }
      if returned { showBuilt((tree &+ 1) .== built) }
    default: break
    }
  }

  /// Shows that the tree, if it was built just now, is what its builder ensures.
  private func showBuilt(_ isBuilt: SymbolicTruth) {
    guard let path = machine.results[.buildTree] as? TablePath<W>,
      let (_, generation, source) = machine.handed[.buildTree] as? (W, Generation, TreeSource<W>),
      let ensured = machine.ensured[.buildTree]?.last
    else { return explorer.fail("tables", "a tree was built, nobody knows from what") }
    let isRooted = isBuilt ==> (sight.root .== (path.page4 &+ 1))
    explorer.prove(
      "tables: the tree that was built begins where it was planted", isRooted, by: sight.rooted + [ensured])
    let isSound = isBuilt ==> ((path.tree .== tree) .& (sight.isSound .== 1))
    explorer.prove(
      "tables: the tree that was built begins soundly", isSound, by: sight.rooted + [ensured, isRooted])
    // The way that its builder speaks of is the tree's.
    let way = TreeWay(machine, from: path.page4)
    show(isBuilt, "the tree that was built is followed", way, sight.way, by: [isRooted])
    let said = explorer.specifying {
      way.meaning .== machine.walk(path.page4, machine.arbitrary(Ghost.address)).meaning
    }
    explorer.prove("tables: the tree that was built says what its builder ensures", said, by: way.names)
    // It is whose number it has.
    let isOwners = isBuilt ==> ((tree >> 1) .== source.owner)
    explorer.prove("tables: the tree that was built is its owner's", isOwners)
    let own = TreeSource(
      rows: source.rows, owner: tree >> 1, opens: source.opens, closes: source.closes)
    built.append(
      show(
        BuiltTree(
          condition: isBuilt, by: machine.peek(.mappedBy, tree), meaning: sight.way.meaning,
          generation: generation, source: own, isOwners: isOwners, isSound: isBuilt ==> (sight.isSound .== 1)),
        "the tree that was built", by: latest + [isSound, isOwners, said, ensured]))
  }

  /// Shows that a tree that was built before is not the one that was built just now; returns that, and that it has its witness still.
  private func showOnce(
    _ tree: BuiltTree, _ built: W, by reasons: [SymbolicTruth]
  ) -> [SymbolicTruth] {
    let isOther = tree.condition ==> ((self.tree &+ 1) .!= built)
    explorer.prove("tables: no tree is built twice", isOther, by: reasons + [tree.isOwners])
    let isBySame = tree.condition ==> (machine.peek(.mappedBy, self.tree) .== tree.by)
    explorer.prove(
      "tables: building another tree leaves a tree's witness alone", isBySame, by: reasons + [isOther])
    return [isOther, isBySame]
  }

  /// Shows that a tree that was built before says still what the ledger says.
  private func showStill(_ tree: BuiltTree, by reasons: [SymbolicTruth]) -> BuiltTree {
    var now = tree
    now.by = machine.peek(.mappedBy, self.tree)
    now.meaning = sight.way.meaning
    now.isSound = tree.condition ==> (sight.isSound .== 1)
    explorer.prove(
      "tables: a tree that was built before begins soundly", now.isSound, by: shown + reasons + [tree.isSound]
    )
    return show(
      now, "a tree that was built before", by: latest + reasons + [tree.isSound] + tree.says)
  }

  /// Shows that a tree says what the rows say that it was built from.
  private func show(_ tree: BuiltTree, _ what: String, by reasons: [SymbolicTruth]) -> BuiltTree {
    var tree = tree
    let said = explorer.specifying {
      machine.says(
        meaning: tree.meaning, tree.by, machine.arbitrary(Ghost.firstRow), tree.generation, tree.source)
    }
    tree.says = said.term(in: explorer.context).conjuncts.map { tree.condition ==> SymbolicTruth($0) }
    for part in tree.says { explorer.prove("tables: \(what) says what its rows say", part, by: reasons) }
    return tree
  }

  /// Shows that the tree, if `condition` holds and it began soundly, is what was seen last; looks again for that.
  private func show(_ condition: SymbolicTruth, _ what: String, by reasons: [SymbolicTruth]) {
    let old = sight
    sight = TreeSight(machine)
    let isKept = condition .& (old.isSound .== 1)
    let isRooted = isKept ==> ((sight.root .== old.root) .& (sight.isSound .== 1))
    explorer.prove(
      "tables: \(what) leaves a tree's root alone", isRooted,
      by: reasons + old.rooted + sight.rooted + old.way.placed[0] + [old.owned[0]])
    shown.append(isRooted)
    show(isKept, "\(what) leaves a tree alone", old.way, sight.way, by: reasons + [isRooted] + old.owned)
  }

  /// Shows, table by table, that a way is the same as another.
  private func show(
    _ condition: SymbolicTruth, _ what: String, _ old: TreeWay, _ now: TreeWay, by reasons: [SymbolicTruth]
  ) {
    var facts: [SymbolicTruth] = []
    for (depth, level) in TreeWay.levels.enumerated() {
      let isSame = (now.pages[depth] .== old.pages[depth]) .& (now.entries[depth] .== old.entries[depth])
      let fact = (condition .& old.isMet(depth)) ==> isSame
      explorer.prove(
        "tables: \(what), level \(level.rawValue)", fact,
        by: reasons + facts.suffix(1) + old.placed[depth] + now.placed[depth])
      facts.append(fact)
    }
    let isSaid = condition ==> (now.meaning .== old.meaning)
    explorer.prove("tables: \(what), what it says", isSaid, by: facts + [old.meant, now.meant])
    shown.append(isSaid)
  }
}

// SPDX-License-Identifier: Apache-2.0
// Follows one arbitrary tree through a transition, and shows after each step that it is what it was, table by table on the way of the
// arbitrary address; or that it was built just now. All of it is shown, none assumed: small goals on the way to a large one, each
// with what it follows from.

import Core
import Symbolic

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
  /// The same of the trees that were built.
  private(set) var built: [SymbolicTruth] = []

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
      show((tree &+ 1) .!= built, "building another tree", by: [isBuilt])
      if returned { showBuilt((tree &+ 1) .== built) }
    default: break
    }
  }

  /// Shows that the tree, if it was built just now, is what its builder ensures.
  private func showBuilt(_ isBuilt: SymbolicTruth) {
    guard let path = machine.results[.buildTree] as? TablePath<W>,
      let ensured = machine.ensured[.buildTree]?.last
    else { return }
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
    built += [isRooted, isSound, said, ensured]
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

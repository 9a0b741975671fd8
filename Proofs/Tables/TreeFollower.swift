// SPDX-License-Identifier: Apache-2.0
// Follows one arbitrary tree through a transition, and shows after each step that it is what it was, slot by slot on the way of the
// arbitrary address; or that it was built just now. All of it is shown, none assumed: small goals on the way to a large one.

import Core
import Symbolic

/// Follows the ghost's tree.
final class TreeFollower {
  typealias W = SymbolicWord
  private let machine: SymbolicMachine
  private var explorer: Explorer { machine.explorer }
  private var tree: W { machine.arbitrary(Ghost.tree) }
  private var address: W { machine.arbitrary(Ghost.address) }
  /// Where the tree began when last seen, and the slots on the way from there: page and entry, from level 4 down.
  private var rooting: Rooting<W>
  private var entries: [(page: W, entry: W)] = []
  private var meaning: W

  init(_ machine: SymbolicMachine) {
    self.machine = machine
    (rooting, meaning) = (.nowhere, 0)
    look()
  }

  private func look() {
    explorer.specifying {
      rooting = machine.rooting(of: tree)
      var page = rooting.root &- 1
      entries = []
      for level in [TableLevel.four, .three, .two, .one] {
        let entry = machine.slot(page, address.slotNumber(level))
        entries.append((page, entry))
        page = machine.table(in: entry)
      }
      meaning = machine.walk(rooting.root &- 1, address).meaning
    }
  }

  /// Shows what the step has left of the tree.
  func follow(_ step: ProvedStep) {
    switch step {
    case .collectPages: show(explorer.specifying { machine.isInForce(tree) }, "freeing pages")
    case .buildTree:
      let built = machine.peek(.builtTree, 0)
      show((tree &+ 1) .!= built, "building another tree")
      guard let path = machine.results[.buildTree] as? TablePath<W> else { return }
      explorer.prove(
        "tables: the tree that was built begins where it was planted",
        explorer.specifying {
          ((tree &+ 1) .== built) ==> (machine.rooting(of: tree).root .== (path.page4 &+ 1))
        })
      explorer.prove(
        "tables: the tree that was built says what its builder ensures",
        explorer.specifying {
          ((tree &+ 1) .== built)
            ==> ((meaning .== machine.walk(path.page4, address).meaning) .& (path.tree .== tree)
              .& (rooting.isSound .== 1))
        })
    default: break
    }
  }

  private func show(_ condition: SymbolicTruth, _ what: String) {
    let isKept = condition .& (rooting.isSound .== 1)
    let (rootingBefore, before, meaningBefore) = (rooting, entries, meaning)
    explorer.prove(
      "tables: \(what) leaves a tree's root alone",
      explorer.specifying { isKept ==> machine.isRooted(tree, as: rootingBefore) })
    for (index, level) in [TableLevel.four, .three, .two, .one].enumerated() {
      let (page, entry) = before[index]
      let isMet = explorer.specifying {
        zip(before, [TableLevel.four, .three, .two]).prefix(index).reduce(isKept) {
          $0 .& $1.0.entry.isTable($1.1)
        }
      }
      explorer.prove(
        "tables: \(what) leaves the slots of level \(level.rawValue) alone",
        explorer.specifying { isMet ==> (machine.slot(page, address.slotNumber(level)) .== entry) })
    }
    look()
    explorer.prove("tables: \(what) leaves what a tree says alone", isKept ==> (meaning .== meaningBefore))
  }
}

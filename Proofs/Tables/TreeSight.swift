// SPDX-License-Identifier: Apache-2.0
// An arbitrary tree as it is at one moment: where it begins, and on the way of an arbitrary address the four tables, their entries, and
// what these say together. Each has a name of its own and an equation that says what it stands for, so that goals about it
// are small, and name what they follow from.

import Core
import Symbolic

extension SymbolicMachine {
  /// A name for a word, and the equation.
  fileprivate func name(_ stem: String, _ word: SymbolicWord) -> (name: SymbolicWord, says: SymbolicTruth) {
    let name = explorer.name(stem, word)
    return (name, explorer.specifying { name .== word })
  }
}

/// The way of the arbitrary address through tables, from one of level 4 on.
struct TreeWay {
  typealias W = SymbolicWord
  /// The levels, from the root down.
  static let levels: [TableLevel] = [.four, .three, .two, .one]

  /// The tables on the way, from the root down, and the entries there.
  private(set) var pages: [W] = []
  private(set) var entries: [W] = []
  /// What the entries say together.
  let meaning: W
  /// What the names stand for: of each table and its entry, of the meaning.
  private(set) var placed: [[SymbolicTruth]] = []
  let meant: SymbolicTruth
  /// Known: what may stand in the slots.
  private(set) var typed: [SymbolicTruth] = []
  /// What all names stand for.
  var names: [SymbolicTruth] { placed.flatMap { $0 } + [meant] }

  /// Goes the way as it is now.
  init(_ machine: SymbolicMachine, from root: W) {
    let explorer = machine.explorer
    let address = machine.arbitrary(Ghost.address)
    var page = machine.name("table", root)
    for level in Self.levels {
      let index = address.slotNumber(level)
      let slot = explorer.specifying { machine.slot(page.name, index) }
      let entry = machine.name("entry", slot)
      pages.append(page.name)
      entries.append(entry.name)
      placed.append([page.says, entry.says])
      typed.append(explorer.specifying { machine.isTyped(page.name, index, slot) })
      if level != .one {
        page = machine.name("table", explorer.specifying { machine.table(in: entry.name) })
      }
    }
    (meaning, meant) = machine.name(
      "said", Walk.meaning(entries[0], entries[1], entries[2], entries[3], of: address))
  }

  /// The entries lead to the table at this depth.
  func isMet(_ depth: Int) -> SymbolicTruth {
    zip(entries, Self.levels).prefix(depth).reduce(.known(true)) { $0 .& $1.0.isTable($1.1) }
  }
}

/// A tree at one moment.
struct TreeSight {
  typealias W = SymbolicWord
  private let tree: W
  /// The root page plus 1, and whether the tree begins soundly: 1 or 0.
  let root: W
  let isSound: W
  /// The same without names; and what the names stand for.
  let rooting: Rooting<W>
  let rooted: [SymbolicTruth]
  /// The way from there.
  let way: TreeWay
  /// Shown: a table that is met on the way is a page of this tree, at its level.
  private(set) var owned: [SymbolicTruth] = []

  /// Looks now.
  init(_ machine: SymbolicMachine) {
    let explorer = machine.explorer
    let tree = machine.arbitrary(Ghost.tree)
    let rooting = explorer.specifying { machine.rooting(of: tree) }
    let (root, isSound) = (machine.name("root", rooting.root), machine.name("sound", rooting.isSound))
    let way = TreeWay(machine, from: root.name &- 1)
    (self.tree, self.rooting, self.way) = (tree, rooting, way)
    (self.root, self.isSound, rooted) = (root.name, isSound.name, [root.says, isSound.says])

    for (depth, level) in TreeWay.levels.enumerated() {
      let page = way.pages[depth]
      let isOwned = explorer.specifying {
        isMet(depth)
          ==> ((page .< machine.capacity(.pageTree)) .& (machine.peek(.pageTree, page) .== (tree &+ 1))
            .& (machine.peek(.pageLevel, page) .== W(known: level.rawValue))
            .& (tree .< machine.capacity(.treeRoot)) .& (machine.peek(.treeRoot, tree) .!= 0))
      }
      let reasons =
        depth == 0 ? rooted : [owned[depth - 1], way.typed[depth - 1]] + way.placed[depth - 1]
      explorer.prove(
        "tables: the table of level \(level.rawValue) is the tree's", isOwned,
        by: reasons + way.placed[depth])
      owned.append(isOwned)
    }
  }

  /// The way leads to the table at this depth.
  func isMet(_ depth: Int) -> SymbolicTruth { (isSound .== 1) .& way.isMet(depth) }

  /// Nothing has changed since that the names speak of: they would stand for the same words, letter for letter.
  func isStill(_ machine: SymbolicMachine) -> Bool {
    let context = machine.explorer.context
    let address = machine.arbitrary(Ghost.address)
    return machine.explorer.specifying {
      let now = machine.rooting(of: tree)
      var says = [root .== now.root, isSound .== now.isSound]
      for (depth, level) in TreeWay.levels.enumerated() {
        let page = depth == 0 ? root &- 1 : machine.table(in: way.entries[depth - 1])
        let slot = machine.slot(way.pages[depth], address.slotNumber(level))
        says += [way.pages[depth] .== page, way.entries[depth] .== slot]
      }
      return zip(says, rooted + way.placed.flatMap { $0 }).allSatisfy {
        $0.term(in: context) == $1.term(in: context)
      }
    }
  }
}

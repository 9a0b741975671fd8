// SPDX-License-Identifier: Apache-2.0
// Trees under construction. Promise: while a tree is built, no page of another tree changes, whose it is, nor where another tree
// begins; so none of that needs to be forgotten when a loop or step that builds is taken.
//
// Which tree is built stands in `builtTree` (plus 1; 0: none). While there is one,
//   - each write to a slot, and to what is known of a page, carries the obligation that the page is free or the tree's own;
//   - each write to what is known of a tree carries the obligation that it is this tree;
//   - a loop or step whose frame leaves `builtTree` alone forgets only what these allow it to change.
// A page of another tree thus stays one: nothing may write whose it is. (Where `builtTree` is in the frame, all is forgotten.)

import Core

/// What is not forgotten, and the words that it had. (Of a page that is not kept it is known that it is free or of the tree that is
/// built: nothing else may have been written there either.)
final class Kept: Sendable {
  /// Who owns which page, and which tree is built, at that moment.
  let pageTree: SymbolicTable
  let built: SymbolicWord
  let pages: SymbolicWord
  /// The table that is forgotten in part; nil for slots.
  let old: SymbolicTable?
  /// Whether that table is indexed by page; otherwise by tree.
  let isOfPages: Bool
  /// Whether its words are the pages' owners.
  let isOwners: Bool

  init(
    pageTree: SymbolicTable, built: SymbolicWord, pages: SymbolicWord, old: SymbolicTable?, isOfPages: Bool,
    isOwners: Bool
  ) {
    (self.pageTree, self.built, self.pages, self.old) = (pageTree, built, pages, old)
    (self.isOfPages, self.isOwners) = (isOfPages, isOwners)
  }

  /// The word of `index`, a page or a tree, was kept.
  func isKept(_ index: SymbolicWord, in context: Z3Context) -> SymbolicTruth {
    if !isOfPages { return (built .!= 0) .& ((index &+ 1) .!= built) }
    let tree = pageTree.read(index, in: context)
    return (built .!= 0) .& (index .< pages) .& (tree .!= 0) .& (tree .!= built)
  }
  /// The table's word at `index`: the old one where it was kept, else `now`.
  func word(_ index: SymbolicWord, else now: SymbolicWord, in context: Z3Context) -> SymbolicWord {
    guard let old else { return now }
    let isOutside = (built .== 0) .| (pages .<= index)
    let written = isOwners ? SymbolicWord.choose((now .== 0) .| isOutside, now, built) : now
    return SymbolicWord.choose(isKept(index, in: context), old.read(index, in: context), written)
  }
}

extension SymbolicMachine {
  private static let ofPages = TableSet(.pageTree) | TableSet(.pageLevel) | TableSet(.pagePrefix)
  private static let ofTrees = TableSet(.treeRoot) | TableSet(.mappedBy)

  /// Whether the building of a tree was begun on this path.
  public func wasBuilt(_ tree: SymbolicWord) -> SymbolicTruth {
    begun.reduce(.known(false)) { $0 .| (($1 .!= 0) .& ($1 .== (tree &+ 1))) }
  }

  /// What of a table, or of the slots (nil), is kept when `frame` is forgotten; nil where nothing is.
  func kept(of table: Table?, in frame: TableSet) -> Kept? {
    // The theorems of steps speak of the tree that is built, and need not know that others stay: to forget more is sound,
    // and quicker.
    if frame.includes(.builtTree) || !openSteps.isEmpty { return nil }
    let isOfPages = table.map(Self.ofPages.includes) ?? true
    guard isOfPages || table.map(Self.ofTrees.includes) == true else { return nil }
    let built = peek(.builtTree, 0)
    if built.number == 0 { return nil }
    return Kept(
      pageTree: tables[Int(Table.pageTree.rawValue)], built: built, pages: capacity(.pageTree),
      old: table.map { tables[Int($0.rawValue)] }, isOfPages: isOfPages, isOwners: table == .pageTree)
  }

  /// Shows that a word may be written while a tree is built.
  func mayBeBuilt(_ table: Table, _ index: SymbolicWord, _ value: SymbolicWord) {
    if Self.ofPages.includes(table) { pageMayBeBuilt(index) }
    if table == .pageTree {
      let built = peek(.builtTree, 0)
      explorer.prove(
        "a page becomes free or one of the tree that is built",
        explorer.specifying { (built .== 0) .| (value .== 0) .| (value .== built) })
    }
    guard Self.ofTrees.includes(table) else { return }
    let built = peek(.builtTree, 0)
    explorer.prove(
      "what is written of a tree, \(table), is of the one that is built",
      explorer.specifying { (built .== 0) .| ((index &+ 1) .== built) })
  }

  /// Shows that a page may be written while a tree is built.
  func pageMayBeBuilt(_ page: SymbolicWord) {
    let built = peek(.builtTree, 0)
    explorer.prove(
      "what is written of a page, it is free or of the tree that is built",
      explorer.specifying {
        let tree = peek(.pageTree, page)
        return (built .== 0) .| (tree .== 0) .| (tree .== built)
      })
  }
}

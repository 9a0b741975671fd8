// SPDX-License-Identifier: Apache-2.0
// Trees, and the pages that they are made of. Each cell but root has one tree as long as it lives; root, whose view changes
// with every cell's life, has two, of which one is in force: a transition builds the other and then changes over.
//
// Pages are freed for a tree as a whole. Promise of `collectPages`: no page belongs to a tree that is not there.

/// Numbers of trees.
enum Tree {
  /// The tree of a cell; of root, the first of its two.
  static func of<W: Word>(_ cell: W) -> W { cell &+ cell }
}

/// Where a tree begins, for specifications.
public struct Rooting<W: Word>: LoopState {
  /// The root page plus 1.
  public var root: W
  /// 1 where that is a page of level 4 of this tree.
  public var isSound: W
  public func map(_ transform: (W) -> W) -> Rooting<W> {
    Rooting(root: transform(root), isSound: transform(isSound))
  }
  /// Nowhere.
  public static var nowhere: Rooting<W> { Rooting(root: 0, isSound: 0) }
}

extension Machine {
  /// Root's tree in force.
  var rootTree: W { read(.pool, W(known: PoolWord.rootTree)) & 1 }
  /// The tree in force of a cell.
  public func tree(of cell: W) -> W { Tree.of(cell) &+ W.choose(cell .== W(known: Owner.root), rootTree, 0) }

  /// Drops every tree that belongs to no living cell or is not in force, and frees the pages of all that are dropped.
  public func collectPages() throws(Refusal<W>) {
    let page = arbitrary(Ghost.page)
    let tree = arbitrary(Ghost.tree)
    let before = specified(Rooting<W>.nowhere) { self.rooting(of: tree) }
    let frame =
      TableSet(.pageTree) | TableSet(.pageNext) | TableSet(.firstFree) | TableSet(.treeRoot)
      | TableSet(.builtTree)
    _ = try step(.collectPages, given: NoState<W>(), NoState<W>(), frame: frame) {
      W.Condition(known: true)
    } ensures: { _ in
      ((page .< self.capacity(.pageTree)) ==> self.isOfTree(page)) .& (self.read(.builtTree, 0) .== 0)
        .& (self.isInForce(tree) ==> self.isRooted(tree, as: before.known(to: self)))
    } body: { () throws(Refusal<W>) in
      self.witness(.builtTree, 0, 0)
      self.dropDeadTrees()
      self.freePages()
      return NoState<W>()
    }
  }

  /// The tree is in force: that of a living cell; of root's two, the one that counts.
  public func isInForce(_ tree: W) -> W.Condition {
    let cell = tree >> 1
    let isRoot = cell .== W(known: Owner.root)
    return (cell .< capacity(.phase))
      .& (read(.phase, W.choose(cell .< capacity(.phase), cell, 0)) .!= W(known: Phase.absent))
      .& ((tree & 1) .== W.choose(isRoot, rootTree, 0))
  }

  /// Where a tree begins now.
  public func rooting(of tree: W) -> Rooting<W> {
    let root = read(.treeRoot, tree)
    let page = root &- 1
    let isSound =
      isTree(tree) .& (page .< capacity(.pageTree)) .& (read(.pageTree, page) .== (tree &+ 1))
      .& (read(.pageLevel, page) .== W(known: TableLevel.four.rawValue)) .& (read(.pagePrefix, page) .== 0)
    return Rooting(root: root, isSound: W.choose(isSound, 1, 0))
  }
  /// The tree begins where it began.
  public func isRooted(_ tree: W, as before: Rooting<W>) -> W.Condition {
    let now = rooting(of: tree)
    return (now.root .== before.root) .& (now.isSound .== before.isSound)
  }

  /// A page is free or belongs to a tree that is there.
  func isOfTree(_ page: W) -> W.Condition {
    let tree = read(.pageTree, page)
    return (tree .== 0) .| isTree(tree &- 1)
  }

  private func dropDeadTrees() {
    var none = NoState<W>()
    let tree = arbitrary(Ghost.tree)
    let before = specified(OneWord<W>(0)) { OneWord(self.read(.treeRoot, tree)) }
    loop(.deadTrees, capacity(.phase), &none, frame: TableSet(.treeRoot)) { _, _ in
      self.isInForce(tree) ==> (self.read(.treeRoot, tree) .== before.known(to: self).value)
    } body: { i, _ in
      let isRoot = i .== W(known: Owner.root)
      let lives = self.read(.phase, i) .!= W(known: Phase.absent)
      let keepsFirst = lives .& (.!isRoot .| (self.rootTree .== 0))
      let keepsSecond = lives .& isRoot .& (self.rootTree .== 1)
      if (.!keepsFirst).isTrue { self.write(.treeRoot, i &+ i, 0) }
      if (.!keepsSecond).isTrue { self.write(.treeRoot, i &+ i &+ 1, 0) }
    }
  }

  private func freePages() {
    let page = arbitrary(Ghost.page)
    let pages = capacity(.pageTree)
    write(.firstFree, 0, pages)
    var none = NoState<W>()
    let frame = TableSet(.pageTree) | TableSet(.pageNext) | TableSet(.firstFree)
    let tree = arbitrary(Ghost.tree)
    let before = specified(OneWord<W>(0)) { OneWord(self.read(.treeRoot, tree) &- 1) }
    let ownerBefore = specified(OneWord<W>(0)) {
      OneWord(self.read(.pageTree, before.known(to: self).value))
    }
    loop(.freePages, pages, &none, frame: frame) { i, _ in
      let (root, owner) = (before.known(to: self).value, ownerBefore.known(to: self).value)
      let isKept = (owner .== (tree &+ 1)) .& self.isTree(tree)
      return ((page .< i) ==> self.isOfTree(page))
        .& W.Condition.choose(
          isKept, self.read(.pageTree, root) .== owner,
          (self.read(.pageTree, root) .== owner) .| (self.read(.pageTree, root) .== 0))
    } body: { i, _ in
      let tree = self.read(.pageTree, i)
      let number = tree &- 1
      if tree != 0 {
        // A number that no tree has cannot be; if it were, the page would be free from now on.
        if number < self.capacity(.treeRoot) {
          if self.read(.treeRoot, number) != 0 { return }
        }
        self.write(.pageTree, i, 0)
      }
      self.write(.pageNext, i, self.read(.firstFree, 0))
      self.write(.firstFree, 0, i)
    }
  }

  /// Makes the tree `tree`, which is not there, with an empty root. Returns its path.
  public func plantTree(_ tree: W) throws(Refusal<W>) -> TablePath<W> {
    let address = arbitrary(Ghost.address)
    let page = arbitrary(Ghost.page)
    return try step(.plantTree, given: tree, TablePath<W>(tree: 0, root: 0), frame: .tree) {
      (tree .< self.capacity(.treeRoot)) .& (self.read(.treeRoot, tree) .== 0) .& self.isBuilding(tree)
        .& ((page .< self.capacity(.pageTree)) ==> self.isOfTree(page)) .& self.isPoolSound
        .& (address .< W(known: TableLimit.guest))
    } ensures: { path in
      (path.tree .== tree) .& self.isPath(.four, path, 0)
        .& (self.walk(path.page4, address).meaning .== 0)
    } body: { () throws(Refusal<W>) in
      let root = try self.takePage(tree, .four, prefix: 0)
      self.write(.treeRoot, tree, root &+ 1)
      return TablePath<W>(tree: tree, root: root)
    }
  }

  /// The pool lies where an entry can name it.
  public var isPoolSound: W.Condition {
    ((poolStart &+ capacity(.pageTree)) .<= W(known: TableLimit.pages))
      .& (poolStart .<= W(known: TableLimit.pages))
  }
}

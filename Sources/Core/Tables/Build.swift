// SPDX-License-Identifier: Apache-2.0
// Builds a tree from the ledger. Promise (theorem "trees-are-the-ledger"): at every guest-physical address the tree grants what
// the first claim grants that covers it, and nothing where none does; in root's tree nothing of which somebody else takes a byte.
//
// Trees are never patched. A transition that changes what a cell may see frees what nobody uses (`collectPages`), builds the
// new tree beside the old one (`growTree`), and changes over when nothing can fail any more. A refusal leaves the trees in
// force alone; what it had begun to build is freed by the next transition.

extension Machine {
  /// There are pages to build trees from. (A machine without is one that only admits configurations.)
  public var hasPool: W.Condition { capacity(.pageTree) .!= 0 }
  /// The tree is the one under construction.
  func isBuilding(_ tree: W) -> W.Condition { read(.builtTree, 0) .== (tree &+ 1) }

  /// Begins a transition that builds trees: frees the pages of all trees that are not in force.
  func prepareTrees() throws(Refusal<W>) {
    if hasPool.isTrue { try collectPages() }
  }

  /// Builds the tree of the source's owner that is not in force: a new cell's only one, or root's other one.
  func growTree(_ generation: Generation, _ source: TreeSource<W>) throws(Refusal<W>) {
    if (.!hasPool).isTrue { return }
    let isRoot = source.owner .== W(known: Owner.root)
    let tree = Tree.of(source.owner) &+ W.choose(isRoot, 1 &- rootTree, 0)
    witness(.builtTree, 0, tree &+ 1)
    _ = try buildTree(tree, generation, source)
    witness(.builtTree, 0, 0)
  }

  /// Builds a tree, which is not there yet. Returns its path.
  public func buildTree(
    _ tree: W, _ generation: Generation, _ source: TreeSource<W>
  ) throws(Refusal<W>) -> TablePath<W> {
    let page = arbitrary(Ghost.page)
    return try step(
      .buildTree, given: (tree, generation, source), TablePath<W>(tree: 0, root: 0), frame: .tree
    ) {
      self.isBuilding(tree) .& self.isPoolSound .& (source.rows .<= self.capacity(generation.base))
        .& ((page .< self.capacity(.pageTree)) ==> self.isOfTree(page))
        .& (self.arbitrary(Ghost.address) .< W(known: TableLimit.guest))
    } ensures: { path in
      (path.tree .== tree) .& self.isBuilt(path, generation, source)
    } body: { () throws(Refusal<W>) in
      guard tree < self.capacity(.treeRoot) else { throw Refusal(.poolBroken, tree) }
      guard self.read(.treeRoot, tree) == 0 else { throw Refusal(.poolBroken, tree) }
      let path = TablePath<W>(tree: tree, root: try self.plantTree(tree).page4)
      if source.owner == W(known: Owner.root) { try self.fillTaken(path, generation, source) }
      try self.fillMapped(path, generation, source)
      return path
    }
  }

  /// Changes over to root's other tree.
  func changeRootTree() {
    if hasPool.isTrue { write(.pool, W(known: PoolWord.rootTree), 1 &- rootTree) }
  }
}

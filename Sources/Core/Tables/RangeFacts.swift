// SPDX-License-Identifier: Apache-2.0
// For specifications: what a tree says that was built from rows of the ledger, at one arbitrary address.

/// What a tree says of an address, and by which row, for specifications.
public struct Said<W: Word>: LoopState {
  /// As `Walk.meaning`.
  public var meaning: W
  /// The row (`Table.mappedBy`).
  public var row: W
  public func map(_ transform: (W) -> W) -> Said<W> { Said(meaning: transform(meaning), row: transform(row)) }
  /// Nothing.
  public static var nothing: Said<W> { Said(meaning: 0, row: 0) }
}

extension Machine {
  /// What the tree of a path says of the address.
  func said(_ path: TablePath<W>, _ address: W) -> Said<W> {
    Said(meaning: walk(path.page4, address).meaning, row: read(.mappedBy, path.tree))
  }

  /// The tree says what the rows say, at the arbitrary address and row. The witness names the row by which it says so.
  func isBuilt(_ path: TablePath<W>, _ generation: Generation, _ source: TreeSource<W>) -> W.Condition {
    isPath(.four, path, 0)
      .& says(path.page4, read(.mappedBy, path.tree), arbitrary(Ghost.firstRow), generation, source)
  }

  /// The tree from `root` on says what the rows say, at the arbitrary address: what it grants row `by` grants, to the byte and the right;
  /// what row `row` grants, it grants, unless the tree is root's and another cell's row (`by`, too) takes it; what `row` takes, root
  /// does not have; and what `row` grants can be said in tables.
  public func says(
    _ root: W, _ by: W, _ row: W, _ generation: Generation, _ source: TreeSource<W>
  ) -> W.Condition {
    says(meaning: walk(root, arbitrary(Ghost.address)).meaning, by, row, generation, source)
  }
  /// The same, of a tree that says `meaning` of the address.
  public func says(
    meaning: W, _ by: W, _ row: W, _ generation: Generation, _ source: TreeSource<W>
  ) -> W.Condition {
    let address = arbitrary(Ghost.address)
    let grants = meaning.hasAny(TableEntry.rights)
    let isTaken = meaning .== W(known: TableEntry.taken)
    let isRoots = source.owner .== W(known: Owner.root)
    let isGranted =
      (by .< source.rows) .& maps(by, address, generation, source)
      .& (meaning .== claim(generation, by).mapping(huge: W.Condition(known: false)).meaning(of: address))
    let isOther = (by .< source.rows) .& takes(by, address, generation, source)
    let isRow = row .< source.rows
    return (grants .| isTaken .| (meaning .== 0))
      .& (grants ==> isGranted) .& (isTaken ==> (isRoots .& isOther))
      .& ((isRoots .& isRow .& takes(row, address, generation, source)) ==> isTaken)
      .& ((isRow .& maps(row, address, generation, source)) ==> (meaning .!= 0))
      .& ((isRow .& maps(row, address, generation, source)) ==> isMappable(claim(generation, row)))
  }

  /// Row `row` takes the page of the address from root.
  func takes(_ row: W, _ address: W, _ generation: Generation, _ source: TreeSource<W>) -> W.Condition {
    let claim = claim(generation, row)
    return takesMemory(claim, source) .& (claim.firstPage .<= address) .& (address .< claim.endPage)
  }
  /// Row `row` maps the address.
  func maps(_ row: W, _ address: W, _ generation: Generation, _ source: TreeSource<W>) -> W.Condition {
    let claim = claim(generation, row)
    return (claim.owner .== source.owner) .& claim.isDirect .& claim.covers(address)
  }

  /// Of the rows below `i`: the address is noted as taken if one of them takes it, and nothing is mapped. The row that came first is
  /// a witness.
  func isNoted(
    below i: W, _ path: TablePath<W>, _ generation: Generation, _ source: TreeSource<W>
  ) -> W.Condition {
    let address = arbitrary(Ghost.address)
    let row = arbitrary(Ghost.firstRow)
    let meaning = walk(path.page4, address).meaning
    let isTaken = meaning .== W(known: TableEntry.taken)
    let first = read(.mappedBy, path.tree)
    return isPath(.four, path, 0) .& ((meaning .== 0) .| isTaken)
      .& (((row .< i) .& takes(row, address, generation, source)) ==> isTaken)
      .& (isTaken ==> ((first .< i) .& takes(first, address, generation, source)))
  }

  /// Of the rows below `i`: what said something still says it (`before`); an address that said nothing says now what the first row
  /// says that maps it, and nothing if none does.
  func isMapped(
    below i: W, _ path: TablePath<W>, _ generation: Generation, _ source: TreeSource<W>,
    since before: Said<W>
  ) -> W.Condition {
    let address = arbitrary(Ghost.address)
    let row = arbitrary(Ghost.firstRow)
    let meaning = walk(path.page4, address).meaning
    let first = read(.mappedBy, path.tree)
    let isFirst =
      (first .< i) .& maps(first, address, generation, source)
      .& (meaning .== claim(generation, first).mapping(huge: W.Condition(known: false)).meaning(of: address))
    let mapsToo = maps(row, address, generation, source)
    let isLeft = (meaning .== 0) .& .!((row .< i) .& mapsToo)
    let isNew = isFirst .& .!((row .< first) .& mapsToo)
    return isPath(.four, path, 0)
      .& ((before.meaning .!= 0) ==> ((meaning .== before.meaning) .& (first .== before.row)))
      .& ((before.meaning .== 0) ==> (isLeft .| isNew))
      .& (((row .< i) .& mapsToo) ==> isMappable(claim(generation, row)))
  }
}

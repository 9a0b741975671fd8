// SPDX-License-Identifier: Apache-2.0
// For specifications: what a tree says that was built from rows of the ledger, at one arbitrary address.

extension Machine {
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
    let first = read(.mappedBy, 0)
    return isPath(.four, path, 0) .& ((meaning .== 0) .| isTaken)
      .& (((row .< i) .& takes(row, address, generation, source)) ==> isTaken)
      .& (isTaken ==> ((first .< i) .& takes(first, address, generation, source)))
  }

  /// Of the rows below `i`: what said something still says it (`before`); an address that said nothing says now what the first row
  /// says that maps it, and nothing if none does.
  func isMapped(
    below i: W, _ path: TablePath<W>, _ generation: Generation, _ source: TreeSource<W>, since before: W
  ) -> W.Condition {
    let address = arbitrary(Ghost.address)
    let row = arbitrary(Ghost.firstRow)
    let meaning = walk(path.page4, address).meaning
    let first = read(.mappedBy, 0)
    let isFirst =
      (first .< i) .& maps(first, address, generation, source)
      .& (meaning .== claim(generation, first).mapping(huge: W.Condition(known: false)).meaning(of: address))
    let mapsToo = maps(row, address, generation, source)
    let isLeft = (meaning .== 0) .& .!((row .< i) .& mapsToo)
    let isNew = isFirst .& .!((row .< first) .& mapsToo)
    return isPath(.four, path, 0)
      .& ((before .!= 0) ==> (meaning .== before))
      .& ((before .== 0) ==> (isLeft .| isNew))
  }
}

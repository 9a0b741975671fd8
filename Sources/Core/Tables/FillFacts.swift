// SPDX-License-Identifier: Apache-2.0
// For specifications: what filling needs and what it ensures.

extension Machine {
  /// What may be filled: a range of whole pages that the path's last table maps, with a mapping that can stand there.
  func mayFill(
    _ level: TableLevel, _ path: TablePath<W>, _ first: W, _ end: W, _ mapping: Mapping<W>
  ) -> W.Condition {
    let isRange =
      (first .< end) .& (end .<= W(known: TableLimit.guest)) .& (((first | end) & 0xfff) .== 0)
      .& first.agrees(with: end &- 1, from: level.tableBits)
    let hasHuge = read(.pool, W(known: PoolWord.hugePages)) .== 1
    return isRange .& mapping.isSound(first, end) .& ((mapping.low .== 0) .| isPossible(mapping.low))
      .& (((mapping.low .!= 0) .& (mapping.large3 .== 1)) ==> hasHuge) .& isPath(level, path, first)
      .& (arbitrary(Ghost.address) .< W(known: TableLimit.guest))
  }

  /// The path leads from the root of its tree to the table of `level` that maps `first`; and whoever walks to an address that
  /// one of its tables maps comes by that table.
  func isPath(_ level: TableLevel, _ path: TablePath<W>, _ first: W) -> W.Condition {
    let address = arbitrary(Ghost.address)
    let walk = walk(path.page4, address)
    func isOn(_ here: TableLevel) -> W.Condition {
      if here.rawValue < level.rawValue { return W.Condition(known: true) }
      let page = path.page(here)
      let isTable =
        (page .< capacity(.pageTree)) .& (read(.pageTree, page) .== (path.tree &+ 1))
        .& (read(.pageLevel, page) .== W(known: here.rawValue))
        .& (read(.pagePrefix, page) .== (first >> W(known: here.tableBits)))
      let isMet = walk.has(here) .& (walk.page(here, root: path.page4) .== page)
      return isTable .& (address.agrees(with: first, from: here.tableBits) ==> isMet)
    }
    let isTree =
      (path.tree .< capacity(.treeRoot)) .& (read(.treeRoot, path.tree) .== (path.page4 &+ 1))
      .& isBuilding(path.tree) .& isPoolSound
    return isTree .& isOn(.four) .& isOn(.three) .& isOn(.two) .& isOn(.one)
  }

  /// What was empty in `first ..< end` says now what the mapping says; all else says what it said. For one arbitrary address.
  func isFilled(
    _ address: W, _ root: W, _ first: W, _ end: W, _ mapping: Mapping<W>, since before: Walk<W>
  ) -> W.Condition {
    let now = walk(root, address)
    let isInside = (first .<= address) .& (address .< end)
    let isNew = isInside .& (before.meaning .== 0)
    return (now.meaning .== W.choose(isNew, mapping.meaning(of: address), before.meaning))
      .& now.keeps(before)
  }
}

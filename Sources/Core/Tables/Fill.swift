// SPDX-License-Identifier: Apache-2.0
// Fills a range of a tree. Promise: what was empty in `first ..< end` says what the mapping says; everything else says what it said
// before (theorems "fill-1" to "fill-4"). Who comes first stays: nothing that is set is ever set again.

/// A tree, and the tables from its root down to the one that is being filled.
public struct TablePath<W: Word>: LoopState {
  /// Number of the tree.
  public var tree: W
  /// Pages of the pool, by level; those below the level that is being filled mean nothing.
  public var page4: W
  public var page3: W
  public var page2: W
  public var page1: W
  /// The path to the root of a tree.
  public init(tree: W, root: W) {
    self.init(tree: tree, page4: root, page3: 0, page2: 0, page1: 0)
  }
  private init(tree: W, page4: W, page3: W, page2: W, page1: W) {
    (self.tree, self.page4, self.page3, self.page2, self.page1) = (tree, page4, page3, page2, page1)
  }
  public func map(_ transform: (W) -> W) -> TablePath<W> {
    TablePath(
      tree: transform(tree), page4: transform(page4), page3: transform(page3), page2: transform(page2),
      page1: transform(page1))
  }
  /// The table of a level.
  func page(_ level: TableLevel) -> W {
    switch level {
    case .one: page1
    case .two: page2
    case .three: page3
    case .four: page4
    }
  }
  /// The path one level further.
  func down(to page: W, _ level: TableLevel) -> TablePath<W> {
    var path = self
    switch level {
    case .one: path.page1 = page
    case .two: path.page2 = page
    case .three: path.page3 = page
    case .four: path.page4 = page
    }
    return path
  }
}

extension Machine {
  /// Fills guest-physical `first ..< end`, which one table of `level` maps: the last one of `path`.
  public func fill(
    _ level: TableLevel, _ path: TablePath<W>, _ first: W, _ end: W, _ mapping: Mapping<W>
  ) throws(Refusal<W>) {
    let address = arbitrary(Ghost.address)
    let before = specified(Walk<W>.nowhere) { self.walk(path.page4, address) }
    let name: ProvedStep =
      switch level {
      case .one: ProvedStep.fillLevel1
      case .two: ProvedStep.fillLevel2
      case .three: ProvedStep.fillLevel3
      case .four: ProvedStep.fillLevel4
      }
    _ = try step(name, given: (level, path, first, end, mapping), NoState<W>(), frame: .building) {
      self.mayFill(level, path, first, end, mapping)
    } ensures: { _ in
      self.isPath(level, path, first)
        .& self.isFilled(address, path.page4, first, end, mapping, since: before.known(to: self))
    } body: { () throws(Refusal<W>) in
      if let below = level.below {
        try self.fillSlots(level, above: below, path, first, end, mapping)
      } else {
        self.fillPages(path, first, end, mapping)
      }
      return NoState<W>()
    }
  }

  /// Fills slots of a table of level 1, in which there is nothing to go down to: most of what is built is this.
  private func fillPages(_ path: TablePath<W>, _ first: W, _ end: W, _ mapping: Mapping<W>) {
    let address = arbitrary(Ghost.address)
    let before = specified(Walk<W>.nowhere) { self.walk(path.page4, address) }
    let index = first.slotNumber(.one)
    let entry = mapping.entry(first, .one)
    // The address goes on with the slot; the note that the memory is taken has none.
    let addresses = W.choose(mapping.low .== 0, 0, W(known: TableEntry.address))
    var none = NoState<W>()
    loop(.fillPages, (end &- first) >> 12, &none, frame: .building) { i, _ in
      let middle = first &+ (i << 12)
      return self.isPath(.one, path, first)
        .& self.isFilled(address, path.page4, first, middle, mapping, since: before.known(to: self))
    } body: { i, _ in
      let here = index &+ i
      if self.slot(path.page1, here) == 0 { self.setSlot(path.page1, here, entry &+ ((i << 12) & addresses)) }
    }
  }

  /// Slot by slot.
  private func fillSlots(
    _ level: TableLevel, above below: TableLevel, _ path: TablePath<W>, _ first: W, _ end: W,
    _ mapping: Mapping<W>
  ) throws(Refusal<W>) {
    let address = arbitrary(Ghost.address)
    let before = specified(Walk<W>.nowhere) { self.walk(path.page4, address) }
    let bits = W(known: level.bits)
    let start = first >> bits
    var none = NoState<W>()
    try loop(.fillSlots, ((end &- 1) >> bits) &- start &+ 1, &none, frame: .building) { i, _ in
      let middle = W.lesser(end, (start &+ i) << bits)
      return self.isPath(level, path, first)
        .& self.isFilled(address, path.page4, first, middle, mapping, since: before.known(to: self))
    } body: { (i, _) throws(Refusal<W>) in
      let base = (start &+ i) << bits
      let next = base &+ W(known: level.size)
      let from = W.choose(base .< first, first, base)
      let to = W.lesser(end, next)
      try self.fillSlot(
        level, above: below, path, from, to, isWhole: (first .<= base) .& (next .<= end), mapping)
    }
  }

  /// Fills `first ..< end`, which one slot of the path's last table maps.
  private func fillSlot(
    _ level: TableLevel, above below: TableLevel, _ path: TablePath<W>, _ first: W, _ end: W,
    isWhole: W.Condition,
    _ mapping: Mapping<W>
  ) throws(Refusal<W>) {
    let page = path.page(level)
    let index = first.slotNumber(level)
    let entry = slot(page, index)
    if entry == 0 {
      if (isWhole .& mapping.mayFill(level)).isTrue {
        setSlot(page, index, mapping.entry(first, level))
        return
      }
      let table = try takePage(path.tree, below, prefix: first >> W(known: level.bits))
      setSlot(page, index, self.entry(for: table))
      try fill(below, path.down(to: table, below), first, end, mapping)
      return
    }
    if entry.isTable(level).isTrue {
      try fill(below, path.down(to: table(in: entry), below), first, end, mapping)
    }
  }

  /// Takes a free page as an empty table of a tree.
  func takePage(_ tree: W, _ level: TableLevel, prefix: W) throws(Refusal<W>) -> W {
    let page = read(.firstFree, 0)
    guard page < capacity(.pageTree) else { throw Refusal(.poolTooSmall, page) }
    guard read(.pageTree, page) == 0 else { throw Refusal(.poolBroken, page) }
    write(.firstFree, 0, read(.pageNext, page))
    clearPage(page)
    witness(.pageLevel, page, W(known: level.rawValue))
    witness(.pagePrefix, page, prefix)
    write(.pageTree, page, tree &+ 1)
    return page
  }
}

// SPDX-License-Identifier: Apache-2.0
// Orders the ranges of a view by base: a bottom-up merge sort of their numbers, n log n steps.
//
// Nothing rests on it. `certify` checks the result, and `sweep` is right for any order; a wrong order can only make
// admission refuse. So the sort is proved to stay inside its tables, and no more.

/// What the passes carry.
public struct Passes<W: Word>: LoopState {
  /// Where in `Table.order` the sorted runs stand: 0, or the claims' capacity.
  public var half: W
  /// Length of a run.
  public var width: W
  public func map(_ transform: (W) -> W) -> Passes<W> {
    Passes(half: transform(half), width: transform(width))
  }
}

/// What a pass carries: the pair of runs that is being merged.
public struct Merge<W: Word>: LoopState {
  /// Next of the left run, and its end.
  public var left: W
  public var middle: W
  /// Next of the right run, and its end.
  public var right: W
  public var end: W
  public func map(_ transform: (W) -> W) -> Merge<W> {
    Merge(
      left: transform(left), middle: transform(middle), right: transform(right), end: transform(end))
  }
}

extension Machine {
  /// Sorts the numbers 0 ..< count by their range's base. Returns where in `Table.order` the result starts.
  func sort(_ view: View, count: W) -> W {
    let room = capacity(.rank)
    var none = NoState<W>()
    loop(.sortStart, count, &none, frame: TableSet(.order)) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      self.write(.order, i, i)
    }
    var passes = Passes<W>(half: 0, width: 1)
    loop(.sortPasses, 32, &passes, frame: TableSet(.order)) { _, passes in
      ((passes.half .== 0) .| (passes.half .== room)) .& (passes.width .<= W(known: 1 << 33))
    } body: { _, passes in
      if count <= passes.width { return }
      self.mergeRuns(view, count: count, width: passes.width, from: passes.half, to: room - passes.half)
      passes.half = room - passes.half
      passes.width = passes.width + passes.width
    }
    return passes.half
  }

  /// Merges neighbouring sorted runs of `width` numbers, `width` being less than `count`.
  private func mergeRuns(_ view: View, count: W, width: W, from: W, to: W) {
    var merge = Merge<W>(left: 0, middle: 0, right: 0, end: 0)
    loop(.sortMerge, count, &merge, frame: TableSet(.order)) { _, merge in
      (merge.middle .<= count) .& (merge.end .<= count)
    } body: { i, merge in
      if merge.end <= i {
        let middle = W.lesser(i + width, count)
        merge = Merge(left: i, middle: middle, right: middle, end: W.lesser(i + width + width, count))
      }
      let hasLeft = merge.left .< merge.middle
      let hasRight = merge.right .< merge.end
      // Heads out of their runs are possible only where the order is nonsense; the reads stay inside all the same.
      let left = self.read(.order, from + W.choose(hasLeft, merge.left, 0))
      let right = self.read(.order, from + W.choose(hasRight, merge.right, 0))
      let leftBase = self.read(view.base, W.choose(left .< count, left, 0))
      let rightBase = self.read(view.base, W.choose(right .< count, right, 0))
      let takesLeft = hasLeft .& ((.!hasRight) .| (leftBase .<= rightBase))
      self.write(.order, to + i, W.choose(takesLeft, left, right))
      merge.left = W.choose(takesLeft, merge.left &+ 1, merge.left)
      merge.right = W.choose(takesLeft, merge.right, merge.right &+ 1)
    }
  }

  /// Checks that the order names every number 0 ..< count: `rank` is its inverse. Refuses otherwise.
  @inline(never) func certify(count: W, half: W) throws(Refusal<W>) {
    var none = NoState<W>()
    try loop(.ranking, count, &none, frame: TableSet(.rank)) { _, _ in
      W.Condition(known: true)
    } body: { (i, _) throws(Refusal<W>) in
      let number = self.read(.order, half + i)
      guard number < count else { throw Refusal(.ledgerUnsorted, i) }
      self.write(.rank, number, i)
    }
    try loop(.covered, count, &none, frame: .none) { i, _ in
      self.isCovered(self.arbitrary(Ghost.firstRow), below: i, count: count, half: half)
        .& self.isCovered(self.arbitrary(Ghost.secondRow), below: i, count: count, half: half)
    } body: { (number, _) throws(Refusal<W>) in
      let position = self.read(.rank, number)
      guard position < count else { throw Refusal(.ledgerUnsorted, number) }
      guard self.read(.order, half + position) == number else { throw Refusal(.ledgerUnsorted, number) }
    }
  }

  /// Number `number`, if below `limit`, stands in the order at its rank.
  func isCovered(_ number: W, below limit: W, count: W, half: W) -> W.Condition {
    let position = read(.rank, number)
    return (number .< limit) ==> ((position .< count) .& (read(.order, half &+ position) .== number))
  }
}

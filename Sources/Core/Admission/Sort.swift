// SPDX-License-Identifier: Apache-2.0
// Orders the ranges of a view by base: a bottom-up merge sort of their numbers, n log n steps.
//
// Nothing rests on it. `certify` checks the result, and `sweep` is right for any order; a wrong order can only make
// admission refuse. So the sort is proved to stay inside its tables, and no more.

/// Which half of `Table.order` holds the result.
public struct Half<W: Word>: LoopState {
  /// 0, or the claims' capacity.
  public var start: W
  public func map(_ transform: (W) -> W) -> Half<W> { Half(start: transform(start)) }
}

/// Heads of the two runs that are merged.
public struct Merge<W: Word>: LoopState {
  /// Next of the left run.
  public var left: W
  /// Next of the right run.
  public var right: W
  public func map(_ transform: (W) -> W) -> Merge<W> {
    Merge(left: transform(left), right: transform(right))
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
    var half = Half<W>(start: 0)
    loop(.sortPasses, 32, &half, frame: TableSet(.order)) { _, half in
      (half.start .== 0) .| (half.start .== room)
    } body: { pass, half in
      let width = W(known: 1) << pass
      if count <= width { return }
      self.mergeRuns(view, count: count, width: width, from: half.start, to: room - half.start)
      half.start = room - half.start
    }
    return half.start
  }

  /// Merges neighbouring sorted runs of `width` numbers.
  private func mergeRuns(_ view: View, count: W, width: W, from: W, to: W) {
    var merge = Merge<W>(left: 0, right: 0)
    loop(.sortMerge, count, &merge, frame: TableSet(.order)) { _, _ in
      W.Condition(known: true)
    } body: { i, merge in
      let position = i & (width + width - 1)
      let start = i - position
      let middle = W.lesser(start + width, count)
      let end = W.lesser(start + width + width, count)
      if position == 0 { merge = Merge(left: start, right: middle) }
      let hasLeft = merge.left .< middle
      let hasRight = merge.right .< end
      // Heads out of their runs are possible only where the order is nonsense; the read below stays inside all the same.
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
  func certify(count: W, half: W) throws(Refusal<W>) {
    var none = NoState<W>()
    try loop(.ranking, count, &none, frame: TableSet(.rank)) { _, _ in
      W.Condition(known: true)
    } body: { (i, _) throws(Refusal<W>) in
      let number = self.read(.order, half + i)
      guard number < count else { throw Refusal(.ledgerUnsorted, i) }
      self.write(.rank, number, i)
    }
    try loop(.covered, count, &none, frame: .none) { i, _ in
      self.isCovered(self.arbitrary(Ghost.firstSwept), below: i, count: count, half: half)
        .& self.isCovered(self.arbitrary(Ghost.secondSwept), below: i, count: count, half: half)
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

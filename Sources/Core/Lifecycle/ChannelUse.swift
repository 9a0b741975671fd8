// SPDX-License-Identifier: Apache-2.0
// Who uses a channel already when a cell joins it. Promise: a region that a new cell shares is in use as a whole (it lies
// in one readable region of root's or in one region of another cell's) or not at all; then, and only then, it is
// cleared. A region of which a part is in use is refused: clearing it would destroy a channel, and not clearing it would
// show the new cell what somebody left in the other part.

/// What a search for users has found.
public struct ChannelUse<W: Word>: LoopState {
  /// 1 + a row that reaches into the region; 0: none.
  public var touched: W
  /// 1 + a row that holds the whole region; 0: none.
  public var covered: W
  public func map(_ transform: (W) -> W) -> ChannelUse<W> {
    ChannelUse(touched: transform(touched), covered: transform(covered))
  }
}

extension Machine {
  /// Who of rows `0 ..< rows` of the next generation, besides `cell` itself, uses the resources of `claim`.
  func use(of claim: Claim<W>, by cell: W, rows: W) -> ChannelUse<W> {
    var use = ChannelUse<W>(touched: 0, covered: 0)
    loop(.channelUse, rows, &use, frame: .none) { i, use in
      let other = self.arbitrary(Ghost.oldRow)
      let isNew = use.covered &- 1
      return ((other .< i) .& self.reaches(other, into: claim, besides: cell) ==> (use.touched .!= 0))
        .& ((use.covered .!= 0)
          ==> ((isNew .< i) .& self.reaches(isNew, into: claim, besides: cell) .& self.holds(isNew, claim)))
    } body: { i, use in
      if (.!self.reaches(i, into: claim, besides: cell)).isTrue { return }
      use.touched = i &+ 1
      if self.holds(i, claim).isTrue { use.covered = i &+ 1 }
    }
    return use
  }

  /// Row `row` of the next generation is another cell's, or readable by root, and has a resource in common with `claim`.
  func reaches(_ row: W, into claim: Claim<W>, besides cell: W) -> W.Condition {
    let other = self.claim(.next, row)
    let isRoots = other.marks.has(Marks.base | Marks.read)
    let isCells =
      (other.owner .!= W(known: Owner.root)) .& (other.owner .!= W(known: Owner.hypervisor))
      .& (other.owner .!= cell)
    return (isRoots .| isCells) .& (other.base .< claim.end) .& (claim.base .< other.end)
  }

  /// Row `row` of the next generation has every resource of `claim`.
  func holds(_ row: W, _ claim: Claim<W>) -> W.Condition {
    let other = self.claim(.next, row)
    return (other.base .<= claim.base) .& (claim.end .<= other.end)
  }

  /// Notes in `Table.rank` who uses the channels of a new cell, of which the next generation's `rows` rows speak: 1 + a row
  /// that holds the whole region, or 0 where nobody uses any of it. Refuses where only a part is in use.
  func findUsers(of cell: W, rows: W) throws(Refusal<W>) {
    let row = arbitrary(Ghost.firstRow)
    var none = NoState<W>()
    try loop(.channelCheck, rows, &none, frame: TableSet(.rank)) { i, _ in
      ((row .< i) .& (self.read(.nextOwner, row) .== cell))
        ==> self.isUseKnown(row, rows: rows, besides: cell)
    } body: { (i, _) throws(Refusal<W>) in
      let claim = self.claim(.next, i)
      if claim.owner != cell { return }
      // What is no channel is not searched for: most claims are none, and each search goes through all rows.
      if (.!claim.marks.has(Marks.keepsRoot)).isTrue {
        self.write(.rank, i, 0)
        return
      }
      let use = self.use(of: claim, by: cell, rows: rows)
      guard ((use.touched .== 0) .| (use.covered .!= 0)).isTrue else {
        throw Refusal(.channelPartlyUsed, i, use.touched &- 1)
      }
      self.write(.rank, i, use.covered)
    }
  }

  /// What `findUsers` notes of row `row` is true.
  func isUseKnown(_ row: W, rows: W, besides cell: W) -> W.Condition {
    let claim = claim(.next, row)
    let user = read(.rank, row)
    let isUsed =
      claim.marks.has(Marks.keepsRoot) .& ((user &- 1) .< rows)
      .& reaches(user &- 1, into: claim, besides: cell) .& holds(user &- 1, claim)
    let other = arbitrary(Ghost.oldRow)
    let isUnused = (other .< rows) ==> .!reaches(other, into: claim, besides: cell)
    return W.Condition.choose(user .== 0, .!claim.marks.has(Marks.keepsRoot) .| isUnused, isUsed)
  }
}

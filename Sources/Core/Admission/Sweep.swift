// SPDX-License-Identifier: Apache-2.0
// Admission. Promise: if `sweep` returns, any two ranges of the view with different keys are disjoint, or both are
// shareable, or one is root's base layer. For any number of ranges (theorem "Admitted claims are exclusive").

/// How far ranges reach: the furthest end with its key, and the furthest end among all other keys.
public struct Frontier<W: Word>: Sendable {
  /// Furthest end.
  public var end: W = 0
  /// Its key.
  public var key: W = 0
  /// Its range.
  public var range: W = 0
  /// Furthest end of a range with another key.
  public var otherEnd: W = 0
  /// That range.
  public var otherRange: W = 0

  /// No range yet.
  public init() {}

  /// The furthest end of a range whose key is not `key`, and that range.
  func blocking(_ key: W) -> (end: W, range: W) {
    let isOwn = self.key .== key
    return (W.choose(isOwn, otherEnd, end), W.choose(isOwn, otherRange, range))
  }

  /// Takes a range in.
  @inline(never) mutating func extend(key newKey: W, end newEnd: W, range newRange: W) {
    let isOwn = key .== newKey
    let leads = end .< newEnd
    let leadsOthers = otherEnd .< newEnd
    let displaces = leads .& .!isOwn
    let second = .!isOwn .& .!leads .& leadsOthers
    otherRange = W.choose(displaces, range, W.choose(second, newRange, otherRange))
    otherEnd = W.choose(displaces, end, W.choose(second, newEnd, otherEnd))
    range = W.choose(leads, newRange, range)
    end = W.choose(leads, newEnd, end)
    key = W.choose(displaces, newKey, key)
  }

  func map(_ transform: (W) -> W) -> Frontier<W> {
    var result = self
    result.end = transform(end)
    result.key = transform(key)
    result.range = transform(range)
    result.otherEnd = transform(otherEnd)
    result.otherRange = transform(otherRange)
    return result
  }
}

/// What the sweep carries: the frontier of exclusive ranges, and that of shareable ones.
public struct Sweep<W: Word>: LoopState {
  public var exclusive = Frontier<W>()
  public var shareable = Frontier<W>()
  /// Nothing swept yet.
  public init() {}
  public func map(_ transform: (W) -> W) -> Sweep<W> {
    var result = self
    result.exclusive = exclusive.map(transform)
    result.shareable = shareable.map(transform)
    return result
  }
}

extension Machine {
  /// Refuses a view in which two ranges with different keys overlap without both being shareable.
  /// - Throws: `conflict` or `guestConflict` with the two ranges' numbers; they do overlap.
  public func admit(_ view: View, count: W) throws(Refusal<W>) {
    let first = arbitrary(Ghost.firstRow)
    let second = arbitrary(Ghost.secondRow)
    let scratch = TableSet(.order) | TableSet(.rank)
    let name = view == .claims ? ProvedStep.admitClaims : .admitGuestRanges
    _ = try step(name, given: (view, count), NoState<W>(), frame: scratch) {
      count .<= self.capacity(view.base)
    } ensures: { _ in
      ((first .< count) .& (second .< count)) ==> self.isCompatible(view, first, second)
    } body: { () throws(Refusal<W>) in
      let half = self.sort(view, count: count)
      try self.certify(count: count, half: half)
      try self.sweep(view, count: count, half: half)
      return NoState<W>()
    }
  }

  /// Visits the ranges in order, each at most once, and keeps the frontiers.
  private func sweep(_ view: View, count: W, half: W) throws(Refusal<W>) {
    let first = arbitrary(Ghost.firstRow)
    let second = arbitrary(Ghost.secondRow)
    var sweep = Sweep<W>()
    try loop(.sweep, count, &sweep, frame: .none) { i, sweep in
      let seenFirst = self.isVisited(first, before: i, half: half)
      let seenSecond = self.isVisited(second, before: i, half: half)
      return (sweep.exclusive.otherEnd .<= sweep.exclusive.end)
        .& (sweep.shareable.otherEnd .<= sweep.shareable.end)
        .& (seenFirst ==> self.isBehind(sweep, view, first))
        .& (seenSecond ==> self.isBehind(sweep, view, second))
        .& ((seenFirst .& seenSecond) ==> self.isCompatible(view, first, second))
    } body: { (i, sweep) throws(Refusal<W>) in
      let number = self.read(.order, half + i)
      guard number < count else { throw Refusal(.ledgerUnsorted, i) }
      let marks = self.read(view.marks, number)
      if marks.has(Marks.base).isTrue { return }
      let base = self.read(view.base, number)
      let end = self.read(view.end, number)
      let key = self.read(view.key, number)
      let mayShare = marks.has(Marks.shareable)
      let exclusive = sweep.exclusive.blocking(key)
      let shareable = sweep.shareable.blocking(key)
      try self.refuse(view, base, number, unless: exclusive)
      if mayShare.isTrue {
        sweep.shareable.extend(key: key, end: end, range: number)
      } else {
        try self.refuse(view, base, number, unless: shareable)
        sweep.exclusive.extend(key: key, end: end, range: number)
      }
    }
  }

  /// Refuses where the range `number` begins before the end of one that blocks it.
  @inline(never) private func refuse(
    _ view: View, _ base: W, _ number: W, unless blocking: (end: W, range: W)
  ) throws(Refusal<W>) {
    if blocking.end <= base { return }
    // Never blame without proof: the other range must really reach over this one's first word.
    guard blocking.range < capacity(view.base) else { throw Refusal(.ledgerUnsorted, number) }
    let reaches =
      (read(view.base, blocking.range) .<= base) .& (base .< read(view.end, blocking.range))
    guard reaches.isTrue else { throw Refusal(.ledgerUnsorted, number, blocking.range) }
    throw Refusal(view == .claims ? .conflict : .guestConflict, number, blocking.range)
  }

  /// Range `number` stands in the order at a position before `i`.
  private func isVisited(_ number: W, before i: W, half: W) -> W.Condition {
    let position = read(.rank, number)
    return (position .< i) .& (read(.order, half &+ position) .== number)
  }

  /// The frontiers know range `number`, unless it is base layer.
  private func isBehind(_ sweep: Sweep<W>, _ view: View, _ number: W) -> W.Condition {
    let marks = read(view.marks, number)
    let end = read(view.end, number)
    let key = read(view.key, number)
    func reaches(_ frontier: Frontier<W>) -> W.Condition {
      (end .<= frontier.end) .& ((key .!= frontier.key) ==> (end .<= frontier.otherEnd))
    }
    return marks.has(Marks.base)
      .| (marks.has(Marks.shareable) .& reaches(sweep.shareable))
      .| (.!marks.has(Marks.shareable) .& reaches(sweep.exclusive))
  }

  /// The rule, for two ranges.
  public func isCompatible(_ view: View, _ a: W, _ b: W) -> W.Condition {
    let marksA = read(view.marks, a)
    let marksB = read(view.marks, b)
    let isExcused =
      (a .== b) .| marksA.has(Marks.base) .| marksB.has(Marks.base)
      .| (read(view.key, a) .== read(view.key, b))
      .| (marksA.has(Marks.shareable) .& marksB.has(Marks.shareable))
    let isApart =
      (read(view.end, a) .<= read(view.base, b)) .| (read(view.end, b) .<= read(view.base, a))
    return isExcused .| isApart
  }
}

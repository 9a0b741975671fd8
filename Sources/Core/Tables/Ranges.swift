// SPDX-License-Identifier: Apache-2.0
// The ledger, written into a tree. Promise of `fillTaken`: what others have taken from root is noted as taken in root's tree, in whole
// pages, and nothing else. Promise of `fillMapped`: every address that was empty says what the first claim says that covers it.

/// What a tree is built from: the rows `0 ..< rows` of a generation, as things will be.
public struct TreeSource<W: Word>: LoopState {
  /// How many rows there are.
  public var rows: W
  /// The cell whose tree it is.
  public var owner: W
  /// The cell that will be loadable, the cell that will not be any more; `Owner.hypervisor`: none.
  public var opens: W
  public var closes: W
  /// Makes one.
  public init(
    rows: W, owner: W, opens: W = W(known: Owner.hypervisor), closes: W = W(known: Owner.hypervisor)
  ) {
    (self.rows, self.owner, self.opens, self.closes) = (rows, owner, opens, closes)
  }
  public func map(_ transform: (W) -> W) -> TreeSource<W> {
    TreeSource(
      rows: transform(rows), owner: transform(owner), opens: transform(opens), closes: transform(closes))
  }
}

extension Claim {
  /// The guest-physical range, of memory that CPUs reach directly.
  var isDirect: W.Condition { isMapped(in: .processor) .& marks.hasAny(TableEntry.rights) }
  /// The claim's memory in whole pages, outwards.
  var firstPage: W { base & W(known: ~(Limit.page &- 1)) }
  var endPage: W { (end &+ W(known: Limit.page &- 1)) & W(known: ~(Limit.page &- 1)) }
  /// The guest-physical address lies in the claim's range.
  func covers(_ address: W) -> W.Condition { (guest .<= address) .& (address .< guestEnd) }
  /// What the claim is mapped as.
  func mapping(huge: W.Condition) -> Mapping<W> {
    let distance = base &- guest
    func isMultiple(_ level: TableLevel) -> W.Condition { (distance & W(known: level.size &- 1)) .== 0 }
    let isLarge = .!marks.has(Marks.smallPages)
    return Mapping(
      distance: distance, low: (marks & W(known: TableEntry.rights)) | W(known: TableEntry.writeBack),
      large2: W.choose(isLarge .& isMultiple(.two), 1, 0),
      large3: W.choose(isLarge .& isMultiple(.three) .& huge, 1, 0))
  }
}

extension Machine {
  /// The claim takes memory from root, as things will be.
  func takesMemory(_ claim: Claim<W>, _ source: TreeSource<W>) -> W.Condition {
    let owner = claim.owner
    let isMemory = (claim.base >> 60) .== W(known: Space.memory.rawValue)
    // Of the hypervisor there is no phase, and it lends nothing.
    let cell = W.choose(owner .< capacity(.phase), owner, 0)
    let isOpen =
      (owner .< capacity(.phase)) .& (owner .!= source.closes)
      .& ((owner .== source.opens) .| (read(.phase, cell) .== W(known: Phase.loadable)))
    let isLent = claim.marks.has(Marks.keepsRoot) .| (claim.marks.has(Marks.loadable) .& isOpen)
    return isMemory .& (owner .!= W(known: Owner.root)) .& .!isLent .& (claim.base .< claim.end)
  }

  /// What a step that writes rows into a tree requires.
  private func mayWrite(_ path: TablePath<W>, _ generation: Generation, _ source: TreeSource<W>)
    -> W.Condition
  {
    isPath(.four, path, 0) .& (source.rows .<= capacity(generation.base))
      .& (arbitrary(Ghost.address) .< W(known: TableLimit.guest))
  }

  /// Notes in a tree of root's, which is empty, what others have.
  public func fillTaken(
    _ path: TablePath<W>, _ generation: Generation, _ source: TreeSource<W>
  ) throws(Refusal<W>) {
    _ = try step(
      .takenRanges, given: (path, generation, source), NoState<W>(), frame: .building | TableSet(.mappedBy)
    ) {
      self.mayWrite(path, generation, source)
        .& (self.walk(path.page4, self.arbitrary(Ghost.address)).meaning .== 0)
    } ensures: { _ in
      self.isNoted(below: source.rows, path, generation, source)
    } body: { () throws(Refusal<W>) in
      var none = NoState<W>()
      try self.loop(.fillTaken, source.rows, &none, frame: .building | TableSet(.mappedBy)) { i, _ in
        self.isNoted(below: i, path, generation, source)
      } body: { (i, _) throws(Refusal<W>) in
        let claim = self.claim(generation, i)
        if (.!self.takesMemory(claim, source)).isTrue { return }
        // What lies above is never mapped.
        let first = claim.firstPage
        let end = W.lesser(claim.endPage, W(known: TableLimit.guest))
        if first >= end { return }
        self.noteFirst(i, path, first, end)
        try self.fill(.four, path, first, end, .taken)
      }
      return NoState<W>()
    }
  }

  /// Maps what the owner of the source claims, each address by the first claim that covers it, unless something is there already.
  public func fillMapped(
    _ path: TablePath<W>, _ generation: Generation, _ source: TreeSource<W>
  ) throws(Refusal<W>) {
    let address = arbitrary(Ghost.address)
    let huge = read(.pool, W(known: PoolWord.hugePages)) .== 1
    let before = specified(Said<W>.nothing) { self.said(path, address) }
    _ = try step(
      .mappedRanges, given: (path, generation, source), NoState<W>(), frame: .building | TableSet(.mappedBy)
    ) {
      self.mayWrite(path, generation, source)
    } ensures: { _ in
      self.isMapped(below: source.rows, path, generation, source, since: before.known(to: self))
    } body: { () throws(Refusal<W>) in
      var none = NoState<W>()
      let before = self.specified(Said<W>.nothing) { self.said(path, address) }
      try self.loop(.fillRows, source.rows, &none, frame: .building | TableSet(.mappedBy)) { i, _ in
        self.isMapped(below: i, path, generation, source, since: before.known(to: self))
      } body: { (i, _) throws(Refusal<W>) in
        let claim = self.claim(generation, i)
        if ((claim.owner .!= source.owner) .| .!claim.isDirect).isTrue { return }
        try self.mustBeMappable(claim, i)
        self.noteFirst(i, path, claim.guest, claim.guestEnd)
        try self.fill(.four, path, claim.guest, claim.guestEnd, claim.mapping(huge: huge))
      }
      return NoState<W>()
    }
  }

  /// Page tables can say it; of root they say it only where guest-physical addresses are host-physical ones, for by these others'
  /// memory is kept from root.
  func isMappable(_ claim: Claim<W>) -> W.Condition {
    isInside(claim) .& (((claim.base | claim.end | claim.guest) & 0xfff) .== 0) .& mayHave(claim.marks)
      .& ((claim.owner .!= W(known: Owner.root)) .| (claim.base .== claim.guest))
  }
  private func isInside(_ claim: Claim<W>) -> W.Condition {
    (claim.base .< claim.end) .& (claim.end .<= W(known: Limit.physical))
      .& (claim.guest .< W(known: TableLimit.guest))
      .& ((claim.end &- claim.base) .<= (W(known: TableLimit.guest) &- claim.guest))
  }

  /// Refuses what is not mappable, and says why.
  private func mustBeMappable(_ claim: Claim<W>, _ row: W) throws(Refusal<W>) {
    guard isInside(claim).isTrue else { throw Refusal(.regionBeyondPhysical, row) }
    guard ((claim.base | claim.end | claim.guest) & 0xfff) == 0 else { throw Refusal(.regionMisaligned, row) }
    let isReadable = claim.marks.has(Marks.read)
    guard (isReadable .| .!claim.marks.has(Marks.write)).isTrue else { throw Refusal(.writeWithoutRead, row) }
    guard mayHave(claim.marks).isTrue else { throw Refusal(.executeWithoutRead, row) }
    let isIdentity = (claim.owner .!= W(known: Owner.root)) .| (claim.base .== claim.guest)
    guard isIdentity.isTrue else { throw Refusal(.rootNotIdentity, row) }
  }

  /// Notes who comes first: row `row`, if it fills the arbitrary address and nobody did before.
  private func noteFirst(_ row: W, _ path: TablePath<W>, _ first: W, _ end: W) {
    let address = arbitrary(Ghost.address)
    let noted = specified(OneWord<W>(0)) {
      let isNew = (self.walk(path.page4, address).meaning .== 0) .& (first .<= address) .& (address .< end)
      return OneWord(W.choose(isNew, row, self.read(.mappedBy, path.tree)))
    }
    witness(.mappedBy, path.tree, noted)
  }
}

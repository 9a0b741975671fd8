// SPDX-License-Identifier: Apache-2.0
// Create and destroy: the two transitions that change who owns what. Admit, build, commit, release: an error before the
// commit leaves everything as it was (P19), and nothing after its first line can fail.

extension Machine {
  /// Creates cell `cell` from `size` bytes of configuration at host-physical `address`, on behalf of CPU `caller`. The
  /// cell is stopped then.
  @inline(never) public func create(_ address: W, size: W, as cell: W, caller: W) throws(Refusal<W>) {
    try requireRoot(caller)
    guard (.!isDryRun).isTrue else { throw Refusal(.dryRun) }
    let facts = facts()
    guard ((cell .!= W(known: Owner.root)) .& (cell .< capacity(.phase))).isTrue else {
      throw Refusal(.badCell, cell)
    }
    guard read(.phase, cell) == W(known: Phase.absent) else { throw Refusal(.cellExists, cell) }
    try requireUnlocked(except: cell)
    guard size <= W(known: Limit.cellConfig) else { throw Refusal(.tooLarge, size) }
    guard let copy = privateCopy(address, size: size, into: .cell) else {
      throw Refusal(.unreadable, address)
    }
    let layout = try readCell(copy, assumed: facts.architecture)
    guard layout.architecture == facts.architecture else {
      throw Refusal(.badArchitecture, W(known: CellOffset.architecture), layout.architecture)
    }
    let name = name(layout)
    try refuseKnown(name)
    try prepareTrees()
    try admitGuestMap(layout)

    let kept = try keepClaims(except: cell)
    let claimant = Claimant<W>(owner: cell, isRoot: false, caller: caller)
    let count = try addItems(layout, facts, claimant, after: kept, gone: cell)
    try admit(.claims, count: count)
    try findUsers(of: cell, rows: count)
    try growTree(.next, TreeSource(rows: count, owner: cell))
    try growTree(.next, TreeSource(rows: count, owner: W(known: Owner.root)))

    // Commit: nothing below can fail.
    changeRootTree()
    takeOver(cell, rows: count)
    keep(name, of: cell)
    write(.cellFlags, cell, layout.flags)
    write(.resetAddress, cell, resetAddress(layout))
    write(.replyTimeout, cell, replyTimeout(layout))
    keepConsole(layout, of: cell)
    write(.loaded, cell, 0)
    write(.phase, cell, W(known: Phase.stopped))
    setRegister(Register.claimCount, count)
    flip()
  }

  /// Destroys a cell: what it had is scrubbed and is root's again where root's configuration says so.
  public func destroy(_ cell: W, caller: W) throws(Refusal<W>) {
    try requireRoot(caller)
    _ = try requireCell(cell)
    try requireUnlocked(except: cell)
    try requireConsent(cell)
    try prepareTrees()
    let count = try keepClaims(except: cell)
    try growTree(.next, TreeSource(rows: count, owner: W(known: Owner.root)))

    // Commit: nothing below can fail.
    changeRootTree()
    handOver(cell, cpusTo: W(known: Owner.root), .all)
    write(.phase, cell, W(known: Phase.absent))
    setRegister(Register.claimCount, count)
    flip()
  }
}

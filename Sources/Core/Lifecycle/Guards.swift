// SPDX-License-Identifier: Apache-2.0
// What every lifecycle request is checked against before anything else.

extension Machine {
  /// Refuses while the hypervisor is not enabled.
  func requireEnabled() throws(Refusal<W>) {
    guard register(Register.enabled) == 1 else { throw Refusal(.notEnabled) }
  }

  /// Refuses a cell id that is root's, out of range, or of no living cell. Returns the cell's phase.
  func requireCell(_ cell: W) throws(Refusal<W>) -> W {
    try requireEnabled()
    guard cell != W(known: Owner.root) else { throw Refusal(.badCell, cell) }
    guard cell < capacity(.phase) else { throw Refusal(.noSuchCell, cell) }
    let phase = read(.phase, cell)
    guard phase != W(known: Phase.absent) else { throw Refusal(.noSuchCell, cell) }
    return phase
  }

  /// Refuses while a running cell, other than `cell`, has locked the configuration. Passive cells cannot lock it (rule L2).
  func requireUnlocked(except cell: W) throws(Refusal<W>) {
    var none = NoState<W>()
    try loop(.lockCheck, capacity(.phase), &none, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { (i, _) throws(Refusal<W>) in
      let runs = self.read(.phase, i) .== W(known: Phase.running)
      let mayLock =
        runs .& (i .!= W(known: Owner.root)) .& (i .!= cell)
        .& .!self.read(.cellFlags, i).has(CellFlag.passive)
      // Foreign: the cell may change the word at any time; it is read once, and only this decision depends on it.
      guard (.!(mayLock .& (self.foreignCellState(i) .== 1))).isTrue else { throw Refusal(.cellLocked, i) }
    }
  }

  /// Refuses a caller that is not one of root's CPUs at this moment.
  func requireRootCPU(_ cpu: W, _ facts: Facts<W>) throws(Refusal<W>) {
    guard cpu < W(known: Limit.cpuSet * 8) else { throw Refusal(.callerNotRoot, cpu) }
    guard rootHas(cpu, facts).isTrue else { throw Refusal(.callerNotRoot, cpu) }
    let resource = W(known: Space.cpu.origin) + cpu
    var none = NoState<W>()
    try loop(.callerCheck, register(Register.claimCount), &none, frame: .none) { i, _ in
      (self.arbitrary(Ghost.oldRow) .< i)
        ==> .!self.takesFromRoot(self.arbitrary(Ghost.oldRow), resource)
    } body: { (i, _) throws(Refusal<W>) in
      guard (.!self.takesFromRoot(i, resource)).isTrue else { throw Refusal(.callerNotRoot, cpu, i) }
    }
  }

  /// Claim `row` in force covers the resource and is not root's own.
  func takesFromRoot(_ row: W, _ resource: W) -> W.Condition {
    (read(.currentOwner, row) .!= W(known: Owner.root))
      .& (read(.currentBase, row) .<= resource) .& (resource .< read(.currentEnd, row))
  }
}

// SPDX-License-Identifier: Apache-2.0
// Enable and disable. Promise of enable: whatever the loader hands over, either nothing changes, or the ledger holds
// exactly root's base layer and the hypervisor's own claims, and no cell but root lives (P20).

extension Machine {
  /// Starts with a system configuration of `size` bytes at host-physical `address`, on behalf of CPU `caller`, which root's
  /// configuration must name. `assumed` is the architecture for configurations of revisions that do not say theirs.
  public func enable(_ address: W, size: W, caller: W, assumed: W) throws(Refusal<W>) {
    guard register(Register.enabled) == 0 else { throw Refusal(.enabled) }
    guard size <= W(known: Limit.systemConfig) else { throw Refusal(.tooLarge, size) }
    guard let copy = privateCopy(address, size: size, into: .system) else {
      throw Refusal(.unreadable, address)
    }
    let system = try readSystem(copy, assumed: assumed)
    let facts = try facts(of: system)
    guard caller < capacity(.occupant) else { throw Refusal(.callerNotRoot, caller) }
    let root = Claimant<W>(owner: W(known: Owner.root), isRoot: true, caller: caller)
    let base = try addBase(system.root, facts, root)
    let count = try protect(system, facts, root, after: base)
    try requireNamed(caller, rows: count)
    try prepareTrees()
    try growTree(.next, TreeSource(rows: count, owner: W(known: Owner.root)))

    // Commit: nothing below can fail.
    changeRootTree()
    clearCells()
    giveCPUs(rows: count)
    keep(facts)
    keepPlatform(system)
    keep(name(system.root), of: W(known: Owner.root))
    write(.phase, W(known: Owner.root), W(known: Phase.running))
    write(.cellFlags, W(known: Owner.root), system.root.flags)
    setRegister(Register.claimCount, count)
    setRegister(Register.enabled, 1)
    flip()
  }

  /// Stops, which only root can ask for, when it is alone.
  public func disable(caller: W) throws(Refusal<W>) {
    try requireRoot(caller)
    var none = NoState<W>()
    try loop(.livingCells, capacity(.phase), &none, frame: .none) { i, _ in
      let cell = self.arbitrary(Ghost.oldRow)
      return ((cell .< i) .& (cell .!= W(known: Owner.root)))
        ==> (self.read(.phase, cell) .== W(known: Phase.absent))
    } body: { (i, _) throws(Refusal<W>) in
      if i == W(known: Owner.root) { return }
      guard self.read(.phase, i) == W(known: Phase.absent) else { throw Refusal(.cellsExist, i) }
    }
    setRegister(Register.claimCount, 0)
    setRegister(Register.enabled, 0)
  }

  /// Root's claims: its base layer, from row 0.
  private func addBase(
    _ layout: CellLayout<W>, _ facts: Facts<W>, _ root: Claimant<W>
  ) throws(Refusal<W>) -> W {
    // While disabled no claims are in force, so there is nothing to keep.
    try addItems(layout, facts, root, after: 0, gone: W(known: Owner.root))
  }

  /// Every cell but root becomes absent.
  private func clearCells() {
    var none = NoState<W>()
    loop(.clearPhases, capacity(.phase), &none, frame: TableSet(.phase)) { i, _ in
      (self.arbitrary(Ghost.oldRow) .< i)
        ==> (self.read(.phase, self.arbitrary(Ghost.oldRow)) .== W(known: Phase.absent))
    } body: { i, _ in
      self.write(.phase, i, W(known: Phase.absent))
    }
  }

  /// Refuses a caller whose CPU none of the new ledger's `rows` rows names. (The hypervisor claims no CPU: what names one is
  /// root's base layer.)
  private func requireNamed(_ caller: W, rows: W) throws(Refusal<W>) {
    var found = OneWord<W>(0)
    loop(.callerCheck, rows, &found, frame: .none) { i, found in
      let row = found.value &- 1
      return (found.value .!= 0) ==> ((row .< i) .& (self.cpu(of: self.claim(.next, row)) .== caller))
    } body: { i, found in
      if self.cpu(of: self.claim(.next, i)) == caller { found.value = i &+ 1 }
    }
    guard found.value != 0 else { throw Refusal(.callerNotRoot, caller) }
  }

  /// Root runs on the CPUs that the new ledger's `rows` rows name, and nobody on any other.
  private func giveCPUs(rows: W) {
    let cpus = capacity(.occupant)
    let cpu = arbitrary(Ghost.cpu)
    var none = NoState<W>()
    loop(.clearCPUs, cpus, &none, frame: TableSet(.occupant)) { i, _ in
      (cpu .< i) ==> (self.read(.occupant, cpu) .== W(known: Owner.hypervisor))
    } body: { i, _ in
      self.write(.occupant, i, W(known: Owner.hypervisor))
    }
    loop(.rootCPUs, rows, &none, frame: TableSet(.occupant) | TableSet(.home)) { i, _ in
      let row = self.read(.home, cpu)
      let occupant = self.read(.occupant, cpu)
      let isRoots =
        (occupant .== W(known: Owner.root)) .& (row .< i)
        .& (self.cpu(of: self.claim(.next, row)) .== cpu)
      let isNamed =
        (self.arbitrary(Ghost.firstRow) .< i)
        .& (self.cpu(of: self.claim(.next, self.arbitrary(Ghost.firstRow))) .== cpu)
      return (cpu .< cpus)
        ==> ((isRoots .| (occupant .== W(known: Owner.hypervisor)))
          .& (isNamed ==> (occupant .== W(known: Owner.root))))
    } body: { i, _ in
      let cpu = self.cpu(of: self.claim(.next, i))
      if cpu >= cpus { return }
      self.write(.occupant, cpu, W(known: Owner.root))
      self.witness(.home, cpu, i)
    }
  }
}

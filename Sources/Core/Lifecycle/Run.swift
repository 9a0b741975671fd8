// SPDX-License-Identifier: Apache-2.0
// The transitions that leave ownership alone: set-loadable, start, shut down, fail.

extension Machine {
  /// Stops a cell and gives root its loadable regions. What a confidential cell holds is scrubbed first.
  public func setLoadable(_ cell: W, caller: W) throws(Refusal<W>) {
    try requireRoot(caller)
    let phase = try requireCell(cell)
    try requireConsent(cell)
    if phase == W(known: Phase.loadable) { return }
    let rows = register(Register.claimCount)
    try prepareTrees()
    try growTree(.current, TreeSource(rows: rows, owner: W(known: Owner.root), opens: cell))

    // Commit: nothing below can fail.
    changeRootTree()
    if read(.cellFlags, cell).has(CellFlag.confidential).isTrue {
      handOver(cell, cpusTo: W(known: Owner.hypervisor), .all)
      write(.loaded, cell, 0)
    } else {
      handOver(cell, cpusTo: W(known: Owner.hypervisor), .nothing)
    }
    write(.phase, cell, W(known: Phase.loadable))
  }

  /// Starts a cell, or restarts it, each CPU in its initial state. Root loses the loadable regions.
  @inline(never) public func start(_ cell: W, caller: W) throws(Refusal<W>) {
    try requireRoot(caller)
    let phase = try requireCell(cell)
    try requireConsent(cell)
    let isConfidential = read(.cellFlags, cell).has(CellFlag.confidential)
    guard (.!isConfidential .| (read(.loaded, cell) .== 1)).isTrue else { throw Refusal(.notLoaded, cell) }
    if phase == W(known: Phase.loadable) {
      let rows = register(Register.claimCount)
      try prepareTrees()
      try growTree(.current, TreeSource(rows: rows, owner: W(known: Owner.root), closes: cell))
      changeRootTree()
    }

    // Commit: nothing below can fail.
    handOver(cell, cpusTo: cell, .cpus)
    write(.phase, cell, W(known: Phase.running))
  }

  /// The cell that runs on `cpu` shuts itself down. Its CPUs go on until root stops them.
  public func shutDown(by cpu: W) throws(Refusal<W>) {
    let cell = try cell(on: cpu)
    let phase = try requireCell(cell)
    guard phase == W(known: Phase.running) else { throw Refusal(.wrongPhase, cell, phase) }
    write(.phase, cell, W(known: Phase.stopped))
  }

  /// A running cell has failed as a whole: it did not answer in time.
  public func fail(_ cell: W) throws(Refusal<W>) {
    try requireEnabled()
    let phase = try requireCell(cell)
    guard phase == W(known: Phase.running) else { throw Refusal(.wrongPhase, cell, phase) }
    handOver(cell, cpusTo: W(known: Owner.hypervisor), .nothing)
    write(.phase, cell, W(known: Phase.failed))
  }

  /// The cell on `cpu`, root included, did there what it must not do: the CPU is parked, and nothing else happens. A cell
  /// of which no CPU is left is failed by `fail`.
  public func failCPU(_ cpu: W) throws(Refusal<W>) {
    _ = try cell(on: cpu)
    write(.occupant, cpu, W(known: Owner.hypervisor))
  }

  /// The cell whose code runs on `cpu`; refuses where none does.
  func cell(on cpu: W) throws(Refusal<W>) -> W {
    try requireEnabled()
    guard cpu < capacity(.occupant) else { throw Refusal(.cpuBeyondMachine, cpu) }
    let cell = read(.occupant, cpu)
    guard cell != W(known: Owner.hypervisor) else { throw Refusal(.cpuParked, cpu) }
    return cell
  }
}

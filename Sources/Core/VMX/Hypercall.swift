// SPDX-License-Identifier: Apache-2.0
// Hypercalls. Those that only tell are answered here: the hypervisor's pages and cells, a cell's state, a CPU's counters. Those that change
// tables are for `manage`.

/// Numbers of hypercalls (Jailhouse's).
public enum Hypercall {
  public static var disable: UInt64 { 0 }
  public static var create: UInt64 { 1 }
  public static var start: UInt64 { 2 }
  public static var setLoadable: UInt64 { 3 }
  public static var destroy: UInt64 { 4 }
  public static var getInfo: UInt64 { 5 }
  public static var getState: UInt64 { 6 }
  public static var cpuInfo: UInt64 { 7 }
  public static var putCharacter: UInt64 { 8 }
  /// Ours, for root: bytes of the log from a position on; 32 bits of the records of stopped CPUs (docs/log.md).
  public static var readLog: UInt64 { 0x1000 }
  public static var readRecords: UInt64 { 0x1001 }
  /// 32 bits of what a dry run has noted (`Notes`).
  public static var readNotes: UInt64 { 0x1002 }
}

/// What `Hypercall.getInfo` can be asked.
public enum InfoType {
  public static var pages: UInt64 { 0 }
  public static var pagesUsed: UInt64 { 1 }
  public static var remapPages: UInt64 { 2 }
  public static var remapUsed: UInt64 { 3 }
  public static var cells: UInt64 { 4 }
}

extension Processor {
  /// Answers VMCALL: the result in RAX, an errno where negative.
  @inline(__always) func answerHypercall(_ cpu: W) -> Verdict {
    count(.hypercall)
    let code = guest(.rax)
    if code <= W(known: Hypercall.destroy) {
      if isPrivileged.isTrue {
        if isRoots(cpu) { return .manage }
      }
    }
    advance()
    setGuest(.rax, result(code, cpu))
    return .resume
  }

  func errno(_ number: UInt64) -> W { 0 &- W(known: number) }
  /// What counts of an argument: all of it in 64-bit code, else the low half.
  @inline(__always) func argument(_ register: GuestRegister) -> W {
    let value = guest(register)
    if (value >> 32) == 0 { return value }
    return W.choose(isIn64BitMode, value, value & 0xffff_ffff)
  }
  /// The guest's code runs at privilege level 0: that of SS. (In virtual-8086 mode it is 3. SDM vol. 3C, 27.3.1.2.)
  private var isPrivileged: W.Condition { (vmcs(.accessSS) & 0x60) .== 0 }

  @_optimize(speed) @inline(never) private func result(_ code: W, _ cpu: W) -> W {
    if (.!isPrivileged).isTrue { return errno(1) }
    let first = argument(.rdi)
    if code == W(known: Hypercall.getInfo) { return info(first) }
    let second = argument(.rsi)
    if code == W(known: Hypercall.getState) { return state(of: first, cpu) }
    if code == W(known: Hypercall.cpuInfo) { return info(cpu, of: first, second) }
    if code == W(known: Hypercall.putCharacter) { return put(first & 0xff, cpu) }
    if code == W(known: Hypercall.readLog) { return isRoots(cpu) ? logged(first) : errno(1) }
    if code == W(known: Hypercall.readRecords) {
      if !isRoots(cpu) { return errno(1) }
      return first < W(known: LogLimit.halves) ? recorded(first) : errno(22)
    }
    if code == W(known: Hypercall.readNotes) {
      if !isRoots(cpu) { return errno(1) }
      if first >= W(known: Notes.words &* 2) { return errno(22) }
      return (read(.notes, first >> 1) >> ((first & 1) << 5)) & 0xffff_ffff
    }
    return W.choose(code .<= W(known: Hypercall.destroy), errno(1), errno(38))
  }

  /// The state of a cell as it tells it itself, or as the hypervisor knows better.
  @inline(never) private func state(of cell: W, _ cpu: W) -> W {
    if !isRoots(cpu) { return errno(1) }
    if cell >= capacity(.phase) { return errno(2) }
    let phase = read(.phase, cell)
    if phase == W(known: Phase.absent) { return errno(2) }
    if phase == W(known: Phase.failed) { return W(known: CellState.failed) }
    if (phase .!= W(known: Phase.running)).isTrue { return W(known: CellState.shutDown) }
    if cell == W(known: Owner.root) { return 0 }
    // Foreign, and any value.
    let said = foreignCellState(cell)
    return W.choose(said .<= W(known: CellState.mismatch), said, errno(22))
  }

  /// Says a character on the hypervisor's console, for root and for a cell that may.
  @inline(never) private func put(_ character: W, _ cpu: W) -> W {
    if cpu >= capacity(.occupant) { return errno(1) }
    let cell = read(.occupant, cpu)
    if cell >= capacity(.phase) { return errno(1) }
    let isPermitted =
      (cell .== W(known: Owner.root)) .| read(.cellFlags, cell).has(CellFlag.consolePermitted)
    if (.!isPermitted).isTrue { return errno(1) }
    say(character)
    return 0
  }

  private func info(_ type: W) -> W {
    if type == W(known: InfoType.pages) { return capacity(.pageTree) }
    if type == W(known: InfoType.pagesUsed) { return pagesUsed() }
    if (type .== W(known: InfoType.remapPages)).isTrue { return 0 }
    if (type .== W(known: InfoType.remapUsed)).isTrue { return 0 }
    if type == W(known: InfoType.cells) { return cellsAlive() }
    return errno(22)
  }

  /// Pages of the trees in force. (Those of a tree that is gone are free again with the next transition, when every CPU has flushed.)
  @inline(never) private func pagesUsed() -> W {
    var used = OneWord<W>(0)
    loop(.usedPages, capacity(.pageTree), &used, frame: .none) { i, used in
      used.value .<= i
    } body: { i, used in
      let tree = self.read(.pageTree, i)
      if tree == 0 { return }
      if self.isInForce(tree &- 1).isTrue { used.value = used.value &+ 1 }
    }
    return used.value
  }

  @inline(never) func cellsAlive() -> W {
    var alive = OneWord<W>(0)
    loop(.aliveCells, capacity(.phase), &alive, frame: .none) { i, alive in
      alive.value .<= i
    } body: { i, alive in
      if self.read(.phase, i) != W(known: Phase.absent) { alive.value = alive.value &+ 1 }
    }
    return alive.value
  }

  /// Of a CPU: 0 or 2 (it has failed), or a counter. Root may ask about each, a cell about its own.
  @inline(never) private func info(_ cpu: W, of asked: W, _ type: W) -> W {
    if asked >= capacity(.occupant) { return errno(22) }
    if asked != cpu {
      if !isRoots(cpu) {
        if !isOwn(asked, of: cpu) { return errno(1) }
      }
    }
    if type == 0 { return W.choose(told(W(known: CPUWord.failed.number), by: asked) .== 0, 0, 2) }
    let counter = type &- 1000
    if ((type .< 1000) .| (W(known: CPUWord.counters) .<= counter)).isTrue { return errno(22) }
    return told(counter, by: asked) & 0x7fff_ffff
  }

  /// CPU `asked` belongs to the cell that runs on `cpu`.
  private func isOwn(_ asked: W, of cpu: W) -> Bool {
    if cpu >= capacity(.occupant) { return false }
    let cell = read(.occupant, cpu)
    let row = arbitrary(Ghost.oldRow)
    var found = OneWord<W>(0)
    loop(.ownCPU, register(Register.claimCount), &found, frame: .none) { i, found in
      let isNamed = (row .< i) .& self.isCPU(asked, of: cell, byRow: row)
      return isNamed ==> (found.value .!= 0)
    } body: { i, found in
      let claim = self.claim(.current, i)
      let isNamed = (claim.owner .== cell) .& (self.cpu(of: claim) .== asked)
      found.value = W.choose(isNamed, 1, found.value)
    }
    return found.value != 0
  }
}

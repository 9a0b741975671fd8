// SPDX-License-Identifier: Apache-2.0
// Management: what root asks for that changes tables. Promise (theorem "nobody-runs-meanwhile"): while tables change, every CPU but
// the caller's that runs root, and every CPU of the cell that it is about, stands still outside of every guest; afterwards, whatever came of it, all
// of them are told to go on, and the lock is free. Before any of them enters a guest again it has dropped its translations ("cpus-settle"),
// and so has the caller's CPU. (P7, P9, P19.)
//
// Nobody waits for the lock: where it is taken, the guest executes its hypercall again. So a CPU that wants to manage can be held
// by one that does, and two of them cannot wait for each other.

/// Values of `Table.standing`.
public enum Standing {
  /// It is let alone.
  public static var none: UInt64 { 0 }
  /// It is to stand still, as one of root's; as one of the cell's.
  public static var roots: UInt64 { 1 }
  public static var cells: UInt64 { 2 }
}

extension Processor {
  /// Carries out the management hypercall that CPU `cpu` has just made.
  public func manage(cpu: W) -> Verdict {
    if (.!tryLock()).isTrue { return answerKick(cpu: cpu) }
    let (code, argument) = (guest(.rax), argument(.rdi))
    if code == W(known: Hypercall.disable) {
      let verdict = leave(cpu)
      unlock()
      return verdict
    }
    switch hearing(code, argument) {
    case .agrees: break
    case .refuses: return finish(errno(1))
    case .expires:
      expire(argument, cpu)
      unlock()
      return .resume
    case .waits:
      // The guest asks again.
      unlock()
      return .resume
    }
    return finish(perform(code, argument, cpu))
  }

  /// The hypercall is over: the guest is told so, and goes on.
  private func finish(_ result: W) -> Verdict {
    unlock()
    advance()
    setGuest(.rax, result)
    return .resume
  }

  /// What the cell that a request is about says to it. (Create is about none that there is.)
  private func hearing(_ code: W, _ cell: W) -> Hearing {
    let isAboutOne = (W(known: Hypercall.create) .< code) .& (code .<= W(known: Hypercall.destroy))
    if (.!isAboutOne).isTrue { return .agrees }
    // Nobody is asked in vain: what would be refused for another cell's sake is refused first.
    if code == W(known: Hypercall.destroy) {
      if isLockedNow(except: cell).isTrue { return .refuses }
    }
    return hear(cell)
  }

  /// A cell has not answered in time: it has failed.
  private func expire(_ cell: W, _ cpu: W) {
    if (.!hold(cell, cpu)).isTrue {
      _ = release(done: false, 0)
      return
    }
    let attempt = attempt(.expire, Wish(cell: cell, cpu: cpu))
    if attempt.isDone.isTrue {
      tellFailure(cell)
      sweepPins(cell)
    }
    _ = release(done: attempt.isDone.isTrue, 0)
  }

  private func perform(_ code: W, _ argument: W, _ cpu: W) -> W {
    if code == W(known: Hypercall.create) { return createCell(at: argument, cpu) }
    // Root's configuration names every CPU: nobody is held up for what is refused anyway.
    if argument == W(known: Owner.root) { return errno(22) }
    if code == W(known: Hypercall.start) { return startCell(argument, cpu) }
    if code == W(known: Hypercall.setLoadable) { return setCellLoadable(argument, cpu) }
    if code == W(known: Hypercall.destroy) { return destroyCell(argument, cpu) }
    return errno(38)
  }

  /// Creates the cell whose configuration lies at guest-physical, which for root is host-physical, `address`. It says by which number.
  @inline(never) private func createCell(at address: W, _ cpu: W) -> W {
    // How long it is and what number it wants is looked up first; what is admitted is a copy that is made afterwards, and checked as a whole.
    let length = W(known: CellOffset.length)
    // What is root's to read is root's to hand over, and nothing else is looked at.
    if address >= W(known: Limit.physical) { return errno(12) }
    if (.!isRootsMemory(address, end: address + length)).isTrue { return errno(12) }
    guard let head = privateCopy(address, size: length, into: .cell) else { return errno(12) }
    let cell = load(.cell, size: head.size, offset: W(known: CellOffset.id), width: 4)
    let size = sizeSaid(by: head)
    if size > W(known: Limit.cellConfig) { return errno(7) }
    if (.!isRootsMemory(address, end: address + size)).isTrue { return errno(12) }
    if (.!hold(W(known: Owner.hypervisor), cpu)).isTrue { return release(done: false, errno(5)) }
    let attempt = attempt(.create, Wish(cell: cell, cpu: cpu, address: address, size: size))
    if (.!attempt.isDone).isTrue { return release(done: false, 0 &- attempt.errno) }
    buildPorts(cell)
    buildPorts(W(known: Owner.root))
    sweepPins(W(known: Owner.hypervisor))
    inform(except: cell)
    return release(done: true, 0)
  }

  /// Host-physical `address ..< end` lies in a region of root's that it may read, and nobody takes any of it.
  private func isRootsMemory(_ address: W, end: W) -> W.Condition {
    var found = Rooted<W>(holds: 0, isTaken: 0)
    loop(.rootsMemory, register(Register.claimCount), &found, frame: .none) { i, found in
      let row = self.arbitrary(Ghost.oldRow)
      let isTaken =
        (row .< i) .& self.takes(row, address, end: end, of: W(known: Owner.hypervisor))
      return isTaken ==> (found.isTaken .!= 0)
    } body: { i, found in
      let isTaken = self.takes(i, address, end: end, of: W(known: Owner.hypervisor))
      found.isTaken = W.choose(isTaken, 1, found.isTaken)
      found.holds = W.choose(self.isRoots(i, address, end: end), 1, found.holds)
    }
    return (found.holds .!= 0) .& (found.isTaken .== 0)
  }

  /// How long the configuration is that begins with this descriptor (jailhouse-interfaces, a.10).
  private func sizeSaid(by head: PrivateCopy<W>) -> W {
    func count(_ offset: UInt64) -> W { load(.cell, size: head.size, offset: W(known: offset), width: 4) }
    return W(known: CellOffset.length) &+ count(CellOffset.cpuSetSize)
      &+ count(CellOffset.memoryCount).times(Stride.memory)
      &+ count(CellOffset.cacheCount).times(Stride.cache)
      &+ count(CellOffset.chipCount).times(Stride.chip) &+ count(CellOffset.portCount).times(Stride.port)
      &+ count(CellOffset.deviceCount).times(Stride.device)
      &+ count(CellOffset.capabilityCount).times(Stride.capability)
      &+ count(CellOffset.streamCount).times(Stride.stream)
  }

  private func startCell(_ cell: W, _ cpu: W) -> W {
    if (.!hold(cell, cpu)).isTrue { return release(done: false, errno(5)) }
    let attempt = attempt(.start, Wish(cell: cell, cpu: cpu))
    if (.!attempt.isDone).isTrue { return release(done: false, 0 &- attempt.errno) }
    fillCommunication(cell)
    forgetChoices(of: cell)
    giveNewBeginnings()
    sweepPins(cell)
    return release(done: true, 0)
  }

  private func setCellLoadable(_ cell: W, _ cpu: W) -> W {
    if (.!hold(cell, cpu)).isTrue { return release(done: false, errno(5)) }
    let attempt = attempt(.setLoadable, Wish(cell: cell, cpu: cpu))
    if (.!attempt.isDone).isTrue { return release(done: false, 0 &- attempt.errno) }
    sweepPins(cell)
    return release(done: true, 0)
  }

  private func destroyCell(_ cell: W, _ cpu: W) -> W {
    if (.!hold(cell, cpu)).isTrue { return release(done: false, errno(5)) }
    let attempt = attempt(.destroy, Wish(cell: cell, cpu: cpu))
    if (.!attempt.isDone).isTrue { return release(done: false, 0 &- attempt.errno) }
    giveNewBeginnings()
    buildPorts(W(known: Owner.root))
    sweepPins(cell)
    inform(except: cell)
    return release(done: true, 0)
  }

  /// Has every other CPU of root's and every CPU of `cell` stand still. False where one does not answer.
  private func hold(_ cell: W, _ caller: W) -> W.Condition {
    let (cpus, cpu) = (capacity(.occupant), arbitrary(Ghost.cpu))
    let row = arbitrary(Ghost.oldRow)
    var none = NoState<W>()
    loop(.markRoot, cpus, &none, frame: TableSet(.standing)) { i, _ in
      ((cpu .< i) .& self.runsRoot(cpu) .& (cpu .!= caller)) ==> (self.read(.standing, cpu) .!= 0)
    } body: { i, _ in
      let isMeant = (self.read(.occupant, i) .== W(known: Owner.root)) .& (i .!= caller)
      self.write(.standing, i, W.choose(isMeant, W(known: Standing.roots), W(known: Standing.none)))
    }
    loop(.markCell, register(Register.claimCount), &none, frame: TableSet(.standing)) { i, _ in
      let isCells = (row .< i) .& self.isCPU(cpu, of: cell, byRow: row)
      let mark = self.read(.standing, cpu)
      let isMarked =
        (self.runsRoot(cpu) ==> (mark .!= 0)) .& (isCells ==> (mark .== W(known: Standing.cells)))
      return ((cpu .< cpus) .& (cpu .!= caller)) ==> isMarked
    } body: { i, _ in
      let claim = self.claim(.current, i)
      let one = self.cpu(of: claim)
      if ((claim.owner .!= cell) .| (cpus .<= one) .| (one .== caller)).isTrue { return }
      self.write(.standing, one, W(known: Standing.cells))
    }
    loop(.orderHold, cpus, &none, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      if self.read(.standing, i) != 0 { self.order(i, .hold) }
    }
    var missing = OneWord<W>(0)
    let before = specified(OneWord<W>(0)) { OneWord(self.read(.stood, cpu)) }
    loop(.awaitHold, cpus, &missing, frame: TableSet(.stood)) { i, missing in
      let isMeant = self.read(.standing, cpu) .!= 0
      let stood = self.read(.stood, cpu)
      return (((missing.value .== 0) .& (cpu .< i) .& isMeant) ==> (stood .== 1))
        .& (isMeant .| (stood .== before.known(to: self).value))
    } body: { i, missing in
      if self.read(.standing, i) == 0 { return }
      if (.!self.stands(i)).isTrue { missing.value = 1 }
    }
    return missing.value .== 0
  }

  /// For specifications: row `row` says that the CPU is the cell's.
  func isCPU(_ cpu: W, of cell: W, byRow row: W) -> W.Condition {
    let claim = claim(.current, row)
    return (claim.owner .== cell) .& (self.cpu(of: claim) .== cpu)
  }
  private func runsRoot(_ cpu: W) -> W.Condition { read(.occupant, cpu) .== W(known: Owner.root) }

  /// Tells all that stand still to go on. What is done is done: this CPU goes on by the new tables, too. Returns `result`.
  private func release(done: Bool, _ result: W) -> W {
    if done {
      flushTranslations()
      fillCell(W(known: Owner.root))
    }
    let cpu = arbitrary(Ghost.cpu)
    let before = specified(OneWord<W>(0)) { OneWord(self.read(.stood, cpu)) }
    var none = NoState<W>()
    loop(.orderGo, capacity(.occupant), &none, frame: .releasing | TableSet(.stood)) { i, _ in
      let isMeant = self.read(.standing, cpu) .!= 0
      let stood = self.read(.stood, cpu)
      return (((cpu .< i) .& isMeant) ==> (stood .== 0))
        .& (isMeant .| (stood .== before.known(to: self).value))
    } body: { i, _ in
      if self.read(.standing, i) != 0 { self.order(i, .go) }
    }
    return result
  }

  /// The cell's CPUs, which stand still, begin anew.
  private func giveNewBeginnings() {
    let cpu = arbitrary(Ghost.cpu)
    let before = specified(OneWord<W>(0)) { OneWord(self.read(.launch, cpu)) }
    var none = NoState<W>()
    loop(.newBeginnings, capacity(.occupant), &none, frame: TableSet(.launch)) { i, _ in
      let isNew = (cpu .< i) .& (self.read(.standing, cpu) .== W(known: Standing.cells))
      return self.read(.launch, cpu) .== (before.known(to: self).value &+ W.choose(isNew, 1, 0))
    } body: { i, _ in
      if self.read(.standing, i) != W(known: Standing.cells) { return }
      self.write(.launch, i, self.read(.launch, i) &+ 1)
    }
  }

  /// This CPU's cell did what it must not do, or its processor failed: the CPU is parked; a cell of which none is left has failed.
  public func failHere(cpu: W) -> Verdict {
    // The guest does it again.
    if (.!tryLock()).isTrue { return answerKick(cpu: cpu) }
    let verdict = failLocked(cpu)
    unlock()
    return verdict
  }

  private func failLocked(_ cpu: W) -> Verdict {
    if cpu >= capacity(.occupant) { return .park }
    let cell = read(.occupant, cpu)
    if doBeyond(cell, cpu) { return .resume }
    setOwn(.failed, own(.stop))
    record(cell, cpu)
    _ = attempt(.failCPU, Wish(cell: cell, cpu: cpu))
    if cpus(of: cell) == 0 {
      tellFailure(cell)
      _ = attempt(.fail, Wish(cell: cell, cpu: cpu))
    }
    return .park
  }
}

/// What a search for root's memory has found: 1 where root holds the range, where somebody takes some of it.
struct Rooted<W: Word>: LoopState {
  var holds: W
  var isTaken: W
  func map(_ transform: (W) -> W) -> Rooted<W> {
    Rooted(holds: transform(holds), isTaken: transform(isTaken))
  }
}

// SPDX-License-Identifier: Apache-2.0
// Pins of I/O APICs: whose they are, and what the hypervisor has let their owners enter into them. After `enable` nobody but the hypervisor writes
// a chip, so that `Table.redirection` is what the chips hold of it. 82093AA datasheet, 3.2.4.

/// A redirection entry, its low half in bits 31:0, its high half in 63:32.
public enum PinEntry {
  /// Delivery mode, bits 10:8; a set of CPUs as destination; masked.
  public static var logical: UInt64 { 1 << 11 }
  public static var masked: UInt64 { 1 << 16 }
  /// What of it is written: vector, mode, kind of destination, polarity, trigger, mask; the destination, bits 63:56.
  public static var written: UInt64 { 0xff00_0000_0001_afff }
  /// Ours alone, in bits that entries do not have: it has been entered or looked up; which cell did that, bits 49:18.
  static var known: UInt64 { 1 << 17 }
  static var ownerShift: UInt64 { 18 }
}

/// Bounds of what is served.
public enum PinLimit {
  /// Chips, by their order in root's configuration; pins of a chip, of which 120 can be named.
  public static var chips: UInt64 { 16 }
  public static var pinBits: UInt64 { 7 }
  public static var pins: UInt64 { 120 }
  /// Words of `Table.redirection`, and of `Table.chipIndex` for each cell.
  public static var words: UInt64 { chips << pinBits }
}

/// Who holds a line: the row that says so plus 1; 0 where nobody does.
public struct LineHolder<W: Word>: LoopState {
  public var row: W
  public func map(_ transform: (W) -> W) -> LineHolder<W> { LineHolder(row: transform(row)) }
}

/// Rows that a search for a line's holder has found, plus 1: one of root's, one that takes the line from root.
private struct LineRows<W: Word>: LoopState {
  var roots: W
  var takers: W
  func map(_ transform: (W) -> W) -> LineRows<W> {
    LineRows(roots: transform(roots), takers: transform(takers))
  }
}

/// Where an entry's interrupts may go.
public struct PinTargets<W: Word>: LoopState {
  /// 1 where every CPU that the entry names runs the cell.
  public var isInside: W
  /// Of an entry that names one CPU: that CPU plus 1.
  public var one: W
  public func map(_ transform: (W) -> W) -> PinTargets<W> {
    PinTargets(isInside: transform(isInside), one: transform(one))
  }
}

/// CPUs of a cell: as a set, by their numbers; one that interrupts are sent to by a certain number, plus 1.
private struct CellCPUs<W: Word>: LoopState {
  var set: W
  var one: W
  func map(_ transform: (W) -> W) -> CellCPUs<W> { CellCPUs(set: transform(set), one: transform(one)) }
}

extension Machine {
  /// The claim names the line.
  func namesLine(_ row: W, _ line: W) -> W.Condition {
    let claim = claim(.current, row)
    return (claim.base .<= line) .& (line .< claim.end)
  }
  /// The row takes the line from root.
  func takesLine(_ row: W, _ line: W) -> W.Condition {
    let claim = claim(.current, row)
    return namesLine(row, line) .& (claim.owner .!= W(known: Owner.root)) .& .!claim.marks.has(
      Marks.keepsRoot)
  }
  /// The row gives the line to root.
  func isRootsLine(_ row: W, _ line: W) -> W.Condition {
    namesLine(row, line) .& (claim(.current, row).owner .== W(known: Owner.root))
  }

  /// Who holds the interrupt line: somebody who takes it from root, or root.
  public func lineHolder(_ line: W) -> LineHolder<W> {
    step(.lineHolder, given: line, LineHolder<W>(row: 0), frame: .none) {
      self.register(Register.claimCount) .<= self.capacity(.currentBase)
    } ensures: { holder in
      let (row, rows) = (holder.row &- 1, self.register(Register.claimCount))
      let other = self.arbitrary(Ghost.oldRow)
      let isUntaken = .!((other .< rows) .& self.takesLine(other, line))
      let isHeld = self.takesLine(row, line) .| (self.isRootsLine(row, line) .& isUntaken)
      return (holder.row .!= 0) ==> ((row .< rows) .& isHeld)
    } body: {
      var found = LineRows<W>(roots: 0, takers: 0)
      self.loop(.lineHolder, self.register(Register.claimCount), &found, frame: .none) { i, found in
        let (roots, taker, other) = (found.roots &- 1, found.takers &- 1, self.arbitrary(Ghost.oldRow))
        let isTaken = (other .< i) .& self.takesLine(other, line)
        return ((found.roots .!= 0) ==> ((roots .< i) .& self.isRootsLine(roots, line)))
          .& ((found.takers .!= 0) ==> ((taker .< i) .& self.takesLine(taker, line)))
          .& (isTaken ==> (found.takers .!= 0))
      } body: { i, found in
        found.roots = W.choose(self.isRootsLine(i, line), i &+ 1, found.roots)
        found.takers = W.choose(self.takesLine(i, line), i &+ 1, found.takers)
      }
      return LineHolder(row: W.choose(found.takers .!= 0, found.takers, found.roots))
    }
  }

  /// For specifications and code: the CPU is `cell`'s.
  func runs(_ cpu: W, _ cell: W) -> W.Condition { read(.occupant, cpu) .== cell }

  /// Whether an entry, unmasked, would reach CPUs of `cell` alone: one by its number, or, where the APICs know flat sets, a set.
  public func pinTargets(_ entry: W, of cell: W, _ isFlat: W) -> PinTargets<W> {
    step(.pinTargets, given: (entry, cell, isFlat), PinTargets<W>(isInside: 0, one: 0), frame: .none) {
      W.Condition(known: true)
    } ensures: { targets in
      let (one, cpu, destination) = (targets.one &- 1, self.arbitrary(Ghost.cpu), entry >> 56)
      let isOne =
        (targets.one .!= 0) .& (one .< self.capacity(.occupant)) .& self.runs(one, cell)
        .& (self.read(.interruptID, one) .== destination) .& (destination .!= 0xff)
      let isNamed = (cpu .< W(known: Limit.flatCPUs)) .& (((destination >> cpu) & 1) .== 1)
      let isSet =
        (isFlat .!= 0) .& (isNamed ==> ((cpu .< self.capacity(.occupant)) .& self.runs(cpu, cell)))
      return (targets.isInside .!= 0) ==> W.Condition.choose(entry.has(PinEntry.logical), isSet, isOne)
    } body: {
      let destination = entry >> 56
      var found = CellCPUs<W>(set: 0, one: 0)
      self.loop(.pinTargets, self.capacity(.occupant), &found, frame: .none) { i, found in
        let (one, cpu) = (found.one &- 1, self.arbitrary(Ghost.cpu))
        let isOne =
          (one .< i) .& self.runs(one, cell) .& (self.read(.interruptID, one) .== destination)
        let isNamed = (cpu .< W(known: Limit.flatCPUs)) .& (((found.set >> cpu) & 1) .== 1)
        return ((found.one .!= 0) ==> isOne) .& (isNamed ==> ((cpu .< i) .& self.runs(cpu, cell)))
          .& (found.set .< 0x100)
      } body: { i, found in
        let isCells = self.runs(i, cell)
        let isOne = isCells .& (self.read(.interruptID, i) .== destination)
        found.one = W.choose(isOne, i &+ 1, found.one)
        let bit = W.choose(isCells .& (i .< W(known: Limit.flatCPUs)), W(known: 1) << i, 0)
        found.set = found.set | bit
      }
      let isSet = (isFlat .!= 0) .& (destination .!= 0) .& ((destination | found.set) .== found.set)
      let isOne = (found.one .!= 0) .& (destination .!= 0xff)
      let isInside = W.Condition.choose(entry.has(PinEntry.logical), isSet, isOne)
      return PinTargets(isInside: W.choose(isInside, 1, 0), one: found.one)
    }
  }
}

extension Word {
  /// The entry, unmasked, raises plain interrupts: fixed or lowest priority, by a vector that is no exception's.
  func isPlainPin() -> Condition {
    (((self >> 8) & 7) .<= 1) .& (16 .<= (self & 0xff))
  }
  /// The entry, as the cell `cell` has entered it.
  func entered(by cell: Self) -> Self {
    self | Self(known: PinEntry.known) | (cell << Self(known: PinEntry.ownerShift))
  }
  /// Who has entered it.
  var enterer: Self { (self >> Self(known: PinEntry.ownerShift)) & 0xffff_ffff }
}

extension Machine {
  /// How many of root's chips are served. (They are x86's, and known while the hypervisor is enabled.)
  var servedChips: W {
    let isThere = (register(Register.enabled) .== 1) .& (register(Register.architecture) .== 0)
    return W.choose(isThere, W.lesser(register(Register.chipsCount), W(known: PinLimit.chips)), 0)
  }
}

extension Processor {
  /// The entry that `cell` gets where it wants `entry`: that, or that masked.
  func moderated(_ entry: W, of cell: W) -> W {
    let targets = pinTargets(entry, of: cell, W.choose(isX2APIC, 0, 1))
    let isAllowed = entry.isPlainPin() .& (targets.isInside .!= 0)
    return W.choose(isAllowed, entry, entry | W(known: PinEntry.masked))
  }

  /// Enters it, for `cell`, into pin `pin` of chip `chip` at host-physical `address`.
  func enter(_ entry: W, _ cell: W, chip: W, at address: W, pin: W) {
    write(.redirection, pinIndex(chip, pin), entry.entered(by: cell))
    setPin(address, pin, entry)
  }

  /// Which word of the table is the pin's.
  func pinIndex(_ chip: W, _ pin: W) -> W { (chip << W(known: PinLimit.pinBits)) &+ pin }
  /// The line that is the pin's.
  func line(_ address: W, _ pin: W) -> W {
    W(known: Space.interrupt.origin) &+ ((address & W(known: ~0xfff)) << 10) &+ pin
  }

  /// What stands in a pin, with who entered it. Before the first time that is looked up: root did, before there was a hypervisor.
  func pinEntry(chip: W, at address: W, pin: W) -> W {
    let known = read(.redirection, pinIndex(chip, pin))
    if known.has(PinEntry.known).isTrue { return known }
    return (self.pin(address, pin) & W(known: PinEntry.written)).entered(by: W(known: Owner.root))
  }
}

// SPDX-License-Identifier: Apache-2.0
// I/O APICs by their pages: index, data, EOI (82093AA datasheet, 3.1; jailhouse-interfaces, g.3). Promise (theorem "pins-stay-inside"): a guest
// changes pins alone that its cell holds, and what it enters is masked or raises plain interrupts on CPUs of its cell; other
// registers it reads. All under the management lock: where it is taken, the guest's instruction is executed again.
//
// A pin that is somebody else's reads as masked, and what is written to it is ignored. EOI is ignored: it would be every cell's, and an EOI of the
// local APIC reaches the chip.

/// Where the registers of a chip are, and those behind the index.
private enum ChipRegister {
  static var index: UInt64 { 0x00 }
  static var data: UInt64 { 0x10 }
  static var end: UInt64 { 0x40 }
  /// Bytes of all.
  static var bytes: UInt64 { 0x100 }
  /// Behind the index: ID, version, arbitration; then two for each pin.
  static var plain: UInt64 { 3 }
  static var firstPin: UInt64 { 0x10 }
}

extension Processor {
  /// The guest has touched memory that it does not have and that is not its local APIC's: a chip's page, or nothing.
  public func answerChip(cpu: W) -> Verdict {
    let place = vmcs(.guestPhysical)
    let chip = chip(at: place)
    if chip == 0 { return stop(cpu, Stop.memory) }
    let address = element(facts().chips, chip &- 1, 0, 8)
    if cpu >= capacity(.occupant) { return stop(cpu, Stop.memory) }
    let cell = read(.occupant, cpu)
    if cell >= capacity(.phase) { return stop(cpu, Stop.memory) }
    if (.!tryLock()).isTrue { return answerKick(cpu: cpu) }
    let verdict = answerLocked(cpu, cell, place &- address, chip: chip &- 1, at: address)
    unlock()
    return verdict
  }

  private func answerLocked(_ cpu: W, _ cell: W, _ offset: W, chip: W, at address: W) -> Verdict {
    // Whoever has no line of the chip has no business there.
    if (.!hasLine(cell, of: address)).isTrue { return stop(cpu, Stop.memory) }
    guard let access = memoryAccess(cpu) else { return stop(cpu, Stop.chip) }
    if access.width != 4 { return stop(cpu, Stop.chip) }
    if !perform(access, offset, cell, chip: chip, at: address) { return stop(cpu, Stop.chip) }
    count(.mmio)
    advance(by: access.length)
    return .resume
  }

  /// The number behind that of the chip whose registers a guest-physical address belongs to; 0 where there is none.
  @inline(never) private func chip(at place: W) -> W {
    var found = OneWord<W>(0)
    loop(.findChip, servedChips, &found, frame: .none) { i, found in
      found.value .<= i
    } body: { i, found in
      let distance = place &- self.element(self.facts().chips, i, 0, 8)
      if distance < W(known: ChipRegister.bytes) { found.value = i &+ 1 }
    }
    return found.value
  }

  /// The cell begins anew: no register is chosen of what it reaches by an index.
  func forgetChoices(of cell: W) {
    if cell >= capacity(.phase) { return }
    write(.configAddress, cell, 0)
    for chip in 0..<UInt64(16) { write(.chipIndex, (cell << 4) &+ W(known: chip), 0) }
  }

  /// Some row gives the cell a line of the chip.
  private func hasLine(_ cell: W, of address: W) -> W.Condition {
    let first = line(address, 0)
    var found = OneWord<W>(0)
    loop(.chipLines, register(Register.claimCount), &found, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { i, found in
      let claim = self.claim(.current, i)
      let isOne =
        (claim.owner .== cell) .& (claim.base .< (first &+ W(known: PinLimit.pins))) .& (first .< claim.end)
      found.value = W.choose(isOne, 1, found.value)
    }
    return found.value .!= 0
  }

  /// Does what the instruction asks for at that distance from the chip's start. False where there is no such register.
  private func perform(_ access: Instruction<W>, _ offset: W, _ cell: W, chip: W, at address: W) -> Bool {
    let held = general(access.register)
    let place = (cell << 4) &+ chip
    if access.isWrite == 1 {
      let value = access.written(held)
      if offset == W(known: ChipRegister.index) {
        write(.chipIndex, place, value & 0xff)
        return true
      }
      if offset == W(known: ChipRegister.data) {
        writeChip(read(.chipIndex, place), value, cell, chip: chip, at: address)
        return true
      }
      return offset == W(known: ChipRegister.end)
    }
    if offset == W(known: ChipRegister.index) {
      setGeneral(access.register, access.loaded(read(.chipIndex, place), over: held))
      return true
    }
    if offset != W(known: ChipRegister.data) { return false }
    let value = readChip(read(.chipIndex, place), cell, at: address)
    setGeneral(access.register, access.loaded(value, over: held))
    return true
  }

  /// The cell holds the line, or another resource that has one holder.
  func holds(_ cell: W, _ line: W) -> W.Condition {
    let row = lineHolder(line).row
    if row == 0 { return W.Condition(known: false) }
    return claim(.current, row &- 1).owner .== cell
  }

  private func readChip(_ index: W, _ cell: W, at address: W) -> W {
    if index < W(known: ChipRegister.plain) { return chipRegister(address, index) }
    let number = index &- W(known: ChipRegister.firstPin)
    let pin = number >> 1
    if pin >= W(known: PinLimit.pins) { return 0 }
    let isHigh = (number & 1) .== 1
    if (.!holds(cell, line(address, pin))).isTrue { return W.choose(isHigh, 0, W(known: PinEntry.masked)) }
    let entry = self.pin(address, pin)
    return W.choose(isHigh, entry >> 32, entry & 0xffff_ffff)
  }

  private func writeChip(_ index: W, _ value: W, _ cell: W, chip: W, at address: W) {
    let number = index &- W(known: ChipRegister.firstPin)
    let pin = number >> 1
    if pin >= W(known: PinLimit.pins) { return }
    if (.!holds(cell, line(address, pin))).isTrue { return }
    let isHigh = (number & 1) .== 1
    let known = pinEntry(chip: chip, at: address, pin: pin)
    // What another cell had entered is no half of this one's.
    let old = W.choose(known.enterer .== cell, known, W(known: PinEntry.masked))
    let pair = W.choose(
      isHigh, (old & 0xffff_ffff) | (value << 32), (old & W(known: 0xffff_ffff << 32)) | value)
    enter(moderated(pair & W(known: PinEntry.written), of: cell), cell, chip: chip, at: address, pin: pin)
  }
}

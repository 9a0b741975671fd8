// SPDX-License-Identifier: Apache-2.0
// Pins after management. Promise (theorem "pins-are-swept"): whatever happened to lines and CPUs, every pin of root's first chips is masked
// afterwards, or was entered by the cell that holds its line, which runs and is not the one that has just been started,
// stopped or destroyed, and raises plain interrupts on CPUs of that cell alone (P13).

extension Processor {
  /// Masks every pin that is not its holder's as it stands, and all pins of the cell `subject`.
  public func sweepPins(_ subject: W) {
    _ = step(.sweepPins, given: subject, NoState<W>(), frame: TableSet(.redirection)) {
      ((self.register(Register.enabled) .== 1) ==> self.facts().isSound())
        .& (self.register(Register.claimCount) .<= self.capacity(.currentBase))
    } ensures: { _ in
      self.isSwept(subject)
    } body: {
      var none = NoState<W>()
      self.loop(.sweepChips, self.servedChips, &none, frame: TableSet(.redirection)) { i, _ in
        (self.sweptChip .< i) ==> self.isSwept(subject)
      } body: { i, _ in
        let address = self.element(self.facts().chips, i, 0, 8)
        var inner = NoState<W>()
        let before = self.specified(OneWord<W>(0)) { OneWord(self.read(.redirection, self.sweptIndex)) }
        self.loop(.sweepPins, W(known: PinLimit.pins), &inner, frame: TableSet(.redirection)) { pin, _ in
          let isDone = (self.sweptChip .== i) .& (self.sweptPin .< pin)
          let isKept = self.read(.redirection, self.sweptIndex) .== before.known(to: self).value
          return (isDone ==> self.isSwept(subject)) .& ((self.sweptChip .!= i) ==> isKept)
        } body: { pin, _ in
          self.sweep(chip: i, at: address, pin: pin, subject)
        }
      }
      return NoState<W>()
    }
  }

  /// The arbitrary pin that specifications are about: its word of the table, its chip, its number.
  var sweptIndex: W { arbitrary(Ghost.resource) & W(known: PinLimit.words &- 1) }
  private var sweptChip: W { sweptIndex >> W(known: PinLimit.pinBits) }
  private var sweptPin: W { sweptIndex & W(known: (1 << PinLimit.pinBits) &- 1) }

  private func sweep(chip: W, at address: W, pin: W, _ subject: W) {
    let entry = pinEntry(chip: chip, at: address, pin: pin)
    let bare = entry & W(known: PinEntry.written)
    // Most pins are masked as it is.
    if bare.has(PinEntry.masked).isTrue { return write(.redirection, pinIndex(chip, pin), entry) }
    let owner = entry.enterer
    let row = lineHolder(line(address, pin)).row
    var isKept = W.Condition(known: false)
    if row != 0 {
      let isHolders = (claim(.current, row &- 1).owner .== owner) .& (owner .!= subject) .& isRunning(owner)
      isKept = isHolders
    }
    let kept = moderated(bare, of: owner)
    enter(
      W.choose(isKept, kept, bare | W(known: PinEntry.masked)), owner, chip: chip, at: address, pin: pin)
  }

  private func isRunning(_ cell: W) -> W.Condition {
    let isCell = cell .< capacity(.phase)
    return isCell .& (read(.phase, W.choose(isCell, cell, 0)) .== W(known: Phase.running))
  }

  /// For specifications: the arbitrary pin, if it is one of a chip of root's, is as the sweep leaves it.
  func isSwept(_ subject: W) -> W.Condition {
    let (chip, pin, cpu) = (sweptChip, sweptPin, arbitrary(Ghost.cpu))
    let isPin = (chip .< servedChips) .& (pin .< W(known: PinLimit.pins))
    let entry = read(.redirection, sweptIndex)
    let owner = entry.enterer
    // Of a set: the arbitrary CPU, if it is in it, runs the cell.
    let destination = entry >> 56
    let isNamed = (cpu .< W(known: Limit.flatCPUs)) .& (((destination >> cpu) & 1) .== 1)
    let isInside = isNamed ==> ((cpu .< capacity(.occupant)) .& runs(cpu, owner))
    let isPlain =
      entry.isPlainPin() .& (owner .!= subject) .& isRunning(owner)
      .& (entry.has(PinEntry.logical) ==> isInside)
    return isPin ==> (entry.has(PinEntry.known) .& (entry.has(PinEntry.masked) .| isPlain))
  }
}

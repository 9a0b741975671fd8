// SPDX-License-Identifier: Apache-2.0
// The life of a simulated CPU: enter the guest, let it run until it leaves, handle the exit; as the image does (Kernel/image/x86/Start.swift).

import Core

extension SimulatedProcessor {
  /// Makes this CPU one that runs root: as the image's `ostrog_enter`. Nil: done.
  public func begin() -> Refusal<UInt64>? {
    tlb.dropAll()
    do throws(Refusal<UInt64>) {
      try fillRoot(cpu: id)
    } catch {
      return error
    }
    isAlive = true
    return nil
  }

  /// What a processor checks at an entry of the VMCS as it is now.
  public var entryFailures: [String] {
    VMEntry(on: kind) { self[$0] }.failures()
  }

  /// Lives until it is over.
  func live() {
    while !board.isOver {
      // A kick that comes now leaves its note too late.
      pass(8)
      enter()
      if board.isOver { return }
      let isOver = !runGuest()
      isInGuest = false
      if isOver || !handle() { return }
    }
  }

  /// The entry: checks, and what is injected. SDM vol. 3C, 27.2 to 27.6.
  private func enter() {
    if let failure = entryFailures.first { return broke("VM entry fails. \(failure)") }
    let isLong = self[.entryControls] >> 9 & 1 == 1
    // What the mode is, EFER must say; without "load EFER" it would stay the host's.
    if self[.entryControls] >> 15 & 1 == 0 { broke("the guest runs with the host's EFER") }
    if isLong != (self[.guestEFER] >> 10 & 1 == 1) { broke("IA-32e mode and EFER differ") }
    board.onlooker?.enters(self)
    // What the guest's instruction has come to: passed over, or an exception; else it is done again.
    let isRaised = self[.injection] >> 31 & 1 == 1
    if let was = current {
      let isAgain = self[.guestRIP] == was.rip && board.epochs[number] == was.epoch && !isRaised
      if !isAgain { current = nil }
    }
    if isRaised { self[.guestRIP] = self[.guestRIP] &+ 1 }
    if self[.secondaryControls] >> 5 & 1 == 0 { tlb.dropCombined(vpid: self[.vpid]) }
    isInGuest = true
    // 27.7.1: an NMI that waited for the entry. NMIs are held back as the interruptibility state says.
    holdsNMIs = self[.interruptibility] >> 3 & 1 == 1
  }

  /// Runs the guest until it leaves. False: it is over.
  private func runGuest() -> Bool {
    isParked = false
    while !board.isOver {
      pass(3)
      if isLost { continue }
      if board.turns.passes > 12_000_000 { broke("it comes to no end; \(board.whatAllDo)") }
      if hasNMI && !holdsNMIs {
        hasNMI = false
        return leaveByNMI()
      }
      takeInterrupts()
      if let again = current {
        // Whoever has the lock gives it back, and comes to its turn before that.
        repeated += 1
        let isAsking = again.instruction.isLeaving
        if repeated > 10_000 && !isAsking {
          broke("\(again.instruction) is done again and again; the lock is CPU \(board.lockHolder ?? -1)'s")
        }
        if execute(again.instruction) { return true }
        current = nil
        continue
      }
      guard let instruction = board.onlooker?.instruction(on: self) else {
        isIdle = true
        board.endIfQuiet()
        pass(1)
        continue
      }
      isIdle = false
      last = instruction
      repeated = 0
      let rip = self[.guestRIP]
      // What comes from outside does not come again.
      let isEvent = instruction == .initSignal || instruction == .startUpSignal
      current = isEvent ? nil : (instruction, rip, board.epochs[number])
      if execute(instruction) { return true }
      current = nil
    }
    return false
  }

  /// SDM vol. 3C, 26.2: NMIs cause exits where the control says so.
  private func leaveByNMI() -> Bool {
    if self[.pinControls] >> 3 & 1 == 0 {
      broke("an NMI of the hypervisor's reaches a guest")
      return false
    }
    leave(reason: 0)
    self[.exitInterruption] = 1 << 31 | 2 << 8 | 2
    // NMIs are held back from here to an IRET; whether the field says so differs between processors.
    holdsNMIs = true
    self[.interruptibility] = board.turns.drawn(below: 2) << 3
    return true
  }

  /// Interrupts do not exit: the guest takes them.
  private func takeInterrupts() {
    if self[.pinControls] & 1 == 1 { return broke("interrupts exit") }
    for interrupt in pending where interrupt.epoch != board.epochs[number] {
      broke("interrupt \(interrupt.vector) arrives, which was sent to the cell that ran here before")
    }
    pending = []
  }

  /// After an exit, until the guest goes on. False: it is over.
  private func handle() -> Bool {
    // What does not leave a guest by an NMI does not hold back the next.
    if self[.exitReason] & 0xffff != 0 { holdsNMIs = false }
    if hasNMI && !holdsNMIs { (hasNMI, isKicked) = (false, true) }
    hasFewRegisters = true
    let isDone = handleFrequent(cpu: id)
    hasFewRegisters = false
    if isDone && !isKicked { return true }
    var verdict = isDone ? .resume : handleExit(cpu: id)
    while !board.isOver {
      switch verdict {
      case .resume:
        if !isKicked { return true }
        isKicked = false
      case .stand, .park:
        if !standStill(isParked: verdict == .park) { return false }
      case .fail:
        if !last.mayStop { broke("the guest is stopped (why: \(self[.stop])) for \(last)") }
      case .leave:
        (hasLeft, isAlive) = (true, false)
        board.onlooker?.leaves(self)
        return false
      case .manage, .chip, .port: break
      }
      // A CPU that is nobody's and was asked for something looks again and again.
      pass(4)
      verdict = carryOut(verdict, cpu: id)
    }
    return false
  }
}

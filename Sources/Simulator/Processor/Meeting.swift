// SPDX-License-Identifier: Apache-2.0
// How simulated CPUs meet: the contract of Processor.swift and no more. Between any two looks at what others write, others may run.

import Core

extension SimulatedProcessor {
  private static var holdBit: UInt64 { UInt64(Order.hold.rawValue) }

  public func tryLock() -> Bool {
    pass(2)
    if board.lockHolder != nil { return false }
    board.lockHolder = number
    return true
  }
  public func unlock() {
    if board.lockHolder != number { broke("it gives back a lock that it does not have") }
    if let left = board.mail.firstIndex(where: { $0.order & 0xff == Self.holdBit }) {
      broke("it gives back the lock, and CPU \(left) is not told to go on")
    }
    board.onlooker?.unlocks(self)
    board.lockHolder = nil
    pass(4)
  }
  public func order(_ cpu: UInt64, _ order: Order) {
    if board.lockHolder != number { broke("it orders without the lock") }
    board.mail[Int(cpu)].order = ((board.mail[Int(cpu)].order >> 8) + 1) << 8 | UInt64(order.rawValue)
    pass(4)
    if order == .hold { board.kick(Int(cpu)) }
    pass(4)
  }
  public func stands(_ cpu: UInt64) -> Bool {
    let order = board.mail[Int(cpu)].order
    var patience = 0
    while board.mail[Int(cpu)].answer != order {
      if board.isOver { return false }
      if patience == 20_000 {
        board.onlooker?.waitedInVain(self, for: cpu)
        return false
      }
      patience += 1
      if patience % 64 == 0 { board.kick(Int(cpu)) }
      pass(1)
    }
    return true
  }
  public func isHeld() -> Bool {
    pass(8)
    return board.mail[number].order & 0xff == Self.holdBit
  }
  public func ask(_ cpu: UInt64, _ request: UInt64) {
    board.onlooker?.asks(self, cpu, request: request)
    let other = Int(cpu)
    let before = board.mail[other].request
    if request & CPURequest.startUp == 0 {
      board.mail[other].request = request
    } else if before & CPURequest.startUp == 0 {
      board.mail[other].request = before | request
    }
    board.cpus[other].requestEpoch = board.epochs[other]
    var patience = 0
    while board.mail[other].request != 0 && patience < 64 && !board.isOver {
      if patience % 16 == 0 { board.kick(other) }
      patience += 1
      pass(1)
    }
  }
  public func takeRequest() -> UInt64 {
    pass(8)
    let request = board.mail[number].request
    board.mail[number].request = 0
    return request
  }
  public func sendInterrupt(_ command: UInt64, to number: UInt64) {
    board.onlooker?.sends(self, to: number)
    guard let other = board.cpus.first(where: { $0.interruptID == number }) else {
      return broke("it sends an interrupt to \(number), which is no CPU")
    }
    if command & ~0xff != 0 || command < 16 { broke("it sends \(command), which is no plain interrupt") }
    pass(8)
    other.pending.append(PendingInterrupt(vector: command & 0xff, epoch: board.epochs[other.number]))
    pass(8)
  }

  public func attempt(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>) -> Attempt<UInt64> {
    if board.lockHolder != number { broke("it runs a transition without the lock") }
    board.isChanging = true
    defer { board.isChanging = false }
    board.onlooker?.tries(operation, wish)
    do throws(Refusal<UInt64>) {
      try run(operation, wish)
      board.onlooker?.tried(operation, wish, nil)
      return Attempt(isDone: true, errno: 0)
    } catch {
      board.onlooker?.tried(operation, wish, error)
      return Attempt(isDone: false, errno: error.reason.errno)
    }
  }

  /// An NMI arrives: at a guest, it waits for the next instruction; in root mode it leaves a note.
  func takeNMI() {
    if isInGuest || holdsNMIs { hasNMI = true } else { isKicked = true }
  }

  /// It stands still, and nothing has come that would change that.
  var waitsInVain: Bool {
    guard let isParked = standing else { return false }
    let mail = board.mail[number]
    if mail.order & 0xff == Self.holdBit { return mail.answer == mail.order }
    return mail.order == seen && isParked && mail.request == 0
  }

  /// It stands still or runs nothing, and has obeyed its last order.
  var isQuiet: Bool {
    let mail = board.mail[number]
    let isHeld = mail.order & 0xff == Self.holdBit && mail.answer == mail.order
    return (standing != nil || isParked) && (mail.order == seen || isHeld)
  }

  /// Stands still: answers every order to do so, and returns when there is another one. With `isParked` it waits in any case for an
  /// order to go on that it has not obeyed yet, or for a request. False: it is over.
  func standStill(isParked: Bool) -> Bool {
    standing = isParked
    self.isParked = isParked
    defer { standing = nil }
    while !board.isOver {
      let order = board.mail[number].order
      if order & 0xff == Self.holdBit {
        board.mail[number].answer = order
      } else if order != seen {
        seen = order
        return true
      } else if !isParked || board.mail[number].request != 0 {
        return true
      }
      board.endIfQuiet()
      pass(1)
    }
    return false
  }
}

// SPDX-License-Identifier: Apache-2.0
// How CPUs meet: a mailbox each, of single words, and one lock. Promise: an answer is believed only where it is to this very order (orders
// are numbered); nobody waits for ever but a CPU that is to stand still.

import CVMX
import Core

/// The management lock.
private enum Lock {
  nonisolated(unsafe) static var taken: UInt = 0
}

extension Silicon {
  /// A word of a CPU's mailbox.
  @inline(__always) private func mail(_ cpu: UInt64, _ offset: UInt64) -> UnsafeMutablePointer<UInt> {
    precondition(cpu < capacity(.occupant), "no such CPU")
    let at = word(Virtual.cpu &+ Block.mail).pointee &+ cpu &* Mail.size &+ offset
    return x86_at(UInt(at)).assumingMemoryBound(to: UInt.self)
  }
  private var thisCPU: UInt64 { word(Virtual.cpu &+ Block.id).pointee }
  private static var orderBits: UInt64 { 0xff }

  public func tryLock() -> Bool {
    x86_compare_exchange_word(&Lock.taken, 0, 1) != 0
  }
  public func unlock() { x86_store_word(&Lock.taken, 0) }

  public func order(_ cpu: UInt64, _ order: Order) {
    let at = mail(cpu, Mail.order)
    let number = (UInt64(x86_load_word(at)) >> 8) &+ 1
    x86_store_word(at, UInt(number << 8 | UInt64(order.rawValue)))
    if order == .hold { APIC.kick(read(.interruptID, cpu)) }
  }

  public func stands(_ cpu: UInt64) -> Bool {
    let order = x86_load_word(mail(cpu, Mail.order))
    var patience = 0
    while x86_load_word(mail(cpu, Mail.answer)) != order {
      if patience == 16_000_000 { return false }
      patience &+= 1
      // A kick that comes while the CPU is on its way into its guest is lost; it is repeated.
      if patience & 0xfff == 0 { APIC.kick(read(.interruptID, cpu)) }
      x86_pause()
    }
    return true
  }

  public func isHeld() -> Bool {
    UInt64(x86_load_word(mail(thisCPU, Mail.order))) & Self.orderBits == UInt64(Order.hold.rawValue)
  }

  public func ask(_ cpu: UInt64, _ request: UInt64) {
    let at = mail(cpu, Mail.request)
    if request & CPURequest.startUp != 0 {
      // The first one counts: two vectors in one word would be a third. Who loses against another that asks looks again.
      var before = x86_load_word(at)
      while UInt64(before) & CPURequest.startUp == 0
        && x86_compare_exchange_word(at, before, before | UInt(request)) == 0
      {
        before = x86_load_word(at)
      }
    } else {
      _ = x86_exchange_word(at, UInt(request))
    }
    // Until it has been taken, for a bounded time. (A CPU that stands still takes it when it goes on.)
    var patience = 0
    while x86_load_word(at) != 0 && patience < 0x4000 {
      if patience & 0xfff == 0 { APIC.kick(read(.interruptID, cpu)) }
      patience &+= 1
      x86_pause()
    }
  }
  public func takeRequest() -> UInt64 {
    UInt64(x86_exchange_word(mail(thisCPU, Mail.request), 0))
  }

  public func attempt(
    _ operation: Operation, _ wish: Wish<UInt64>
  ) -> Attempt<UInt64> {
    #if ORACLE
      Oracle.tries(operation, wish)
    #endif
    do throws(Refusal<UInt64>) {
      try run(operation, wish)
      #if ORACLE
        Oracle.did(self, 0, 0, config: operation == .create ? .cell : nil)
      #endif
      return Attempt(isDone: true, errno: 0)
    } catch {
      #if ORACLE
        Oracle.did(
          self, error.reason.errno, UInt64(error.reason.rawValue), config: operation == .create ? .cell : nil)
      #endif
      return Attempt(isDone: false, errno: error.reason.errno)
    }
  }

  /// Stands still: answers every order to do so, and returns when there is another one. With `isParked` it waits in any case for an
  /// order to go on that it has not obeyed yet, or for a request.
  func standStill(isParked: Bool) {
    let cpu = thisCPU
    let seen = Virtual.cpu &+ Block.seen
    while true {
      let order = UInt64(x86_load_word(mail(cpu, Mail.order)))
      if order & Self.orderBits == UInt64(Order.hold.rawValue) {
        x86_store_word(mail(cpu, Mail.answer), UInt(order))
      } else if order != word(seen).pointee {
        word(seen).pointee = order
        return
      } else if !isParked || x86_load_word(mail(cpu, Mail.request)) != 0 {
        return
      }
      x86_pause()
    }
  }
}

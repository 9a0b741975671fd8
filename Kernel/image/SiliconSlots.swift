// SPDX-License-Identifier: Apache-2.0
// The pages of the pool. Promise: a page or a slot that does not exist traps.

import Core

extension Silicon {
  /// The slot, after the check.
  @inline(__always) private func place(_ page: UInt64, _ index: UInt64) -> UnsafeMutablePointer<UInt64> {
    precondition(page < words[Header.poolPages] && index < TableEntry.slots, "a slot outside the pool")
    let first = words[Header.pool] / 8
    return words + Int(truncatingIfNeeded: first &+ page &* TableEntry.slots &+ index)
  }

  @inline(__always) public func slot(_ page: UInt64, _ index: UInt64) -> UInt64 { place(page, index).pointee }

  @inline(__always) public func setSlot(_ page: UInt64, _ index: UInt64, _ value: UInt64) {
    place(page, index).pointee = value
  }

  @inline(__always) public func clearPage(_ page: UInt64) {
    clear(UnsafeMutableRawPointer(place(page, 0)), Limit.page)
  }

  /// What was the case is for the proofs.
  @inline(__always) public func specified<S: LoopState>(_ shape: S, _ body: @Sendable () -> S)
    -> Specified<S> where S.W == UInt64
  { Specified(shape) }
  /// Nobody looks.
  @inline(__always) public func mustSpecify() {}
  /// No code reads a witness.
  @inline(__always) public func witness(
    _ table: Table, _ index: UInt64, _ value: Specified<OneWord<UInt64>>
  ) {}
}

// SPDX-License-Identifier: Apache-2.0
// The machine that ships: the core's words are the processor's, its tables lie in one memory area that is handed over
// once. Promise: nothing here allocates, and every access that the contract calls a trap stops at a `precondition`.
//
// Tables: SiliconTables.swift. Private copies: SiliconHolders.swift. What others write: SiliconForeign.swift.

import Core

/// The hypervisor's own memory as the core's machine. A value of one pointer; all state lies behind it, so copies are
/// the same machine.
public struct Silicon: Machine, @unchecked Sendable {
  // Unchecked: one lock covers management operations, so at most one CPU runs the core at a time.

  /// The machine's word.
  public typealias W = UInt64

  /// The area, virtual address, as words (8 bytes). What stands where: `Header`, `Area`.
  let words: UnsafeMutablePointer<UInt64>

  /// The machine in an area that `lay` has laid out.
  @inline(__always) public init(laidOut area: UnsafeMutableRawPointer) {
    words = area.assumingMemoryBound(to: UInt64.self)
  }

  /// A plain loop: invariant and frame are for the proofs.
  @inline(__always) public func loop<S: LoopState, E: Error>(
    _ name: Loop, _ count: UInt64, _ state: inout S, frame: TableSet,
    invariant: @Sendable (UInt64, S) -> Bool, body: @Sendable (UInt64, inout S) throws(E) -> Void
  ) throws(E) where S.W == UInt64 {
    var i: UInt64 = 0
    while i < count {
      try body(i, &state)
      i &+= 1
    }
  }

  /// The step itself: what it requires and ensures is for the proofs.
  @inline(__always) public func step<G: Sendable, S: LoopState, E: Error>(
    _ name: ProvedStep, given: G, _ shape: S, frame: TableSet, requires: @Sendable () -> Bool,
    ensures: @Sendable (S) -> Bool, body: () throws(E) -> S
  ) throws(E) -> S where S.W == UInt64 {
    try body()
  }

  /// A step as any other: what it may read is for the proofs.
  @inline(__always) public func look<C: Sendable, S: LoopState>(
    _ name: ProvedStep, _ index: UInt64, _ context: C, _ shape: S, reads: TableSet,
    requires: @Sendable () -> Bool, ensures: @Sendable (S) -> Bool,
    body: () throws(Refusal<UInt64>) -> S
  ) throws(Refusal<UInt64>) -> S where S.W == UInt64 {
    try body()
  }

  /// Outcomes are for the proofs.
  @inline(__always) public func outcome<C: Sendable, S: LoopState>(
    of name: ProvedStep, _ index: UInt64, _ context: C, _ shape: S, reads: TableSet,
    body: () throws(Refusal<UInt64>) -> S
  ) -> Outcome<S> where S.W == UInt64 {
    Outcome(isReturned: true, value: shape)
  }

  /// Ghosts are for the proofs.
  @inline(__always) public func arbitrary(_ number: Int) -> UInt64 { 0 }
  /// Witnesses are for the proofs.
  @inline(__always) public func witness(_ table: Table, _ index: UInt64, _ value: UInt64) {}
}

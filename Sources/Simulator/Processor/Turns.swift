// SPDX-License-Identifier: Apache-2.0
// Who runs when. Promise: one CPU at a time runs, and which one is next is drawn: with the same draws the same thing happens again.

import Foundation

/// CPUs that take turns, each on a thread of its own.
public final class Turns: @unchecked Sendable {
  private let gates: [DispatchSemaphore]
  private let end = DispatchSemaphore(value: 0)
  private var running: [Int] = []
  private let draw: (UInt64) -> UInt64
  /// How often somebody could have been let on.
  private(set) var passes = 0
  /// Whether a CPU has anything to do. Those that wait in vain are passed over: their turns would change nothing.
  var isReady: (Int) -> Bool = { _ in true }

  /// `count` CPUs; `draw` gives a number below the one that it is given.
  public init(_ count: Int, draw: @escaping (UInt64) -> UInt64) {
    gates = (0..<count).map { _ in DispatchSemaphore(value: 0) }
    self.draw = draw
  }

  /// A number below `limit`, from the same source as the turns.
  public func drawn(below limit: UInt64) -> UInt64 { draw(limit) }

  /// Lets these CPUs live until each of them has returned.
  public func run(_ cpus: [Int], _ life: @escaping @Sendable (Int) -> Void) {
    running = cpus
    for cpu in cpus {
      let thread = Thread { [self] in
        gates[cpu].wait()
        life(cpu)
        finish(cpu)
      }
      thread.stackSize = 4 << 20
      thread.start()
    }
    guard let first = cpus.first else { return }
    gates[first].signal()
    end.wait()
  }

  private func finish(_ cpu: Int) {
    running.removeAll { $0 == cpu }
    guard let next = running.first else {
      end.signal()
      return
    }
    gates[next].signal()
  }

  /// CPU `cpu` lets another one run, perhaps: in one of `rarity` cases.
  public func pass(_ cpu: Int, rarity: UInt64 = 1) {
    passes += 1
    if running.count < 2 || (rarity > 1 && draw(rarity) != 0) { return }
    let ready = running.filter(isReady)
    if ready.isEmpty { return }
    let next = ready[Int(draw(UInt64(ready.count)))]
    if next == cpu { return }
    gates[next].signal()
    gates[cpu].wait()
  }
}

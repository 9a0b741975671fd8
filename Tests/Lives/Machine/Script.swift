// SPDX-License-Identifier: Apache-2.0
// What guests do, one deed after the other: drawn, or as it was drawn before. At the end root's first CPU destroys every cell, and looks whether all
// pages are free again.

import Core
import Simulator

/// The deeds of a life.
struct Script {
  /// Deeds that were done, in order.
  private(set) var done: [Deed] = []
  private var draw: Draw
  /// How many are still to be drawn; nil where they are given.
  private var left: Int?
  /// By CPU, last first.
  private var given: [[Deed]] = []
  private var ending = Ending()
  private var patience = 300

  /// Draws `count` deeds.
  init(seed: UInt64, count: Int) {
    draw = Draw(seed: seed)
    left = count
  }
  /// Repeats deeds.
  init(_ deeds: [Deed]) {
    draw = Draw(seed: 0)
    given = (0..<Int(Place.cpus)).map { cpu in deeds.filter { $0.cpu == cpu }.reversed() }
  }

  /// What the guest on a CPU does next.
  mutating func next(on cpu: SimulatedProcessor, _ watch: Watch) -> Deed? {
    // Its last call: it is answered as soon as it is made by 64-bit code.
    if !watch.world.model.enabled { return cpu.deedTowardsLeaving }
    if let left {
      guard left > 0 else { return end(cpu, watch) }
      let deed = draw.deed(cpu, watch)
      self.left = left - 1
      done.append(deed)
      return deed
    }
    if let deed = given[cpu.number].popLast() {
      done.append(deed)
      return deed
    }
    return end(cpu, watch)
  }

  private mutating func end(_ cpu: SimulatedProcessor, _ watch: Watch) -> Deed? {
    if ending.isLeaving { return ending.leave(cpu, watch) }
    if cpu.number != 0 { return nil }
    // Who stands still does nothing any more, and is not waited for long.
    if !given.allSatisfy(\.isEmpty) && patience > 0 {
      patience -= 1
      return Deed(cpu: 0, instruction: .nothing)
    }
    return ending.next(cpu, watch)
  }
}

/// How a life ends.
private struct Ending {
  private var tries = 0
  private var isAsked = false
  /// Root is alone, and is to go on without a hypervisor.
  private(set) var isLeaving = false

  mutating func next(_ cpu: SimulatedProcessor, _ watch: Watch) -> Deed? {
    if let cell = watch.world.living.keys.min() {
      tries += 1
      isAsked = false
      if tries > 400 {
        let answer = Int64(bitPattern: cpu[.rax])
        watch.board.broke("root cannot get rid of cell \(cell): it is told \(answer)")
        return nil
      }
      // Nobody objects.
      for id in watch.world.living.keys where !watch.board.isChanging {
        (watch.board.simulator.cellStates[id], watch.board.simulator.cellReplies[id]) = (2, 3)
      }
      return Deed(cpu: 0, instruction: .vmcall(Hypercall.destroy, cell, 0))
    }
    if !isAsked {
      isAsked = true
      return Deed(cpu: 0, instruction: .vmcall(Hypercall.getInfo, InfoType.pagesUsed, 0))
    }
    watch.judgePages(cpu[.rax])
    isLeaving = watch.mayLeave
    return isLeaving ? leave(cpu, watch) : nil
  }

  /// What a CPU does for that: the first starts those that wait to be started; each asks, in 64-bit code.
  mutating func leave(_ cpu: SimulatedProcessor, _ watch: Watch) -> Deed? {
    if !watch.isRoots(cpu) { return nil }
    if cpu.number == 0 && watch.isSomebodyWaiting {
      tries += 1
      if tries > 1000 {
        watch.board.broke("root cannot start its CPUs again")
        return nil
      }
      // A start-up to all others.
      return Deed(
        cpu: 0, instruction: cpu.command(3 << 18 | 6 << 8 | 1 << 14 | 0x10, destination: 0, watch) ?? .nothing
      )
    }
    return cpu.deedTowardsLeaving
  }
}

// SPDX-License-Identifier: Apache-2.0
// A life: a machine, and a sequence of steps that is drawn, or repeated, or shortened until nothing more can be left out.

import Core
import Models
import Simulator

/// What a machine is built with, as values: so that the same machine can be built again.
struct Build: Sendable {
  let rows: Int
  /// Pages for tables: none (then none are built), few, or enough.
  let pages: Int
  let ghosts: [UInt64]

  /// A machine for a seed.
  init(seed: UInt64) {
    var draw = Draw(seed: seed ^ 0x5eed)
    rows = draw.chance(80) ? 96 : 34
    // Ghosts that came later are drawn last, so that a seed stays what it was.
    var ghosts = (0..<Ghost.bit).map { _ in draw.below(60) }
    ghosts[Ghost.resource] = draw.pick(Place.all.map(\.base), or: 0)
    ghosts[Ghost.cpu] = draw.below(Place.cpus)
    ghosts[Ghost.oldRow] = draw.below(40)
    ghosts[Ghost.address] = Place.memory + draw.below(16) * 0x800
    ghosts[Ghost.tree] = draw.below(2 * Place.cells)
    pages = draw.pick([0, 7, 20, 96, 96], or: 96)
    ghosts[Ghost.page] = draw.below(96)
    ghosts[Ghost.slot] = draw.below(512)
    ghosts += (Ghost.bit..<Ghost.count).map { _ in draw.below(0x1_0000) }
    self.ghosts = ghosts
  }

  /// A fresh simulator.
  func simulator() -> Simulator<UInt64> {
    var options = Simulator<UInt64>.Options(
      rows: rows, cells: Int(Place.cells), cpus: Int(Place.cpus), checks: true, ghosts: ghosts)
    options.pages = pages
    return Simulator(options)
  }
}

/// What went wrong: the steps, the last of which shows it, and what it shows.
struct Finding {
  var steps: [Operation]
  var text: String

  /// A report in words.
  func report(seed: UInt64) -> String {
    let lines = steps.enumerated().map { "  \($0.offset + 1). \($0.element.words)" }
    return (["seed \(seed): after the last of these steps, \(text)"] + lines).joined(separator: "\n")
  }
}

/// Lives on machines that `make` builds.
struct Life<M: Machine> where M.W == UInt64 {
  let seed: UInt64
  let make: (Simulator<UInt64>) -> M

  private func world() -> World<M> {
    let simulator = Build(seed: seed).simulator()
    return World(make(simulator), over: simulator)
  }

  /// Draws `count` steps. The world at the end, and the first thing found.
  func live(steps count: Int) -> (world: World<M>, finding: Finding?) {
    var draw = Draw(seed: seed)
    var world = world()
    var steps: [Operation] = []
    for _ in 0..<count {
      let step = draw.operation(world)
      steps.append(step)
      if let text = world.perform(step) { return (world, Finding(steps: steps, text: text)) }
    }
    return (world, nil)
  }

  /// Takes the steps. The first thing found, with the steps up to there.
  func repeated(_ steps: [Operation]) -> Finding? {
    var world = world()
    for (index, step) in steps.enumerated() {
      if let text = world.perform(step) { return Finding(steps: Array(steps[...index]), text: text) }
    }
    return nil
  }

  /// The same finding, or another, by fewer and simpler steps.
  func shortened(_ finding: Finding) -> Finding {
    var best = finding
    var isShorter = true
    while isShorter {
      isShorter = false
      for index in best.steps.indices.reversed() where index < best.steps.count {
        var fewer = best.steps
        fewer.remove(at: index)
        if let found = repeated(fewer) { (best, isShorter) = (found, true) }
      }
      for index in best.steps.indices {
        for simple in index < best.steps.count ? best.steps[index].simpler : [] {
          guard index < best.steps.count else { break }
          var other = best.steps
          other[index] = simple
          if let found = repeated(other), found.steps.count <= best.steps.count {
            (best, isShorter) = (found, true)
            break
          }
        }
      }
    }
    return best
  }
}

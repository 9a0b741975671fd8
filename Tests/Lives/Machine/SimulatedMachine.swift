// SPDX-License-Identifier: Apache-2.0
// A machine for a seed: its processor, its system configuration, root on every CPU. And what of its memory is of interest.

import Core
import Models
import Simulator
import TestSupport

/// Builds machines.
enum SimulatedMachine {
  /// Where communication pages and the pages of tables lie: the hypervisor's memory, which no configuration names.
  static let communication: UInt64 = 0x3b00_0000
  static let pool: UInt64 = 0x3a00_0000

  /// The machine of a seed, under the hypervisor, with `script` for its guests. What is wrong already is the board's finding.
  static func make(seed: UInt64, turns: UInt64 = 0, _ script: Script) -> (board: Board, watch: Watch) {
    var draw = Draw(seed: seed ^ 0xca11)
    var options = Simulator<UInt64>.Options(rows: 96, cells: Int(Place.cells), cpus: Int(Place.cpus))
    options.pages = draw.pick([96, 96, 96, 40, 22], or: 96)
    options.firstPage = pool >> 12
    options.hasPorts = true
    var kind: ProcessorKind = draw.chance(50) ? .generous : .minimal
    if draw.chance(50) { kind = kind.inXAPICMode }
    let simulator = Simulator<UInt64>(options)
    var turn = Draw(seed: seed ^ 0x7075 &+ turns << 32)
    let board = Board(simulator, kind: kind, turns: Turns(Int(Place.cpus)) { turn.below($0) })
    var world = World(simulator, over: simulator)
    world.triesInvariants = false
    let watch = Watch(board, world, script)
    board.onlooker = watch
    for number in 0..<Int(Place.cpus) { board.cpus[number].root = kind.root(isPlain: draw.below(2) == 0) }
    simulator.write(.communication, 0, communication)
    board.cpus[0].learnTables()
    while !watch.world.model.enabled && board.finding == nil {
      var system = draw.system()
      (system.root.architecture, system.root.defect) = (0, nil)
      if let text = watch.world.perform(.enable(system, caller: 0)) { board.broke(text) }
    }
    addDevices(board, watch, &draw)
    board.cpus[0].buildMSRs()
    board.cpus[0].buildPorts(Owner.root)
    watch.pagesAtFirst = board.pagesUsed
    for cpu in board.cpus where watch.occupant(cpu.id) == 0 {
      if let refusal = cpu.begin() { board.broke("root cannot be entered: \(refusal)") }
    }
    return (board, watch)
  }

  /// Memory, and root's I/O APIC with pins as root has entered them before there was a hypervisor.
  private static func addDevices(_ board: Board, _ watch: Watch, _ draw: inout Draw) {
    board.isForeign = { $0 < pool || ($0 >= communication && $0 < Place.chip) }
    // A bridge to ISA, and an Ethernet controller.
    board.classes = [0x10: 0x0601_0000, 0x18: 0x0200_0000]
    guard let root = watch.world.system?.root, !root.lines.isEmpty else { return }
    var chip = InterruptChip(pins: 24)
    for pin in UInt64(0)..<8 where draw.chance(60) {
      let cpu = draw.pick(root.cpus, or: 0)
      chip[pin] = board.cpus[Int(cpu)].interruptID << 56 | (0x30 + pin)
    }
    board.chips[Place.chip] = chip
  }

  /// A machine of one CPU that is made root's, or refused.
  static func board(kind: ProcessorKind) -> (board: Board, refusal: Refusal<UInt64>?) {
    var options = Simulator<UInt64>.Options(rows: 96, cells: 2, cpus: 1)
    options.pages = 16
    options.hasPorts = true
    let simulator = Simulator<UInt64>(options)
    let board = Board(simulator, kind: kind, turns: Turns(1) { _ in 0 })
    board.cpus[0].root = kind.root(isPlain: false)
    simulator.write(.treeRoot, 0, 1)
    return (board, board.cpus[0].begin())
  }
}

extension Board {
  /// Pages of trees that are in force, counted here.
  var pagesUsed: UInt64 {
    (0..<UInt64(simulator.options.pages)).reduce(0) { sum, page in
      let tree = simulator.read(.pageTree, page)
      let isUsed =
        tree != 0
        && (0..<Place.cells).contains {
          simulator.tree(of: $0) == tree - 1 && simulator.phase(of: $0) != Phase.absent
        }
      return sum + (isUsed ? 1 : 0)
    }
  }
}

extension Watch {
  /// Starts of places in memory that root may read and write now.
  var rootsMemory: [UInt64] {
    Place.all.indices.filter { Place.all[$0].base >> 60 == 0 && world.model.access(0, $0, .write) }
      .map { Place.all[$0].base }
  }
  /// Starts of places that root has lost to cells.
  var cellsMemory: [UInt64] {
    Place.all.indices.filter { Place.all[$0].base >> 60 == 0 && world.model.holder($0) > 1 }
      .map { Place.all[$0].base }
  }

  /// Guest-physical addresses at which something begins or ends for a cell, or for anybody else, or that are the hypervisor's.
  func interesting(_ cell: Int) -> [UInt64] {
    var all: [UInt64] = [
      0, Place.localAPIC, Place.chip, Place.hypervisor, SimulatedMachine.communication, 1 << 47, 1 << 52,
      .max & ~7,
    ]
    for page in UInt64(0)..<24 { all.append(SimulatedMachine.pool + page << 12) }
    for id in world.living.keys.sorted() {
      for region in world.living[id]?.regions ?? [] {
        for edge in [
          region.guest, region.guest + region.size, region.physical, region.physical + region.size,
        ] {
          all += [edge, edge &- 8]
        }
      }
    }
    return all + Place.all.filter { $0.base >> 60 == 0 }.map(\.base)
  }

  /// Guest-physical addresses that the tables in force grant a cell for an access, where its configuration says so.
  func granted(_ cell: Int, _ access: MemoryAccess) -> [UInt64] {
    var candidates: [UInt64] = []
    if cell == 0 {
      candidates = Place.all.filter { $0.base >> 60 == 0 }.map(\.base)
    } else {
      for region in world.living[Place.id(cell)]?.regions ?? [] where region.size != 0 {
        var address = region.guest
        while address < region.guest + region.size {
          candidates.append(address)
          address += Place.half
        }
        candidates.append(region.guest + region.size - 8)
      }
    }
    guard let root = board.simulator.tableRoot(of: Place.id(cell)) else { return [] }
    var walker = EPTWalker(read: board.simulator.poolWord)
    walker.hasExecuteOnly = board.kind.register(.eptVPID) & 1 == 1
    walker.hasHugePages = board.kind.register(.eptVPID) >> 17 & 1 == 1
    return candidates.filter { address in
      guard case .mapped(_, let rights, _, _, _) = walker.walk(root: root, to: address) else { return false }
      return rights & access.rawValue != 0
    }
  }
}

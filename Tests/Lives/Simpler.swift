// SPDX-License-Identifier: Apache-2.0
// What to try in place of a step when a finding is made shorter. Every proposal has less in it, so that trying ends.

import Core

extension Operation {
  /// Simpler steps of the same kind.
  var simpler: [Operation] {
    switch self {
    case .enable(let system, let caller):
      var all = system.root.simpler.map { root in
        var other = system
        other.root = root
        return other
      }
      if system.hasConsole { all.append(system.with { $0.hasConsole = false }) }
      if system.pmTimer != 0 { all.append(system.with { $0.pmTimer = 0 }) }
      return all.map { .enable($0, caller: caller) } + (caller == 0 ? [] : [.enable(system, caller: 0)])
    case .create(let wish, let id, let caller):
      return wish.simpler.map { .create($0, id: id, caller: caller) }
        + (caller == 0 ? [] : [.create(wish, id: id, caller: 0)])
    case .setLoadable(let id, let caller) where caller != 0: return [.setLoadable(id, caller: 0)]
    case .load(let id, let target, let size, let caller):
      return (caller == 0 ? [] : [.load(id, target: target, size: size, caller: 0)])
        + (size < 2 ? [] : [.load(id, target: target, size: 1, caller: caller)])
    case .start(let id, let caller) where caller != 0: return [.start(id, caller: 0)]
    case .destroy(let id, let caller) where caller != 0: return [.destroy(id, caller: 0)]
    case .disable(let caller) where caller != 0: return [.disable(caller: 0)]
    default: return []
    }
  }
}

extension SystemWish {
  fileprivate func with(_ change: (inout SystemWish) -> Void) -> SystemWish {
    var other = self
    change(&other)
    return other
  }
}

extension Wish {
  /// The same with one thing less.
  var simpler: [Wish] {
    var all: [Wish] = []
    func propose(_ change: (inout Wish) -> Void) {
      var other = self
      change(&other)
      all.append(other)
    }
    for index in cpus.indices { propose { $0.cpus.remove(at: index) } }
    for index in ports.indices { propose { $0.ports.remove(at: index) } }
    for index in functions.indices { propose { $0.functions.remove(at: index) } }
    for index in lines.indices { propose { $0.lines.remove(at: index) } }
    if ways != nil { propose { $0.ways = nil } }
    if !streams.isEmpty { propose { $0.streams = [] } }
    for (index, region) in regions.enumerated() {
      propose { $0.regions.remove(at: index) }
      if region.size > Place.half { propose { $0.regions[index].size -= Place.half } }
      if region.guest > region.physical { propose { $0.regions[index].guest = region.physical } }
      for bit in 0..<UInt64(8) where region.flags & 1 << bit != 0 {
        propose { $0.regions[index].flags &= ~(1 << bit) }
      }
    }
    if isConfidential { propose { $0.isConfidential = false } }
    if isPassive { propose { $0.isPassive = false } }
    if architecture != 0 { propose { $0.architecture = 0 } }
    if defect != nil { propose { $0.defect = nil } }
    return all
  }
}

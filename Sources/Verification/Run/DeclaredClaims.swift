// SPDX-License-Identifier: Apache-2.0
// What configurations ask for, as claims. For display and for `--diff` where the core refuses a set: nothing is ever
// proved of these.

import CellConfig
import Core

extension MachineSet {
  /// The ledger, and for members that the core refused what they ask for. Where the machine itself was refused there is
  /// no ledger: then what everybody asks for.
  func claims(shown admission: Admission) -> [Claim] {
    if admission.claims.isEmpty { return declaredClaims(members) + keptClaims }
    return admission.claims + declaredClaims(admission.refused.map { members[$0.member] })
  }

  /// The claims that members would make, were they all admitted.
  func declaredClaims(_ members: [Member]) -> [Claim] {
    var claims: [Claim] = []
    for member in members {
      let owner = Party.cell(member.index)
      let layer: ClaimMarks = member.isRoot ? [.base, .read, .write] : [.read, .write]
      func add(_ space: Space, _ first: UInt64, _ last: UInt64, _ marks: ClaimMarks) {
        claims.append(Claim(space, first, last &+ 1, owner, marks))
      }
      for region in regions where region.member == member.index && !region.isCommunication {
        guard region.last < Space.size else { continue }
        var marks = ClaimMarks(rawValue: region.region.flags.rawValue & Marks.rights)
        if member.isRoot { marks.insert(.base) }
        if region.mayBeShared { marks.insert(.shareable) }
        if region.isShared { marks.insert(.keepsRoot) }
        add(.memory, region.first, region.last, marks)
      }
      for fact in portFacts where fact.member == member.index { add(.port, fact.first, fact.last, layer) }
      for cpu in member.cell.cpus { add(.cpu, UInt64(cpu), UInt64(cpu), layer) }
      for device in member.cell.devices where !device.isLink {
        add(.function, UInt64(device.function), UInt64(device.function), layer)
      }
      for chip in member.chips where chip.address < 1 << 48 {
        for pin in chip.pinNumbers {
          let line = identity(chip) << 10 | UInt64(pin & 0x3ff)
          add(.interrupt, line, line, layer)
        }
      }
      for cache in member.cell.caches where cache.size > 0 {
        let start = UInt64(cache.start)
        add(.cacheWay, start, start + UInt64(cache.size) - 1, layer)
      }
      for stream in member.cell.streamIDs { add(.stream, UInt64(stream), UInt64(stream), layer) }
    }
    return claims.filter { $0.base < $0.end }
  }

  /// What the hypervisor keeps of host-physical memory.
  private var keptClaims: [Claim] {
    let memory = hypervisor.map { [Claim(.memory, $0.first, $0.last &+ 1, .hypervisor)] } ?? []
    return (memory + neverMap.map { Claim(.memory, $0.first, $0.last &+ 1, .hypervisor) }).filter {
      $0.base < $0.end
    }
  }
}

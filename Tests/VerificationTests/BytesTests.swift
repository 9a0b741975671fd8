// SPDX-License-Identifier: Apache-2.0
// What the confirmation reads out of the bytes by itself: it agrees with the reader of files, and a ledger or a scrub that
// does not agree with it is found.

import CellConfig
import enum Core.Space
import Testing

@testable import Verification

@Suite struct BytesTests {
  static func clean() throws -> MachineSet {
    let outcome = verified(ruleCases.first { $0.name == "clean-near" }?.paths ?? [])
    return try #require(outcome.sets.first?.set)
  }

  /// Two readers that share no code read the same out of every set of the rule files.
  @Test func agreesWithTheReaderOfFiles() throws {
    var members = 0
    for one in ruleCases {
      for set in one.run().sets.map(\.set) {
        for member in set.members {
          guard let file = set.namedInBytes(member) else { continue }
          members += 1
          let cell = member.cell
          func named(_ space: Space) -> Set<UInt64> {
            Set(
              file.others.filter { $0.space == space && $0.end - $0.base < 1 << 20 }.flatMap {
                $0.base..<$0.end
              })
          }
          #expect(file.memory.map(\.start) == cell.regions.map(\.physicalStart), "\(one.name)")
          #expect(file.memory.map(\.size) == cell.regions.map(\.size))
          #expect(file.memory.map(\.flags) == cell.regions.map(\.flags.rawValue))
          #expect(named(.cpu) == Set(cell.cpus.map(UInt64.init)))
          #expect(file.chips == cell.interruptChips.map(\.address))
          let lines = cell.interruptChips.flatMap { chip in
            chip.pinNumbers.map { set.identity(chip) << 10 + UInt64($0) }
          }
          #expect(named(.interrupt) == Set(lines), "\(one.name)")
          let functions = cell.devices.filter { !$0.isLink }.map { UInt64($0.function) }
          #expect(named(.function) == Set(functions), "\(one.name)")
          #expect(file.cache?.base == cell.caches.first.map { UInt64($0.start) })
          if !set.system.iommuUnits.contains(where: { $0.type == 5 }) {
            #expect(named(.stream) == Set(cell.streamIDs.map(UInt64.init)), "\(one.name)")
          }
        }
      }
    }
    #expect(members > 300)
  }

  @Test func theLedgerMustBeWhatTheBytesName() throws {
    let confirmer = try #require(Confirmer())
    let set = try Self.clean()
    let claims = admit(set).claims
    func isConfirmed(_ claims: [Claim]) -> Bool { confirmer.confirm(set, claims).holds }
    #expect(isConfirmed(claims))
    for space in Space.everySpace {
      guard let index = claims.lastIndex(where: { $0.space == space && $0.owner == .cell(1) }) else {
        continue
      }
      var less = claims
      less.remove(at: index)
      #expect(!isConfirmed(less), "a claim of a \(space.noun) is missing")
      var other = claims
      other[index].base += 7 << 30
      other[index].end += 7 << 30
      #expect(!isConfirmed(other), "a claim of a \(space.noun) is elsewhere")
    }
    #expect(!isConfirmed(claims + [Claim(.stream, 5, 6, .cell(1))]), "a claim that no file makes")
    // Both cells' lines moved to numbers that no file names: exclusive still, and wrong.
    let moved = claims.map { claim in
      var claim = claim
      if claim.space == .interrupt, claim.owner != .cell(0) {
        (claim.base, claim.end) = (claim.base + 1, claim.end + 1)
      }
      return claim
    }
    let answer = confirmer.confirm(set, moved)
    #expect(Set(answer.spaces.flatMap(\.counterexamples).map(\.property)).contains(.exact))
  }

  @Test func aScrubIsWhatTheBytesSay() throws {
    let set = try Self.clean()
    let file = try #require(set.namedInBytes(set.members[1]))
    let memory: (base: UInt64, end: UInt64) = (0x5000_0000, 0x5040_0000)
    let cpu: (base: UInt64, end: UInt64) = (Space.cpu.origin + 2, Space.cpu.origin + 3)
    #expect(scrubFaults([memory, cpu], of: file) == [])
    // In pieces, twice, and with something that cannot be cleared.
    let port: (base: UInt64, end: UInt64) = (Space.port.origin + 0x2f8, Space.port.origin + 0x300)
    #expect(
      scrubFaults([(0x5010_0000, 0x5040_0000), port, cpu, (0x5000_0000, 0x5020_0000)], of: file) == [])
    #expect(scrubFaults([(memory.base, memory.end - 1), cpu], of: file).count == 1)
    #expect(scrubFaults([(memory.base, memory.end + 1), cpu], of: file).count == 1)
    #expect(scrubFaults([memory], of: file).count == 1)
    #expect(scrubFaults([memory, cpu, (Space.cpu.origin, Space.cpu.origin + 1)], of: file).count == 1)
  }

  @Test func aMachineWithoutATimerSaysSo() throws {
    let clean = try #require(ruleCases.first { $0.name == "clean-near" })
    var machine = try #require(Loader.load(paths: clean.paths).files.first { $0.isSystem })
    func saysSo() throws -> Bool {
      try #require(MachineSet(system: machine, cells: [])).uncovered(tablesBuilt: true)
        .contains { $0.title == "power control" }
    }
    #expect(try !saysSo())
    guard case .system(let architecture, var system) = machine.configuration,
      case .x86(_, let mode, let limit, let tsc, let apic) = system.platform
    else { throw SetTests.Missing() }
    for timer in [UInt16(0), 3, 4] {
      system.platform = .x86(
        pmTimerAddress: timer, apicMode: mode, vtdInterruptLimit: limit, tscKHz: tsc, apicKHz: apic)
      machine.configuration = .system(architecture, system)
      #expect(try saysSo() == (timer < 4))
    }
  }
}

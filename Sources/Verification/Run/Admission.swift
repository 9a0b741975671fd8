// SPDX-License-Identifier: Apache-2.0
// Runs the real core on the simulator with the bytes that the hypervisor would be given, and reads its ledger back.

import CellConfig
import Core
import Simulator

/// What the core did with a set.
public struct Admission: Sendable {
  /// The core refused a member.
  public struct Refused: Sendable {
    /// Position in the set; 0: `enable` itself was refused.
    public var member: Int
    /// The core's reason.
    public var reason: Reason
    /// What the reason is about (`Reason` says what).
    public var subject: UInt64
    /// The second party.
    public var other: UInt64
    /// The two claims of a conflict.
    public var claims: [Claim]
  }
  /// Refusals, in the order of the requests.
  public var refused: [Refused]
  /// The ledger with every admitted cell created, as plain claims.
  public var claims: [Claim]
  /// Lifecycle requests made.
  public var steps: Int
  /// Broken promises of the core, seen from outside; empty unless the core is wrong.
  public var violations: [String]
  /// Time spent.
  public var elapsed: Duration

  /// True where every member was admitted and the core kept its promises.
  public var holds: Bool { refused.isEmpty && violations.isEmpty }
}

/// One machine under the core.
final class Run {
  private let set: MachineSet
  private let machine: Simulator<UInt64>
  /// Where root's memory holds the configuration that is handed over: any address serves.
  private let address: UInt64 = 0x1000
  private var steps = 0
  private var violations: [String] = []

  init(_ set: MachineSet) {
    self.set = set
    // A set with more claims than this is refused by the core (tooManyClaims), not by want of memory here.
    let rows = min(set.members.reduce(256) { $0 + items($1.cell) }, 1 << 17)
    machine = Simulator(Simulator<UInt64>.Options(rows: rows, cells: set.members.count + 1))
  }

  /// Enables the machine and takes every cell through its life, in both orders.
  func admit() -> Admission {
    let clock = ContinuousClock()
    let start = clock.now
    var refused: [Admission.Refused] = []
    if let refusal = enable() {
      return Admission(
        refused: [refusal], claims: [], steps: steps, violations: violations, elapsed: clock.now - start)
    }
    let base = machine.ledger()
    let admitted = create(set.cells.map(\.index), &refused)
    let full = machine.ledger()
    live(admitted)
    expect(machine.ledger() == full, "set-loadable, load, start and shutdown changed the ledger")
    destroy(admitted, leaving: base)
    // The other order: who is admitted, and what he gets, must not depend on who came first.
    if refused.isEmpty {
      var again: [Admission.Refused] = []
      let reversed = create(admitted.reversed(), &again)
      expect(again.isEmpty, "the cells are admitted in file order and refused in reverse order")
      expect(
        Set(machine.ledger()) == Set(full), "the ledger depends on the order in which cells are created")
      destroy(reversed, leaving: base)
    }
    attempt("disable") { () throws(Refusal<UInt64>) in try machine.disable(caller: caller) }
    return Admission(
      refused: refused, claims: full.compactMap(claim), steps: steps, violations: violations,
      elapsed: clock.now - start)
  }

  private func enable() -> Admission.Refused? {
    machine.foreign[address] = set.root.file.binary
    steps += 1
    do throws(Refusal<UInt64>) {
      try machine.enable(
        address, size: UInt64(set.root.file.binary.count), caller: caller,
        assumed: UInt64(set.architecture.rawValue))
      return nil
    } catch {
      return refusal(0, error)
    }
  }

  /// Creates members in order; returns those that were admitted.
  private func create(_ members: [Int], _ refused: inout [Admission.Refused]) -> [Int] {
    var admitted: [Int] = []
    for member in members {
      let binary = set.members[member].file.binary
      let before = machine.ledger()
      machine.foreign[address] = binary
      steps += 1
      do throws(Refusal<UInt64>) {
        try machine.create(address, size: UInt64(binary.count), as: UInt64(member), caller: caller)
        admitted.append(member)
        expect(
          before == machine.ledger().filter { $0.owner != UInt64(member) },
          "creating \(set.members[member].name) changed another owner's claims")
      } catch {
        refused.append(refusal(member, error))
        expect(before == machine.ledger(), "a refused request changed the ledger")
      }
    }
    return admitted
  }

  /// Loads, starts and stops members; none of it may change who owns what.
  private func live(_ members: [Int]) {
    for member in members {
      let cell = set.members[member].cell
      let id = UInt64(member)
      attempt("set-loadable") { () throws(Refusal<UInt64>) in try machine.setLoadable(id, caller: caller) }
      var loaded = false
      if let region = cell.regions.first(where: {
        $0.flags.isSuperset(of: [.loadable, .write]) && $0.size > 0
      }) {
        loaded = load(id, region)
      }
      if cell.flags.contains(.confidential), !loaded { continue }
      attempt("start") { () throws(Refusal<UInt64>) in try machine.start(id, caller: caller) }
    }
    for member in members where machine.phase(of: UInt64(member)) == Phase.running {
      guard let cpu = set.members[member].cell.cpus.first else { continue }
      attempt("shutdown") { () throws(Refusal<UInt64>) in try machine.shutDown(by: UInt64(cpu)) }
    }
  }

  /// Loads a region of a member. Root cannot where it has no memory of its own there (rule M7); that is no violation.
  private func load(_ id: UInt64, _ region: MemoryRegion) -> Bool {
    steps += 1
    do throws(Refusal<UInt64>) {
      _ = try machine.load(id, target: region.virtualStart, size: region.size, caller: caller)
      return true
    } catch {
      expect(error.reason == .notRoots, "load was refused (\(error.reason)) where it must succeed")
      return false
    }
  }

  /// Destroys members; what each had must be scrubbed, unless it was a channel, and nothing else; the base must remain.
  private func destroy(_ members: [Int], leaving base: [LedgerRow]) {
    for member in members {
      machine.clearLog()
      attempt("destroy") { () throws(Refusal<UInt64>) in
        try machine.destroy(UInt64(member), caller: caller)
      }
      let name = set.members[member].name
      guard let file = set.namedInBytes(set.members[member]) else {
        violations.append("the bytes of \(name) were admitted and cannot be read")
        continue
      }
      violations += scrubFaults(machine.scrubbed, of: file).map { "destroying \(name) \($0)" }
    }
    expect(machine.ledger() == base, "after the last cell is gone the ledger is not root's again")
  }

  private func attempt(_ what: String, _ body: () throws(Refusal<UInt64>) -> Void) {
    steps += 1
    do throws(Refusal<UInt64>) { try body() } catch {
      violations.append("\(what) was refused (\(error.reason)) where it must succeed")
    }
  }

  private func expect(_ condition: Bool, _ failure: String) {
    if !condition { violations.append(failure) }
  }

  /// The CPU that root's management runs on: one that no cell takes.
  private var caller: UInt64 {
    let taken = Set(set.cells.flatMap(\.cell.cpus))
    return UInt64(set.root.cell.cpus.first { !taken.contains($0) } ?? set.root.cell.cpus.first ?? 0)
  }

  private func refusal(_ member: Int, _ error: Refusal<UInt64>) -> Admission.Refused {
    var claims: [Claim] = []
    if error.reason == .conflict {
      claims = [error.subject, error.other].compactMap { machine.candidate($0) }.compactMap(claim)
    }
    return Admission.Refused(
      member: member, reason: error.reason, subject: error.subject, other: error.other, claims: claims)
  }
}

/// A row of the core's ledger as a plain claim; nil for a row that claims nothing.
private func claim(_ row: LedgerRow) -> Claim? {
  guard row.base < row.end, let space = Space(rawValue: row.base >> 60) else { return nil }
  let owner: Party = row.owner == Owner.hypervisor ? .hypervisor : .cell(Int(truncatingIfNeeded: row.owner))
  return Claim(space, row.base - space.origin, row.end - space.origin, owner, ClaimMarks(rawValue: row.marks))
}

/// How many claims a configuration can make at most.
func items(_ cell: CellDescription) -> Int {
  let pins = cell.interruptChips.prefix(Member.mostChips).reduce(0) {
    $0 + $1.pins.reduce(0) { $0 + $1.nonzeroBitCount }
  }
  return cell.regions.count + cell.caches.count + pins + cell.ports.count + cell.devices.count * 2
    + cell.streamIDs.count + cell.cpus.count
}

/// Runs the core on a set.
public func admit(_ set: MachineSet) -> Admission {
  let run = Run(set)
  return run.admit()
}

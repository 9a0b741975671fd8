// SPDX-License-Identifier: Apache-2.0
// Root hands configurations to the hypervisor, one after the other, by hypercall. Promise: of each it is known what came of it; and where a refusal
// changed anything, where what was admitted cannot be taken back, or leaves something behind, or where the hypervisor reads what is not root's, that
// is a finding.

import Core
import Simulator

/// Root on CPU 0. (Its other CPU stands by.)
final class Handing: Onlooker {
  private let bed: Bed
  private let offers: [(blob: [UInt8], spot: Spot)]
  private(set) var outcomes: [Answer] = []
  private(set) var finding: Finding?

  private enum Stage { case none, create, destroy }
  private var stage = Stage.none
  private var outcome = Answer()
  private var work = Work()
  private var before: BedKept
  private let pagesBefore: UInt64

  /// The first 48 MiB: there the testbed's root has its program, its stacks, and what it keeps (Kernel/testbed).
  private static let roots: Range<UInt64> = 0..<0x300_0000

  init(_ bed: Bed, _ offers: [(blob: [UInt8], spot: Spot)]) {
    (self.bed, self.offers) = (bed, offers)
    before = BedKept(bed.simulator, slots: true)
    pagesBefore = Self.pagesUsed(bed.simulator)
  }

  private static func pagesUsed(_ machine: Simulator<UInt64>) -> UInt64 {
    (0..<machine.capacity(.pageTree)).reduce(0) { sum, page in
      let tree = machine.read(.pageTree, page)
      return sum + (tree != 0 && machine.isInForce(tree - 1) ? 1 : 0)
    }
  }

  private var offer: (blob: [UInt8], spot: Spot) { offers[outcomes.count] }
  private func broke(_ text: String) -> GuestInstruction? {
    let offer = offer
    finding = finding ?? Finding(description: "\(offer.blob.count) bytes, \(offer.spot): \(text)")
    bed.board.end()
    return nil
  }

  func instruction(on cpu: SimulatedProcessor) -> GuestInstruction? {
    guard cpu.number == 0 else { return nil }
    switch stage {
    case .none: return hand(cpu)
    case .create:
      outcome.code = Int(Int64(bitPattern: cpu[.rax]))
      outcome.work = cpu.work.since(work)
      return outcome.code == 0 ? takeBack(cpu) : judgeRefusal(cpu)
    case .destroy: return judgeEnd(cpu)
    }
  }

  private func hand(_ cpu: SimulatedProcessor) -> GuestInstruction? {
    guard outcomes.count < offers.count else { return nil }
    let (blob, spot) = offer
    let address = spot.address(of: CellBlob.placed(blob))
    let room = min(Int(spot.end - address), CellBlob.most)
    let bytes = blob.prefix(room)
    bed.simulator.foreign = [address: bytes + [UInt8](repeating: 0, count: room - bytes.count)]
    bed.simulator.clearLog()
    (outcome, work, stage) = (Answer(), cpu.work, .create)
    return .vmcall(Hypercall.create, address, 0)
  }

  private func judgeRefusal(_ cpu: SimulatedProcessor) -> GuestInstruction? {
    if !(-255..<0).contains(outcome.code) { return broke("the answer \(outcome.code) is no errno") }
    if let change = BedKept(bed.simulator, slots: true).change(since: before) {
      return broke("\(outcome.kind), and yet something has changed: \(change)")
    }
    if !bed.simulator.scrubbed.isEmpty { return broke("\(outcome.kind), and yet memory was cleared") }
    return go(cpu)
  }

  private func takeBack(_ cpu: SimulatedProcessor) -> GuestInstruction? {
    let id = CellBlob.number(offer.blob)
    guard outcome.kind == "admitted", bed.simulator.phase(of: id) == Phase.stopped else {
      return broke("root is told 0, and there is no cell \(id): \(outcome.kind)")
    }
    outcome.pages = Self.pagesUsed(bed.simulator) - pagesBefore
    outcome.takesRoots = bed.simulator.ledger().contains { row in
      row.owner == id && row.base < Self.roots.upperBound
    }
    stage = .destroy
    return .vmcall(Hypercall.destroy, id, 0)
  }

  private func judgeEnd(_ cpu: SimulatedProcessor) -> GuestInstruction? {
    if cpu[.rax] != 0 { return broke("it was admitted, and cannot be destroyed") }
    outcome.scrubbed = bed.simulator.scrubbed.reduce(0) { sum, range in
      range.base >> 60 == Space.memory.rawValue ? sum + (range.end - range.base) : sum
    }
    let after = BedKept(bed.simulator, slots: true)
    if let change = after.change(sinceOthersThan: CellBlob.number(offer.blob), before) {
      return broke("it was admitted and destroyed, and something is left: \(change)")
    }
    before = after
    if Self.pagesUsed(bed.simulator) != pagesBefore { return broke("pages are left") }
    return go(cpu)
  }

  private func go(_ cpu: SimulatedProcessor) -> GuestInstruction? {
    outcomes.append(outcome)
    stage = .none
    return hand(cpu)
  }

  func tried(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>, _ refusal: Refusal<UInt64>?) {
    if operation != .create { return }
    outcome.kind = refusal.map { "\($0.reason)" } ?? "admitted"
    outcome.subject = refusal?.subject ?? 0
  }
  func copies(_ cpu: SimulatedProcessor, _ address: UInt64, size: UInt64) {
    let end = outcomes.count < offers.count ? offer.spot.end : 0
    if address > end || size > end - address {
      _ = broke("bytes behind \(end) are read, which are not root's")
    }
  }
  func waitedInVain(_ cpu: SimulatedProcessor, for other: UInt64) {
    _ = broke("CPU \(other) does not answer")
  }
}

extension Bed {
  /// A machine is given so many configurations, then another one: it ends a life that comes to no end.
  private static let most = 48

  /// Hands over each configuration where it says; what came of each, in order. Each meets the same state.
  public static func hand(
    _ offers: [(blob: [UInt8], spot: Spot)], _ files: Files, pages: Int = BedSize.pages
  ) throws -> [Answer] {
    var outcomes: [Answer] = []
    while outcomes.count < offers.count {
      let bed = try Bed(files, pages: pages)
      let handing = Handing(bed, Array(offers[outcomes.count...].prefix(most)))
      bed.board.onlooker = handing
      bed.board.run([0, 3])
      if let finding = handing.finding { throw finding }
      if let text = bed.board.finding { throw Finding(description: text) }
      outcomes += handing.outcomes
    }
    return outcomes
  }
}

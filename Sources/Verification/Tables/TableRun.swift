// SPDX-License-Identifier: Apache-2.0
// Builds the tables of a set: the real core on the simulator, with the real builder of page tables and bitmaps, through the lives of
// `TablePlan`. After each request every table in force is read back and confirmed.

import CellConfig
import Core
import Proofs
import Simulator

/// One machine whose tables are built and looked at.
final class TableRun {
  private let set: MachineSet
  private let machine: Simulator<UInt64>
  private let duties: Duties
  private let asker: TableAsker
  private let windows: [TableWindows]
  private var moment = Moment()
  private var result = TableConfirmation()
  private var found: Set<Found> = []
  private let address: UInt64 = 0x1000

  /// What has been reported already.
  private struct Found: Hashable {
    var member: Int
    var kind: TableFault.Kind
  }
  /// Nil where the set has no hypervisor memory, or bytes cannot be read.
  init?(_ set: MachineSet, _ asker: TableAsker) {
    guard let memory = set.hypervisor else { return nil }
    let members = UInt64(set.members.count)
    // As the image lays its memory out: a third of what it does not need otherwise is for tables.
    let end = (memory.last &+ 1) & ~0xfff
    let cpus = UInt64((set.root.cell.cpus.last ?? 0) + 1)
    let used = (PagePool.image + cpus * PagePool.perCPU + members) << 12 + UInt64(set.root.file.binary.count)
    guard end > memory.first, used < end - memory.first else { return nil }
    guard let duties = Duties(set) else { return nil }
    (self.set, self.duties, self.asker) = (set, duties, asker)
    result.pool = (end - memory.first - used) >> 12 / 3
    result.bound = 2 * PagePool.tablePages(set, devices: false)
    var options = Simulator<UInt64>.Options(
      rows: min(set.members.reduce(256) { $0 + items($1.cell) }, 1 << 17), cells: set.members.count)
    // More than the bound is never needed; were it, it would be refused, and so found.
    options.pages = Int(max(1, min(result.pool, result.bound)))
    options.firstPage = duties.communication >> 12 - UInt64(options.pages)
    options.hasPorts = true
    machine = Simulator(options)
    machine.write(.communication, 0, duties.communication)
    let all = Moment(living: Set(set.cells.map(\.index)))
    windows = set.members.map { TableWindows(duties.due($0.index, at: all)) }
  }

  /// Goes through all lives.
  func confirm() -> TableConfirmation {
    let clock = ContinuousClock()
    let start = clock.now
    let before = asker.questions
    for (number, life) in TablePlan.lives(of: set.cells.map(\.index)).enumerated() {
      // Every second life is on a processor without pages of 1 GiB.
      machine.write(.pool, PoolWord.hugePages, number % 2 == 0 ? 1 : 0)
      for (step, looks) in life where isPossible(step) && perform(step) {
        moment = step.after(moment)
        if case .disable = step { continue }
        if looks { look(after: step) }
      }
    }
    result.questions = asker.questions - before
    result.elapsed = clock.now - start
    return result
  }

  /// A request about a cell that could not be created is left out, and so is the start of one that must be loaded first and cannot be.
  private func isPossible(_ step: TableStep) -> Bool {
    switch step {
    case .enable, .create: return true
    case .disable: return machine.read(.registers, Register.enabled) == 1
    case .load(let cell): return moment.loadable.contains(cell)
    case .setLoadable(let cell), .destroy(let cell): return moment.living.contains(cell)
    case .shutDown(let cell):
      return moment.living.contains(cell) && machine.phase(of: UInt64(cell)) == Phase.running
        && !set.members[cell].cell.cpus.isEmpty
    case .start(let cell):
      let isConfidential = set.members[cell].cell.flags.contains(.confidential)
      return moment.living.contains(cell) && (!isConfidential || machine.read(.loaded, UInt64(cell)) == 1)
    }
  }

  /// Makes a request as the image does, with the bitmaps that belong to it. False, with a fault, where it is refused.
  private func perform(_ step: TableStep) -> Bool {
    result.steps += 1
    do throws(Refusal<UInt64>) {
      switch step {
      case .enable:
        let bytes = set.root.file.binary
        machine.foreign[address] = bytes
        try machine.enable(
          address, size: UInt64(bytes.count), caller: caller, assumed: UInt64(set.architecture.rawValue))
        machine.buildMSRs()
        machine.buildPorts(Owner.root)
      case .create(let cell):
        let bytes = set.members[cell].file.binary
        machine.foreign[address] = bytes
        try machine.create(address, size: UInt64(bytes.count), as: UInt64(cell), caller: caller)
        machine.buildPorts(UInt64(cell))
        machine.buildPorts(Owner.root)
      case .setLoadable(let cell): try machine.setLoadable(UInt64(cell), caller: caller)
      case .load(let cell):
        let loadable = set.members[cell].cell.regions.first {
          $0.flags.isSuperset(of: [.loadable, .write]) && $0.size > 0
        }
        guard let region = loadable else { return true }
        _ = try machine.load(UInt64(cell), target: region.virtualStart, size: region.size, caller: caller)
      case .start(let cell): try machine.start(UInt64(cell), caller: caller)
      case .shutDown(let cell): try machine.shutDown(by: UInt64(set.members[cell].cell.cpus[0]))
      case .destroy(let cell):
        try machine.destroy(UInt64(cell), caller: caller)
        machine.buildPorts(Owner.root)
      case .disable: try machine.disable(caller: caller)
      }
      return true
    } catch {
      // Rule M7: root cannot load where it has no memory of its own.
      if case .load = step, error.reason == .notRoots { return true }
      // Where the builder refuses, the subject is a row of the ledger that is being built.
      let row = machine.candidate(error.subject).flatMap { $0.owner == UInt64(step.member) ? $0.guest : nil }
      report(.refused(error.reason, step.name), step.member, step, row ?? 0)
      return false
    }
  }

  /// Reads back and confirms what is in force.
  private func look(after step: TableStep) {
    result.pages = max(result.pages, usedPages)
    result.moments += 1
    for member in [0] + moment.living.sorted() {
      lookAtTables(of: member, step)
      lookAtPorts(of: member, step)
    }
    if case .enable = step { lookAtRegisters(step) }
  }

  private func lookAtTables(of member: Int, _ step: TableStep) {
    let read = machine.readBack(cell: UInt64(member))
    result.tables += 1
    if let broken = read.broken {
      report(.broken(broken.why), member, step, broken.address)
      return
    }
    let due = duties.due(member, at: moment)
    for (window, why) in windows[member].cut(read, due) {
      switch asker.ask(window) {
      case .holds: break
      case .unknown(let reason):
        result.undecided.append("the page tables of \(set.members[member].title), \(stage(step)): \(reason)")
      case .refuted(let address, let index):
        let said = read.stretches.first { $0.first <= address && address <= $0.last }
        let granted = due.grants.first { $0.first <= address && address <= $0.last }
        let isTaken = due.taken.contains { $0.first <= address && address <= $0.last }
        let kind = index.map { why[$0] } ?? (said == nil ? .missing : .grantsOther)
        report(kind, member, step, address, said: said, due: isTaken ? nil : granted)
      }
    }
  }

  private func lookAtPorts(of member: Int, _ step: TableStep) {
    let open = machine.openBits(.ports, first: UInt64(member) * PortBitmap.words, count: PortBitmap.words)
    let (named, taken) = duties.ports(member, at: moment)
    result.bitmaps += 1
    ask(
      BitQuestion(
        width: 16, first: 0, last: 0xffff,
        open: open.map { MemoryRange(first: $0.lowerBound, last: $0.upperBound) },
        named: named.map { MemoryRange(first: $0.first, last: min($0.last, 0xffff)) }, taken: taken),
      member, step, (.portOpen, .portShut))
  }

  /// The list of registers stands in the theorem "msrs-are-the-list", by number.
  private func lookAtRegisters(_ step: TableStep) {
    result.bitmaps += 1
    // Four bitmaps of 0x2000 bits: reads of low and high registers, writes of low and high ones.
    for (bitmap, base, isWrite) in [
      (0, 0, false), (1, 0xc000_0000, false), (2, 0, true), (3, 0xc000_0000, true),
    ]
      as [(UInt64, UInt64, Bool)]
    {
      let open = machine.openBits(.msrBits, first: bitmap * 128, count: 128)
      let listed = MSRs.list.filter {
        (isWrite ? $0.writes : $0.reads) && base <= $0.0 && $0.1 < base + 0x2000
      }
      ask(
        BitQuestion(
          width: 32, first: base, last: base + 0x1fff,
          open: open.map { MemoryRange(first: base + $0.lowerBound, last: base + $0.upperBound) },
          named: listed.map { MemoryRange(first: $0.0, last: $0.1) }, taken: []),
        0, step, (.registerOpen, .registerShut), rights: isWrite ? 2 : 1)
    }
  }

  private func ask(
    _ question: BitQuestion, _ member: Int, _ step: TableStep,
    _ kinds: (open: TableFault.Kind, shut: TableFault.Kind), rights: UInt64 = 0
  ) {
    switch asker.ask(question) {
    case .holds: break
    case .unknown(let reason):
      result.undecided.append("a bitmap of \(set.members[member].title), \(stage(step)): \(reason)")
    case .refuted(let number, _):
      let isOpen = question.open.contains { $0.first <= number && number <= $0.last }
      report(isOpen ? kinds.open : kinds.shut, member, step, number, rights: rights)
    }
  }

  private func report(
    _ kind: TableFault.Kind, _ member: Int, _ step: TableStep, _ value: UInt64, said: Stretch? = nil,
    due: Grant? = nil, rights: UInt64 = 0
  ) {
    guard found.insert(Found(member: member, kind: kind)).inserted else { return }
    result.faults.append(
      TableFault(
        kind: kind, member: member, stage: stage(step), value: value, host: said.map { value &+ $0.distance },
        rights: said.map { $0.access & 7 } ?? rights, dueHost: due.map { value &+ $0.distance },
        dueRights: due.map { $0.access & 7 } ?? 0))
  }

  /// `after start of cell tick, with cells linux and tick (linux loadable)`.
  private func stage(_ step: TableStep) -> String {
    func names(_ members: Set<Int>) -> String { listed(members.sorted().map { set.members[$0].name }) }
    var text = "after \(step.name)"
    if let cell = step.cell { text += " of \(set.members[cell].title)" }
    text += moment.living.isEmpty ? ", with root alone" : ", with \(names(moment.living))"
    return text + (moment.loadable.isEmpty ? "" : " (loadable: \(names(moment.loadable)))")
  }

  private var usedPages: UInt64 {
    (0..<UInt64(machine.options.pages)).reduce(0) { $0 + (machine.read(.pageTree, $1) == 0 ? 0 : 1) }
  }

  /// The CPU that root's management runs on: one that no cell takes.
  private var caller: UInt64 {
    let taken = Set(set.cells.flatMap(\.cell.cpus))
    return UInt64(set.root.cell.cpus.first { !taken.contains($0) } ?? set.root.cell.cpus.first ?? 0)
  }
}

extension TableStep {
  /// The cell that it is about.
  var cell: Int? {
    switch self {
    case .enable, .disable: nil
    case .create(let cell), .setLoadable(let cell), .load(let cell), .start(let cell), .shutDown(let cell),
      .destroy(let cell):
      cell
    }
  }
  /// The member that it is about.
  var member: Int { cell ?? 0 }
  /// `set-loadable`.
  var name: String {
    switch self {
    case .enable: "enable"
    case .create: "create"
    case .setLoadable: "set-loadable"
    case .load: "load"
    case .start: "start"
    case .shutDown: "shutdown"
    case .destroy: "destroy"
    case .disable: "disable"
    }
  }
}

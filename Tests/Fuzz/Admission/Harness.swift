// SPDX-License-Identifier: Apache-2.0
// Fuzzes the core's decisions: a system and several cells are made of the fuzzer's bytes, taken through the lifecycle on
// the simulator, and after every request the naive oracle looks at who lives.
//
// Properties: what was admitted together keeps the invariant; the ledger says who has what, as the bytes do; a refusal
// changes nothing; no invariant of a loop is broken, no frame left, nothing traps.

import Core
import Naive
import Simulator

#if canImport(Glibc)
  import Glibc
#endif

/// With OSTROG_FUZZ_TRACE set, each request and its answer is printed: for reading one input.
private let isTraced = getenv("OSTROG_FUZZ_TRACE") != nil

/// With OSTROG_FUZZ_CELLS=FOLDER, each cell configuration is written there: for `make worst`, which tries them elsewhere.
private let cellFolder = getenv("OSTROG_FUZZ_CELLS").map { String(cString: $0) }

/// Writes a configuration under a name that its bytes give.
private func keep(_ bytes: [UInt8]) {
  guard let cellFolder else { return }
  let name = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  guard let file = fopen("\(cellFolder)/\(String(name, radix: 16))", "w") else { return }
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}

/// Set to look for a gap that is known (CAVEATS.md: MSI-X tables of devices that root's list does not have).
private let checksTables = getenv("OSTROG_FUZZ_TABLES") != nil

/// Stops with a message, so that libFuzzer keeps the input.
func found(_ message: @autoclosure () -> String) -> Never {
  fatalError(message())
}

/// One run: the machine, and what the oracle believes to live.
struct Run {
  let machine: Simulator<UInt64>
  let assumed: UInt64
  var systemBytes: [UInt8] = []
  var system: NaiveSystem?
  var cells: [Living] = []

  /// Everything of the core's state that a refusal must leave alone.
  func state() -> ([LedgerRow], [UInt64]) {
    let registers = (0..<Register.count).map { machine.read(.registers, $0) }
    let tables: [Table] = [.phase, .cellFlags, .name0, .name1, .name2, .name3, .loaded]
    let columns = tables.flatMap { table in (0..<machine.capacity(table)).map { machine.read(table, $0) } }
    return (machine.ledger(), registers + columns)
  }

  /// Makes a request. True where it was granted.
  func attempt(_ what: String, _ request: () throws(Refusal<UInt64>) -> Void) -> Bool {
    let before = state()
    do throws(Refusal<UInt64>) {
      try request()
      if isTraced { print("\(what): granted") }
      return true
    } catch {
      if isTraced { print("\(what): refused, \(error.reason), \(error.subject), \(error.other)") }
      if state() != before { found("\(what) was refused (\(error.reason)) and yet changed something (P19)") }
      return false
    }
  }

  /// Compares everything.
  func check(_ what: String) {
    if let broken = machine.violations.first { found("\(what): \(broken)") }
    guard let system else {
      if !machine.ledger().isEmpty { found("\(what): claims are in force while disabled") }
      return
    }
    let wrong = violations(system, cells, tables: checksTables)
    if !wrong.isEmpty { found("\(what): admitted, and yet: \(wrong.joined(separator: "; "))") }
    let ledger = machine.ledger()
    for thing in probes(system, cells) {
      guard let resource = resource(thing) else { continue }
      let rows = ledger.filter { $0.base <= resource && resource < $0.end && $0.owner != Owner.hypervisor }
      let isMemory = thing.kind == .memory
      let said = Set(
        rows.map {
          Holding(
            owner: $0.owner, rights: isMemory ? $0.marks & 0xf : 0,
            guest: isMemory ? $0.guest + (resource - $0.base) : 0)
        })
      let meant = holders(of: thing, system, cells)
      if said != meant {
        found("\(what): the ledger says of \(thing) \(said), the configurations say \(meant)")
      }
    }
    for range in system.protected + [system.hypervisor] where range.start < range.end {
      let isKept = ledger.contains { row in
        row.owner == Owner.hypervisor && row.base <= range.start && range.end <= row.end
      }
      if !isKept { found("\(what): the hypervisor has no claim on \(range): \(system)") }
    }
  }

  /// The core's word for a thing; nil where it has none.
  private func resource(_ thing: Thing) -> UInt64? {
    let first = thing.numbers[0]
    switch thing.kind {
    case .memory: return first < 1 << 52 ? first : nil
    case .port: return first < 0x1_0000 ? Space.port.origin + first : nil
    case .cpu: return Space.cpu.origin + first
    case .function: return Space.function.origin + first << 16 + thing.numbers[1]
    case .line: return Space.interrupt.origin + first << 10 + thing.numbers[1]
    }
  }
}

extension Run {
  mutating func enable(_ bytes: [UInt8], caller: UInt64) {
    machine.foreign[0x1000] = bytes
    let granted = attempt("enable") { () throws(Refusal<UInt64>) in
      try machine.enable(0x1000, size: UInt64(bytes.count), caller: caller, assumed: assumed)
    }
    guard granted else { return }
    guard let seen = NaiveSystem(bytes, assumed: assumed) else { found("enable took what is no system") }
    if !seen.root.cpus.contains(caller) { found("enable took a caller that is not root's") }
    system = seen
    cells = []
  }

  mutating func create(_ bytes: [UInt8], as id: UInt64, caller: UInt64) {
    machine.foreign[0x2000] = bytes
    keep(bytes)
    let granted = attempt("create") { () throws(Refusal<UInt64>) in
      try machine.create(0x2000, size: UInt64(bytes.count), as: id, caller: caller)
    }
    guard granted else { return }
    guard let cell = NaiveCell(cell: bytes) else { found("create took what is no cell") }
    if id == 0 || cells.contains(where: { $0.id == id }) { found("create took id \(id), which lives") }
    if cell.cpus.contains(caller) { found("create took the caller's CPU") }
    cells.append(Living(id: id, cell: cell))
  }

  /// A request that the next bytes choose.
  mutating func step(_ feed: inout Feed, architecture: UInt8) {
    let id = UInt64(feed.byte() % 5)
    let choice = feed.byte() % 10
    switch choice {
    case 0...3: create(makeCell(&feed, architecture: architecture), as: id, caller: UInt64(feed.byte() & 1))
    case 4:
      if attempt("destroy", { () throws(Refusal<UInt64>) in try machine.destroy(id, caller: 0) }) {
        cells.removeAll { $0.id == id }
      }
    case 5:
      if attempt("disable", { () throws(Refusal<UInt64>) in try machine.disable(caller: 0) }) {
        if !cells.isEmpty { found("disable with living cells") }
        system = nil
      }
    case 6:
      _ = attempt("setLoadable") { () throws(Refusal<UInt64>) in try machine.setLoadable(id, caller: 0) }
    case 7: load(id, &feed)
    case 8: _ = attempt("start") { () throws(Refusal<UInt64>) in try machine.start(id, caller: 0) }
    default: machine.cellStates[id] = feed.pick([0, 1, 2, 3, 4])
    }
    check("after request \(choice)")
  }

  private mutating func load(_ id: UInt64, _ feed: inout Feed) {
    let target = feed.pick([0x3b00_0000, 0x3af0_0000, 0x3b00_1000, 0])
    let size = feed.pick([1, 0x1000, 0x2000, 0])
    var address: UInt64 = 0
    let granted = attempt("load") { () throws(Refusal<UInt64>) in
      address = try machine.load(id, target: target, size: size, caller: 0)
    }
    guard granted else { return }
    let cell = cells.first { $0.id == id }?.cell
    let isThere = cell?.memory.contains { region in
      region.flags & 0x42 == 0x42 && region.guest <= target
        && target + size <= region.guest + (region.end - region.start)
        && address == region.start + (target - region.guest)
    }
    if isThere != true { found("load of \(size) bytes at \(target) went to \(address)") }
  }
}

/// Byte 0: bit 0 set: length-prefixed files follow (16 bits each), the system first. Else decisions follow.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAdmission(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  var feed = Feed(UnsafeBufferPointer(start: data, count: size))
  let mode = feed.byte()
  let architecture = (mode >> 1) % 3
  let ghosts = (0..<Ghost.count).map { _ in UInt64(feed.byte() % 40) }
  let options = Simulator<UInt64>.Options(rows: 512, cells: 5, checks: true, ghosts: ghosts)
  var run = Run(machine: Simulator(options), assumed: UInt64(architecture))
  if mode & 1 == 1 {
    var id: UInt64 = 0
    while !feed.isEmpty && id < 5 {
      let bytes = feed.take(Int(feed.number(2)))
      if id == 0 { run.enable(bytes, caller: 0) } else { run.create(bytes, as: id, caller: 0) }
      run.check(id == 0 ? "after enable" : "after create")
      id += 1
    }
    return 0
  }
  run.enable(makeSystem(&feed, architecture: UInt8(architecture)), caller: UInt64(feed.byte() & 1))
  run.check("after enable")
  var steps = 0
  while !feed.isEmpty && steps < 24 {
    run.step(&feed, architecture: UInt8(architecture))
    steps += 1
  }
  return 0
}

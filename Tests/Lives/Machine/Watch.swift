// SPDX-License-Identifier: Apache-2.0
// Looks on while simulated CPUs run, and holds what they do against the model. Promise: after every step, what a guest has reached was granted
// to the cell that the model says runs there; what is in memory is what the model says was written; what changed hands came clean; every
// transition is the model's. The first thing that is not so ends the life, in words.

import Core
import Models
import Simulator

/// The judge of one machine's life.
final class Watch: Onlooker {
  let board: Board
  var world: World<Simulator<UInt64>>
  /// What guests do.
  var script: Script
  /// What lies in memory, by place.
  private var content: [UInt64]
  /// By CPU: the epoch in which it was entered last; what its registers were when it left; start-up vectors that it was asked for.
  private var entered: [UInt64]
  private var registers: [[UInt64]]
  private var vectors: [Set<UInt64>]
  /// Configurations that were written anywhere, by their bytes.
  private var offers: [[UInt8]: Offer] = [:]
  private var before: Kept?
  /// Lines of a cell that was just started, stopped or destroyed, or has failed for its silence.
  private var ended: [UInt64] = []
  /// Pages in use while root is alone.
  var pagesAtFirst: UInt64 = 0
  /// What happened, by kind.
  var counts: [String: Int] = [:]

  /// Registers that no handler sets but CPUID's, which sets RBX.
  private static let kept: [GuestRegister] = [.rbp, .r8, .r9, .r10, .r11, .r12, .r13, .r14, .r15]

  init(_ board: Board, _ world: World<Simulator<UInt64>>, _ script: Script) {
    (self.board, self.world, self.script) = (board, world, script)
    let cpus = Int(Place.cpus)
    content = [UInt64](repeating: 0, count: Place.all.count)
    entered = [UInt64](repeating: 0, count: cpus)
    registers = [[UInt64]](repeating: [], count: cpus)
    vectors = [Set<UInt64>](repeating: [], count: cpus)
    for (x, place) in Place.all.enumerated() where place.base >> 60 == 0 {
      // What root has there when it all begins.
      content[x] = 0xbeef_0000 + UInt64(x)
      board.memory[place.base] = content[x]
    }
  }

  func count(_ what: String) { counts[what, default: 0] += 1 }

  /// The model's number of the cell that runs on a CPU; nil where none does.
  func occupant(_ cpu: UInt64) -> Int? {
    guard let x = Place.cpu(cpu) else { return nil }
    let cell = world.model.occupant(x)
    return cell == world.model.hypervisor ? nil : cell
  }
  func name(_ cell: Int) -> String { cell == 0 ? "root" : "cell \(Place.id(cell))" }

  func instruction(on cpu: SimulatedProcessor) -> GuestInstruction? {
    guard let deed = script.next(on: cpu, self) else { return nil }
    switch deed.preparation {
    case .none: break
    case .offer(let offer, let address):
      offers[offer.bytes] = offer
      board.simulator.foreign[address] = offer.wish.defect == .unreadable ? nil : offer.bytes
    case .say(let cell, let state, let reply):
      // While a transition runs, the model has heard already.
      if board.isChanging { return .nothing }
      (board.simulator.cellStates[cell], board.simulator.cellReplies[cell]) = (state, reply)
    }
    return deed.instruction
  }

  // MARK: Entries

  func enters(_ cpu: SimulatedProcessor) {
    let who = "CPU \(cpu.number)"
    // Root's last calls: it goes on without a hypervisor as soon as they are answered.
    if !world.model.enabled { return }
    guard let cell = occupant(cpu.id) else {
      return board.broke("\(who) enters a guest, and the model says that none runs there")
    }
    if cell != 0 && !world.model.isIn(cell, .running) {
      return board.broke("\(who) enters \(name(cell)), which does not run")
    }
    let root = board.simulator.tableRoot(of: Place.id(cell)) ?? 0
    if cpu[.eptPointer] & ~0xfff != root {
      return board.broke("\(who) enters \(name(cell)) with page tables that are not in force")
    }
    let now = registers(of: cpu)
    if entered[cpu.number] != board.epochs[cpu.number] {
      entered[cpu.number] = board.epochs[cpu.number]
      if let left = leftOver(cpu, cell) { board.broke("\(who) begins in \(name(cell)), and \(left)") }
      count("a CPU begins")
    } else if !registers[cpu.number].isEmpty && registers[cpu.number] != now && !isStarted(cpu) {
      board.broke("\(who) goes on in \(name(cell)) with other registers than it left with")
    }
  }
  private func registers(of cpu: SimulatedProcessor) -> [UInt64] { Self.kept.map { cpu[$0] } }

  /// It begins where another CPU has asked it to.
  private func isStarted(_ cpu: SimulatedProcessor) -> Bool {
    cpu[.guestRIP] == 0 && registers(of: cpu).allSatisfy { $0 == 0 }
      && vectors[cpu.number].contains(cpu[.guestCS] >> 8)
  }

  /// What is left on a CPU that begins anew of what ran there before, in words. (SDM vol. 3A, table 9-1: what a processor begins with.)
  private func leftOver(_ cpu: SimulatedProcessor, _ cell: Int) -> String? {
    let general: [GuestRegister] = Self.kept + [.rax, .rbx, .rcx, .rdx, .rsi, .rdi]
    if let full = general.first(where: { cpu[$0] != 0 }) { return "\(full) holds \(hex(cpu[full]))" }
    if !cpu.residue.isClean { return "something is left in the processor: \(cpu.residue)" }
    if !cpu.pending.isEmpty && cpu.pending.contains(where: { $0.epoch != board.epochs[cpu.number] }) {
      return "interrupts of before are pending"
    }
    let clear: [VMCSField] = [
      .guestCR3, .guestEFER, .guestRSP, .guestSysenterCS, .guestSysenterESP, .guestSysenterEIP, .baseFS,
      .baseGS,
      .baseTR, .baseLDTR, .baseGDTR, .baseIDTR, .guestDebugControl, .interruptibility, .activity,
      .pendingDebug, .injection, .cr4Shadow,
    ]
    if let full = clear.first(where: { cpu[$0] != 0 }) { return "\(full) holds \(hex(cpu[full]))" }
    if cpu[.guestRFLAGS] != 2 || cpu[.guestDR7] != 0x400 || cpu[.guestPAT] != 0x0007_0406_0007_0406 {
      return "flags, DR7 or PAT are not those of a beginning"
    }
    if cpu[.guestRIP] != 0 { return "RIP is \(hex(cpu[.guestRIP]))" }
    // A cell's begins where its configuration says, if no other CPU of the cell has come first and asked for something else.
    if cell != 0 && cpu[.guestCS] == 0 { return nil }
    let vector = cpu[.guestCS] >> 8
    return vectors[cpu.number].contains(vector) ? nil : "nobody has asked it to start at page \(hex(vector))"
  }

  func left(_ cpu: SimulatedProcessor, reason: UInt64) {
    count("exit \(reason)")
    registers[cpu.number] = registers(of: cpu)
  }

  // MARK: What guests reach

  func touched(
    _ cpu: SimulatedProcessor, _ address: UInt64, host: UInt64, _ access: MemoryAccess, value: UInt64
  ) {
    guard let cell = occupant(cpu.id) else { return }
    let what = "\(name(cell)) \(access)s \(hex(address)) on CPU \(cpu.number) and reaches \(hex(host))"
    guard isMeant(cell, address, host) else {
      return board.broke("\(what), which its configuration does not name there")
    }
    count(cell == 0 ? "root touches memory" : "a cell touches memory")
    // A communication page.
    if host >= SimulatedMachine.communication { return }
    guard let x = Place.all.firstIndex(where: { $0.base <= host && host < $0.end }) else {
      return board.broke("\(what), which nobody may")
    }
    let right: RightName = access == .read ? .read : access == .write ? .write : .execute
    if !world.model.access(cell, x, right) {
      return board.broke("\(what) (\(Place.all[x].name)), which the model does not grant it")
    }
    if host != Place.all[x].base { return }
    if access == .write {
      content[x] = value
    } else if content[x] != value {
      board.broke("\(what), and finds \(hex(value)); what was written there is \(hex(content[x]))")
    }
  }

  /// The cell's configuration says that `host` is at guest-physical `address`.
  private func isMeant(_ cell: Int, _ address: UInt64, _ host: UInt64) -> Bool {
    if cell == 0 { return address == host }
    guard let wish = world.living[Place.id(cell)] else { return false }
    return wish.regions.contains { region in
      guard region.guest <= address, address < region.guest + region.size, region.flags & 0xf != 0 else {
        return false
      }
      let isPage = region.has(RegionFlag.communication)
      let start = isPage ? SimulatedMachine.communication + Place.id(cell) << 12 : region.physical
      return start + (address - region.guest) == host
    }
  }

  func usedPort(_ cpu: SimulatedProcessor, _ port: UInt64) {
    guard let cell = occupant(cpu.id) else { return }
    count(cell == 0 ? "root uses a port" : "a cell uses a port")
    let word = Space.port.origin + port
    let x = Place.all.firstIndex { $0.base <= word && word < $0.end }
    if x.map({ world.model.access(cell, $0, .write) }) != true {
      board.broke(
        "\(name(cell)) reaches port \(hex(port)) on CPU \(cpu.number), which the model does not grant it")
    }
  }

  /// What may be read and written past the hypervisor: what is the VMCS's or of the guest's own execution, and its own APIC's registers.
  private static let readable: [ClosedRange<UInt64>] = [
    0x10...0x10, 0x17...0x17, 0x1b...0x1b, 0x3a...0x3b, 0x48...0x48, 0xe7...0xe8, 0xfe...0xfe, 0x174...0x176,
    0x1a0...0x1a0, 0x200...0x21f, 0x250...0x250, 0x258...0x259, 0x268...0x26f, 0x277...0x277, 0x2ff...0x2ff,
    0x480...0x491, 0x6e0...0x6e0, 0x802...0x83e,
    0xc000_0080...0xc000_0084, 0xc000_0100...0xc000_0103,
  ]
  private static let writable: [ClosedRange<UInt64>] = [
    0x48...0x49, 0x174...0x176, 0x277...0x277, 0x6e0...0x6e0, 0x808...0x808, 0x80b...0x80b, 0x80f...0x80f,
    0x828...0x828, 0x838...0x838, 0x83e...0x83f, 0xc000_0080...0xc000_0084, 0xc000_0100...0xc000_0103,
  ]
  func usedMSR(_ cpu: SimulatedProcessor, _ number: UInt64, isWrite: Bool) {
    count("a register is passed")
    let list = isWrite ? Self.writable : Self.readable
    if !list.contains(where: { $0.contains(number) }) || number == 0x830 {
      board.broke(
        "CPU \(cpu.number) \(isWrite ? "writes" : "reads") model-specific register \(hex(number)), and no exit comes of it"
      )
    }
  }

  /// All cells are gone.
  func judgePages(_ used: UInt64) {
    if used != pagesAtFirst {
      board.broke(
        "\(used) pages are in use after all cells are gone; before the first came it was \(pagesAtFirst)")
    }
    count("a life to its end")
  }

  // MARK: What the hypervisor does

  func sends(_ cpu: SimulatedProcessor, to number: UInt64) {
    count("an interrupt is sent")
    let other = board.cpus.first { $0.interruptID == number }
    if other.flatMap({ occupant($0.id) }) != occupant(cpu.id) {
      board.broke("CPU \(cpu.number) interrupts a CPU of another cell, number \(number)")
    }
  }
  func asks(_ cpu: SimulatedProcessor, _ other: UInt64, request: UInt64) {
    count("a CPU is asked")
    if occupant(other) != occupant(cpu.id) {
      board.broke("CPU \(cpu.number) asks CPU \(other) for something, which is another cell's")
    }
    if request & CPURequest.startUp != 0 { vectors[Int(other)].insert(request >> 8 & 0xff) }
  }
  func copies(_ cpu: SimulatedProcessor, _ address: UInt64, size: UInt64) {
    var byte = address
    while byte < address + size {
      let x = Place.all.firstIndex { $0.base <= byte && byte < $0.end }
      if x.map({ world.model.access(0, $0, .read) }) != true {
        return board.broke("a configuration is read from \(hex(byte)), which root may not read")
      }
      byte += Place.half
    }
  }
  func looks(_ cpu: SimulatedProcessor, at address: UInt64) {
    count("the hypervisor reads a guest's code or tables")
    guard let cell = occupant(cpu.id) else { return board.broke("it reads \(hex(address)) for nobody") }
    // A communication page is the cell's to read.
    if address >> 12 == (SimulatedMachine.communication >> 12) + Place.id(cell) { return }
    let x = Place.all.firstIndex { $0.base <= address && address < $0.end }
    if x.map({ world.model.access(cell, $0, .read) }) != true {
      board.broke("the hypervisor reads \(hex(address)) for \(name(cell)), which may not read it")
    }
  }
  func raised(_ chip: UInt64, pin: UInt64, on cpu: SimulatedProcessor) {
    count("a device interrupts a CPU")
    // While somebody manages, what is pending is what counts.
    if !board.isLocked { judgePin(chip, pin) }
  }
  /// What the hypervisor does with a port, no guest must be able to do with it otherwise: reset the machine, put it to sleep, write to a
  /// PCI function that is a bridge or is not root's.
  func usesPort(_ cpu: SimulatedProcessor, _ port: UInt64, bytes: UInt64, isWrite: Bool, value: UInt64) {
    count("the hypervisor uses a port for a guest")
    guard let cell = occupant(cpu.id) else { return board.broke("it uses port \(hex(port)) for nobody") }
    let what = "\(isWrite ? "writes \(hex(value)) to" : "reads") port \(hex(port)) for \(name(cell))"
    let timer = world.system?.pmTimer ?? 0
    switch port {
    case timer where timer != 0 && !isWrite && bytes == 4: return
    case timer &- 4 where timer != 0 && bytes == 2:
      if cell != 0 || (isWrite && value >> 13 & 1 == 1) { board.broke("it \(what)") }
    case 0xcf8 where bytes == 4:
      if cell != 0 || !board.isLocked { board.broke("it \(what)") }
    case 0xcfc...0xcff:
      let function = board.configAddress >> 8 & 0xffff
      let x = Place.all.firstIndex { $0.base == Space.function.origin + function }
      let isRoots =
        cell == 0 && x.map { world.model.holder($0) == 0 && world.model.access(0, $0, .write) } == true
      let kind = board.classes[function].map { $0 >> 16 }
      if !isRoots || (isWrite && (kind == 0x600 || kind == 0x601)) {
        board.broke("it \(what), by function \(hex(function))")
      }
    default: board.broke("it \(what), which nobody has")
    }
  }
  func unlocks(_ cpu: SimulatedProcessor) {
    // What a cell had entered ends with its life.
    for line in ended where board.chips.values.contains(where: { $0[line] >> 16 & 1 == 0 }) {
      board.broke("pin \(line) is not masked, and the life is over of the cell that held it")
    }
    ended = []
    for chip in board.chips.keys { for pin in UInt64(0)..<24 { judgePin(chip, pin) } }
  }
  /// CPUs of whoever holds the line are interrupted, and of nobody else.
  private func judgePin(_ chip: UInt64, _ pin: UInt64) {
    if !world.model.enabled { return }
    let holder =
      Place.all.firstIndex { $0.base == Place.lineWord(pin, 0) }.map { world.model.holder($0) } ?? 0
    for cpu in board.targets(chip, pin: pin) {
      guard let cell = occupant(cpu.id), cell != holder else { continue }
      board.broke(
        "pin \(pin), which \(name(holder)) holds, leads to CPU \(cpu.number), which runs \(name(cell))")
    }
  }
  func leaves(_ cpu: SimulatedProcessor) {
    count("root leaves on a CPU")
    if world.model.enabled { board.broke("CPU \(cpu.number) has no hypervisor any more, and the others do") }
    if cpu[.rax] != 0 { board.broke("CPU \(cpu.number) leaves, and is told \(Int64(bitPattern: cpu[.rax]))") }
  }
  func waitedInVain(_ cpu: SimulatedProcessor, for other: UInt64) {
    board.broke("CPU \(cpu.number) waits for CPU \(other) to stand still, in vain")
  }

  /// What is tried, in the model's words.
  private func operation(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>) -> Operation {
    switch operation {
    case .create:
      let offer = offer(at: wish).flatMap { $0.changes.isEmpty ? $0.wish : nil }
      return .create(offer ?? Wish(defect: .unreadable), id: wish.cell, caller: wish.cpu)
    case .setLoadable: return .setLoadable(wish.cell, caller: wish.cpu)
    case .start: return .start(wish.cell, caller: wish.cpu)
    case .destroy: return .destroy(wish.cell, caller: wish.cpu)
    case .failCPU: return .failCPU(wish.cpu)
    case .fail, .expire: return .fail(wish.cell)
    case .disable: return .disable(caller: wish.cpu)
    }
  }

  private func offer(at wish: Core.Wish<UInt64>) -> Offer? {
    let there = board.simulator.foreign[wish.address] ?? []
    // What nobody has written as it lies there, or less than the first look promised, says nothing.
    return UInt64(there.count) >= wish.size ? offers[Array(there.prefix(Int(wish.size)))] : nil
  }
  /// The configuration is none that a wish stands for: bytes were changed, or it is longer or shorter by them.
  private func isChanged(_ wish: Core.Wish<UInt64>) -> Bool {
    guard let offer = offer(at: wish) else { return hasChanges }
    return !offer.changes.isEmpty
  }
  private var hasChanges: Bool { offers.values.contains { !$0.changes.isEmpty } }

  /// Nobody knows what a changed configuration asked for: the tables are still the ledger's, and that is all that can be said.
  private func endUnjudged() {
    if let text = TablesInForce(board.simulator).difference() { return board.broke(text) }
    board.end()
  }

  func tries(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>) { before = world.begin() }

  func tried(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>, _ refusal: Refusal<UInt64>?) {
    guard let before else { return }
    let moved = self.operation(operation, wish)
    if operation == .create && isChanged(wish) {
      count("a changed configuration is \(refusal == nil ? "admitted" : "refused")")
      if refusal == nil { return endUnjudged() }
    }
    // Of who is gone, what it had is still known here.
    let gone = world.living[wish.cell]?.cpus ?? []
    let lines = world.living[wish.cell]?.lines ?? []
    if let text = world.judge(moved, .init(address: nil, refusal: refusal), since: before) {
      return board.broke("\(moved.words): \(text)")
    }
    if refusal != nil { return }
    if operation == .expire { judgeExpiry(wish.cell) }
    if [.start, .setLoadable, .destroy, .expire].contains(operation) { ended = lines }
    for (x, place) in Place.all.enumerated() where place.base >> 60 == 0 {
      if world.model.content(x) == world.model.logic.cleared { content[x] = 0 }
    }
    switch moved {
    case .create(let wish, _, _): changeHands(wish.cpus)
    case .start, .destroy: changeHands(gone)
    default: break
    }
  }
  /// A cell has failed for its silence: it had been asked.
  private func judgeExpiry(_ cell: UInt64) {
    count("a cell fails for its silence")
    if board.simulator.told[cell]?[3] != 1 {
      board.broke("cell \(cell) fails for its silence, and nobody has asked it")
    }
    if world.living[cell]?.isPassive == true {
      board.broke("cell \(cell) is passive, and fails for its silence")
    }
  }
  private func changeHands(_ cpus: [UInt64]) {
    for cpu in cpus {
      board.epochs[Int(cpu)] += 1
      vectors[Int(cpu)] = []
    }
  }
}

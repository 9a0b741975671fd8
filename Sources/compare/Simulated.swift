// SPDX-License-Identifier: Apache-2.0
// The simulator as the second machine: one CPU of it, with a vector's VMCS and memory, executes the same accesses and instructions.

import Core
import Simulator

/// What an access or an instruction comes to, on either machine.
enum Came: Equatable {
  /// The access reaches this host-physical byte; a write is found there.
  case reached(UInt64)
  /// EPT violation: bits 5:0, 7 and 8 of its qualification, and the address.
  case violation(UInt64, at: UInt64)
  case misconfiguration(at: UInt64)
  /// The guest goes on, or has an exception of its own.
  case passed
  /// An exit with that reason and qualification.
  case exit(UInt64, UInt64)
  /// Anything else.
  case other(String)

  var text: String {
    switch self {
    case .reached(let host): "reaches host-physical \(hex(host))"
    case .violation(let what, let address): "EPT violation \(hex(what)) at \(hex(address))"
    case .misconfiguration(let address): "EPT misconfiguration at \(hex(address))"
    case .passed: "does not leave the guest"
    case .exit(let reason, let what): "exit \(reason), qualification \(hex(what))"
    case .other(let text): text
    }
  }
}

/// One CPU of the simulator.
final class Simulated {
  private let kind: ProcessorKind
  private let simulator: Simulator<UInt64>

  init(_ kind: ProcessorKind) {
    self.kind = kind
    var options = Simulator<UInt64>.Options(rows: 1, cells: 1, cpus: 1)
    options.pages = Place.tablePages
    options.firstPage = Place.tables >> 12
    options.hasPorts = true
    simulator = Simulator(options)
  }

  /// Memory that stays.
  func keep(_ memory: [(address: UInt64, value: UInt64)]) {
    for (address, value) in memory { set(address, value) }
  }
  /// Puts a word where the simulator keeps it: tables of pages, and bitmaps. Others it has no need of.
  private func set(_ address: UInt64, _ value: UInt64) {
    let page = (address &- Place.tables) >> 12
    if page < UInt64(Place.tablePages) { simulator.setSlot(page, address >> 3 & 511, value) }
    let port = (address &- Place.portBitmaps) >> 3
    if port < 1024 { simulator.write(.ports, port, value) }
    let register = (address &- Place.msrBitmap) >> 3
    if register < 512 { simulator.write(.msrBits, register, value) }
  }
  private func word(_ address: UInt64) -> UInt64 {
    simulator.poolWord(address) ?? 0
  }

  /// What comes of a vector's question.
  func answer(_ vector: Vector) -> Came {
    let before = vector.memory.map { ($0.address, word($0.address)) }
    keep(vector.memory)
    defer { if case .access = vector.question { keep(before.map { ($0.0, $0.1) }) } }
    switch vector.question {
    case .access(let address, let access): return answer(address, access, vector)
    case .instruction(let instruction):
      let (cpu, watch) = (prepared(vector), Watch())
      cpu.board.onlooker = watch
      let isLeft = cpu.execute(instruction)
      if let finding = cpu.board.finding { return .other("the simulator says: \(finding)") }
      return isLeft ? .exit(cpu[.exitReason], cpu[.qualification]) : .passed
    case .memory, .entry: return .other("nothing is executed")
    }
  }

  /// The board of the last answer: its CPU does not keep it.
  private var boards: [Board] = []
  private func prepared(_ vector: Vector) -> SimulatedProcessor {
    let board = Board(simulator, kind: kind, turns: Turns(1) { _ in 0 })
    boards = [board]
    let cpu = board.cpus[0]
    for item in Baseline.fields + vector.fields {
      if let field = VMCSField(rawValue: item.field) { cpu[field] = item.value }
    }
    // The simulator's bitmaps lie elsewhere.
    cpu[.portsA] = board.place(of: .ports)
    cpu[.portsB] = board.place(of: .ports) + 0x1000
    cpu[.msrBitmap] = board.place(of: .msrBits)
    return cpu
  }

  /// What a guest in 64-bit mode touches in turn: its tables and its code, its tables for the address, the address.
  private func answer(_ address: UInt64, _ access: MemoryAccess, _ vector: Vector) -> Came {
    let cpu = prepared(vector)
    for structure in structures(of: Place.code) {
      if let wrong = fault(structure, .read, cpu, isFinal: false) { return wrong }
    }
    if let wrong = fault(Place.code, .execute, cpu, isFinal: true) { return wrong }
    for structure in structures(of: address) {
      if let wrong = fault(structure, .read, cpu, isFinal: false) { return wrong }
    }
    let target = access == .write ? address + 8 : address
    if let wrong = fault(target, access, cpu, isFinal: true) { return wrong }
    // What it has written, it reads the mark before.
    if access == .write, let wrong = fault(address, .read, cpu, isFinal: true) { return wrong }
    return .reached(watch.touched ?? 0)
  }
  private func structures(of address: UInt64) -> [UInt64] {
    [
      Place.guestRoot + (address >> 39 & 511) * 8, Place.guestTable(of: address) + (address >> 30 & 511) * 8,
    ]
  }
  private let watch = Watch()
  /// Touches; nil where nothing is wrong. The simulator's guests have no tables of their own: of an access to those the manual wants bit 8
  /// of the qualification 0.
  private func fault(_ address: UInt64, _ access: MemoryAccess, _ cpu: SimulatedProcessor, isFinal: Bool)
    -> Came?
  {
    cpu.board.onlooker = watch
    if !cpu.execute(.touch(address, access, value: 1)) { return nil }
    let at = cpu[.guestPhysical]
    if cpu[.exitReason] == 49 { return .misconfiguration(at: at) }
    if cpu[.exitReason] != 48 { return .other("exit \(cpu[.exitReason])") }
    return .violation(cpu[.qualification] & (isFinal ? 0x1bf : 0xbf), at: at)
  }
}

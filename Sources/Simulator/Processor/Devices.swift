// SPDX-License-Identifier: Apache-2.0
// What of the board is neither CPU nor memory: interrupt chips and the lines that lead to them, the console, the log. And how the hypervisor on a
// CPU reaches them.

import Core

/// An interrupt on its way to a guest.
public struct PendingInterrupt: Sendable {
  public let vector: UInt64
  /// The CPU's epoch when it was sent.
  public let epoch: UInt64
}

/// What the hypervisor keeps for who comes after (docs/log.md): what it has said, and which CPUs it has stopped.
public struct BoardLog: Sendable {
  private static let ring = 2048
  /// All that was ever said.
  public private(set) var bytes: [UInt8] = []
  /// Records of stopped CPUs, eight words each; the newest is written over the oldest.
  public private(set) var records = [UInt64](repeating: 0, count: Int(LogLimit.records) * 8)
  private var count: UInt64 = 0

  mutating func say(_ line: [UInt8]) { bytes += line }
  mutating func record(_ words: [UInt64]) {
    let place = Int(count % LogLimit.records) * 8
    count += 1
    records.replaceSubrange(place..<(place + 8), with: [count] + words)
  }
  func read(from position: UInt64) -> UInt64 {
    let end = UInt64(bytes.count)
    if position == .max { return end }
    if position > end || end - position > UInt64(Self.ring) { return UInt64(bitPattern: -34) }
    let some = bytes[Int(position)...].prefix(7)
    return some.enumerated().reduce(UInt64(some.count) << 56) {
      $0 | UInt64($1.element) << (8 * UInt64($1.offset))
    }
  }
  func half(_ number: UInt64) -> UInt64 {
    records[Int(number / 2)] >> (number & 1 == 1 ? 32 : 0) & 0xffff_ffff
  }
}

extension Board {
  /// A device raises a line: the pin's entry says on which CPUs (82093AA, 3.2.4).
  public func raise(_ address: UInt64, pin: UInt64) {
    guard let chip = chips[address], pin <= chip.lastPin else { return }
    let entry = chip[pin]
    if entry >> 16 & 1 == 1 { return }
    let (vector, mode) = (entry & 0xff, entry >> 8 & 7)
    if mode > 1 || vector < 16 { return broke("pin \(pin) raises what is no plain interrupt: \(entry)") }
    for cpu in targets(address, pin: pin) {
      cpu.pending.append(PendingInterrupt(vector: vector, epoch: epochs[cpu.number]))
      onlooker?.raised(address, pin: pin, on: cpu)
    }
  }
}

extension SimulatedProcessor {
  public func apic(_ register: UInt64) -> UInt64 {
    guard let value = apic.read(register) else {
      broke("the hypervisor reads register \(register) of the local APIC, which there is not")
      return 0
    }
    return value
  }
  public func setAPIC(_ register: UInt64, _ value: UInt64) {
    if let wrong = apic.write(register, value) { broke("the hypervisor writes to the local APIC: \(wrong)") }
  }

  /// The chip at an address, for whoever has the lock.
  private func chip(_ address: UInt64) -> InterruptChip? {
    if board.lockHolder != number { broke("it touches an I/O APIC without the lock") }
    return board.chips[address]
  }
  private func readChip(_ address: UInt64, _ index: UInt64) -> UInt64 {
    board.chips[address]?.select(index)
    return board.chips[address]?.window() ?? 0
  }
  private func writeChip(_ address: UInt64, _ index: UInt64, _ value: UInt64) {
    board.chips[address]?.select(index)
    board.chips[address]?.setWindow(value)
    pass(8)
  }
  public func chipRegister(_ address: UInt64, _ index: UInt64) -> UInt64 {
    guard chip(address) != nil else { return 0 }
    return readChip(address, index)
  }
  public func pin(_ address: UInt64, _ pin: UInt64) -> UInt64 {
    guard let chip = chip(address), pin <= chip.lastPin else { return 1 << 16 }
    return readChip(address, 0x10 + 2 * pin) | readChip(address, 0x11 + 2 * pin) << 32
  }
  public func setPin(_ address: UInt64, _ pin: UInt64, _ entry: UInt64) {
    guard let chip = chip(address), pin <= chip.lastPin else { return }
    let low = 0x10 + 2 * pin
    if readChip(address, low + 1) != entry >> 32 {
      writeChip(address, low, entry & 0xffff_ffff | 1 << 16)
      writeChip(address, low + 1, entry >> 32)
    }
    writeChip(address, low, entry & 0xffff_ffff)
  }

  public func foreignWord(_ address: UInt64) -> UInt64? {
    if address & 7 != 0 { broke("it reads a foreign word at \(address), which is not aligned") }
    if !board.isForeign(address) { return nil }
    board.onlooker?.looks(self, at: address)
    pass(16)
    return board.memory[address] ?? 0
  }

  /// PCI Local Bus 3.0, 3.2.2.3.2: the address register takes 32 bits alone. Of a function that is not there all bits are 1; of one that is
  /// its class can be read, and nothing else is of interest. Other ports hold something.
  public func inPort(_ port: UInt64, _ width: UInt64) -> UInt64 {
    let all: UInt64 = width == 1 ? 0xff : width == 2 ? 0xffff : 0xffff_ffff
    let address = board.configAddress
    var value = board.turns.drawn(below: 1 << 32)
    if port == 0xcf8 && width == 4 { value = address }
    if (0xcfc...0xcff).contains(port) {
      let kind = address >> 31 & 1 == 1 ? board.classes[address >> 8 & 0xffff] : nil
      value = (kind.map { address & 0xfc == 8 ? $0 : 0x1234_8086 } ?? 0xffff_ffff) >> (8 * (port & 3))
    }
    board.onlooker?.usesPort(self, port, bytes: width, isWrite: false, value: value & all)
    pass(16)
    return value & all
  }
  public func outPort(_ port: UInt64, _ width: UInt64, _ value: UInt64) {
    board.onlooker?.usesPort(self, port, bytes: width, isWrite: true, value: value)
    if port == 0xcf8 && width == 4 { board.configAddress = value & 0x80ff_fffc }
    pass(16)
  }

  public func told(_ word: UInt64, by cpu: UInt64) -> UInt64 {
    precondition(cpu < UInt64(board.cpus.count) && word < CPUWord.count, "no such CPU or word")
    return board.cpus[Int(cpu)].words[Int(word)]
  }
  public func say(_ character: UInt64) {
    line.append(UInt8(truncatingIfNeeded: character))
    if character != 10 && line.count < 80 { return }
    board.log.say(line)
    line = []
  }
  public func logged(_ position: UInt64) -> UInt64 { board.log.read(from: position) }
  public func recorded(_ half: UInt64) -> UInt64 {
    precondition(half < LogLimit.halves, "no such record")
    return board.log.half(half)
  }
  public func record(_ cell: UInt64, _ cpu: UInt64) {
    if board.lockHolder != number { broke("it records without the lock") }
    board.log.record([
      cell << 32 | cpu, self[.stop], self[.stopReason], self[.stopQualification], self[.stopAddress],
      self[.stopRIP], UInt64(board.turns.passes),
    ])
  }
}

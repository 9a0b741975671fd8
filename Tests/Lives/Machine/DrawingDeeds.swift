// SPDX-License-Identifier: Apache-2.0
// Random deeds, drawn so that most are allowed and many are not. CPU 0 is root's for ever, and does nothing that it would be stopped for.

import Core
import Models
import Simulator
import TestSupport

extension SplitMix {
  /// One of some numbers.
  private mutating func one(of some: UInt64...) -> UInt64 { some.randomElement(using: &self) ?? 0 }

  /// What the guest on a CPU does.
  mutating func deed(_ cpu: SimulatedProcessor, _ watch: Watch) -> Deed {
    guard let cell = watch.occupant(cpu.id) else { return Deed(cpu: cpu.number, instruction: .nothing) }
    return cell == 0 ? rootsDeed(cpu, watch) : cellsDeed(cpu, cell, watch)
  }

  private mutating func rootsDeed(_ cpu: SimulatedProcessor, _ watch: Watch) -> Deed {
    let number = cpu.number
    switch below(100) {
    case 0..<9: return create(cpu, watch)
    case 9..<20: return Deed(cpu: number, instruction: .vmcall(Hypercall.start, cellNumber(watch), 0))
    case 20..<24: return Deed(cpu: number, instruction: .vmcall(Hypercall.setLoadable, cellNumber(watch), 0))
    case 24..<31: return Deed(cpu: number, instruction: .vmcall(Hypercall.destroy, cellNumber(watch), 0))
    case 31..<38: return Deed(cpu: number, instruction: command(cpu, watch))
    case 38..<44: return Deed(cpu: number, instruction: deviceMove(cpu, 0, watch))
    case 44..<71: return Deed(cpu: number, instruction: touch(cpu, 0, watch))
    case 71..<78: return Deed(cpu: number, instruction: port(cpu, 0, watch))
    case 78..<82: return Deed(cpu: number, instruction: .use(below(.max)))
    default: return Deed(cpu: number, instruction: other(cpu, watch))
    }
  }

  private mutating func cellsDeed(_ cpu: SimulatedProcessor, _ cell: Int, _ watch: Watch) -> Deed {
    let number = cpu.number
    switch below(100) {
    case 0..<38: return Deed(cpu: number, instruction: touch(cpu, cell, watch))
    case 38..<46: return Deed(cpu: number, instruction: deviceMove(cpu, cell, watch))
    case 46..<53: return Deed(cpu: number, instruction: port(cpu, cell, watch))
    case 53..<61: return Deed(cpu: number, instruction: command(cpu, watch))
    case 61..<71: return answer(number, cell, watch)
    case 71..<75:
      let state = one(of: 0, 0, 0, 1, 2, 3, 4, 9)
      return Deed(
        cpu: number, preparation: .say(Place.id(cell), state: state, reply: one(of: 3, 3, 3, 0, 2)),
        instruction: .nothing)
    case 75..<85: return Deed(cpu: number, instruction: .use(below(.max)))
    default: return Deed(cpu: number, instruction: other(cpu, watch))
    }
  }

  // MARK: Management

  private mutating func cellNumber(_ watch: Watch) -> UInt64 {
    if chance(88) { return pick(watch.world.living.keys.sorted(), or: 1) }
    return one(of: 0, 1, 2, 3, 4, 5, Owner.hypervisor, .max, 1 << 32 | 1)
  }

  private mutating func create(_ cpu: SimulatedProcessor, _ watch: Watch) -> Deed {
    var wish = wish(watch.world, cpu.id)
    wish.isConfidential = chance(5)
    wish.timeout = 1 + below(60)
    if wish.defect == .tooLarge { wish.defect = nil }
    if chance(50) {
      // Some whole pages that root has now, as most cells are.
      let first = below(5) * 2
      wish.regions = [
        .halves(first, 2 + below(2) * 2, one(of: 0x3, 0x7, 0x7, 0xf, 0x47), shift: below(3) * 16)
      ]
    }
    let free = (1...UInt64(4)).filter { watch.world.living[$0] == nil }
    let id = chance(90) ? pick(free, or: 1) : one(of: 0, 1, 5, Owner.hypervisor)
    let hostile = [Place.hypervisor, SimulatedMachine.pool, 1 << 52, .max - 0x800] + watch.cellsMemory
    let address = chance(93) ? pick(watch.rootsMemory, or: Place.memory) : pick(hostile, or: 0)
    var offer = Offer(wish, id: id)
    if chance(8) {
      for _ in 0...below(2) {
        // Counts and flags, or anything.
        let offset = chance(50) ? 44 + below(40) : below(UInt64(offer.bytes.count))
        offer.change(Int(offset), to: UInt8(truncatingIfNeeded: chance(50) ? below(4) : below(256)))
      }
    }
    return Deed(
      cpu: cpu.number, preparation: .offer(offer, at: address),
      instruction: .vmcall(Hypercall.create, address, 0))
  }

  /// An interrupt command, INIT and start-up among them.
  private mutating func command(_ cpu: SimulatedProcessor, _ watch: Watch) -> GuestInstruction {
    let id = chance(75) ? below(Place.cpus) * 2 + 3 : one(of: 0xffff_ffff, 0, 1 << 16 | 0xff)
    let mode = one(of: 0, 0, 1, 4, 5, 6, 6, 6, 2, 3, 7)
    let shorthand = chance(70) ? 0 : below(4)
    let vector = chance(85) ? 16 + below(240) : below(16)
    var low = vector | mode << 8 | shorthand << 18 | 1 << 14
    if chance(10) { low |= 1 << 11 }
    // CPU 0 is not to be stopped by root's others.
    if mode == 5 && (shorthand != 0 || id == 3 || id > 0xffff || low & 1 << 11 != 0) { low &= ~(15 << 8) }
    if chance(3) { return chance(50) ? .initSignal : .startUpSignal }
    return cpu.command(low, destination: id, isFirstHalf: chance(40), watch)
      ?? .writeMSR(0x830, id << 32 | low)
  }

  // MARK: Memory and ports

  private mutating func touch(_ cpu: SimulatedProcessor, _ cell: Int, _ watch: Watch) -> GuestInstruction {
    let access: MemoryAccess = pick([.read, .read, .write, .write, .execute], or: .read)
    let value = 0x5ec0_0000_0000 + below(1 << 32)
    // An attacker knows what its processor has not forgotten.
    if chance(70), let address = cpu.staleAddresses(access).randomElement(using: &self) {
      return .touch(address, access, value: value)
    }
    let granted = watch.granted(cell, access)
    let isBold = cpu.number != 0 && chance(cell == 0 ? 2 : 5)
    if !isBold {
      guard let address = granted.randomElement(using: &self) else { return .nothing }
      return .touch(address, access, value: value)
    }
    let address = pick(watch.interesting(cell), or: 0)
    return chance(50) ? .speculate(address) : .touch(address, access, value: value)
  }

  private mutating func port(_ cpu: SimulatedProcessor, _ cell: Int, _ watch: Watch) -> GuestInstruction {
    let own = Place.ports.filter { port in
      Place.all.firstIndex { $0.base == Space.port.origin + port.base }.map {
        watch.world.model.access(cell, $0, .write)
      } ?? false
    }
    if chance(40) { return moderated(cpu, watch) }
    // An attacker finds what is open.
    if chance(60) {
      let open = Place.ports.flatMap { [$0.base, $0.base + $0.length - 1] }.filter(cpu.isOpen(port:))
      if let port = open.randomElement(using: &self) { return .port(port, count: 1, isOut: chance(50)) }
    }
    if cpu.number == 0 || chance(94) {
      guard let port = own.randomElement(using: &self) else { return .nothing }
      return .port(port.base + below(port.length), count: 1, isOut: chance(50))
    }
    let hostile: [UInt64] = [0x3f8, 0x2f8, 0xcf8, 0xcf9, 0x604, 0x64, 0x92, 0xfffe, 0xffff, below(0x1_0000)]
    return .port(pick(hostile, or: 0x64), count: one(of: 1, 2, 4), isOut: chance(50))
  }

  /// A port that exits and is answered all the same, or nearly. (Root's first CPU does nothing that it would be stopped for.)
  private mutating func moderated(_ cpu: SimulatedProcessor, _ watch: Watch) -> GuestInstruction {
    let isFirst = cpu.number == 0
    let function = one(of: 0x10, 0x18, 0x18, 0x20)
    let address = one(of: 0, 1 << 31, 1 << 31, 1 << 31) | function << 8 | one(of: 0, 4, 8, 0x10, 0x3d)
    let width = one(of: 1, 2, 4)
    switch below(isFirst ? 4 : 9) {
    case 0: return .out(0xcf8, count: 4, value: address)
    case 1:
      return .port(
        0xcfc + (width == 4 ? 0 : width == 2 ? below(2) * 2 : below(4)), count: width, isOut: false)
    case 2: return .out(0x80, count: 1, value: below(256))
    case 3: return watch.world.system?.pmTimer == 0x608 ? .port(0x608, count: 4, isOut: false) : .nothing
    case 4, 5: return .out(0xcfc, count: width, value: below(1 << 32))
    case 6: return .out(0x604, count: 2, value: below(0x1_0000))
    case 7: return .out(0x64, count: 1, value: one(of: 0xfe, 0xd1, 0xae, 0x60))
    default: return .port(one(of: 0xcf8, 0xcf9, 0x608, 0x604, 0x64, 0x80), count: width, isOut: chance(50))
    }
  }

  // MARK: Devices

  /// What the cell says to what it is asked, if it says anything.
  private mutating func answer(_ cpu: Int, _ cell: Int, _ watch: Watch) -> Deed {
    let id = Place.id(cell)
    let isAsked = watch.board.simulator.told[id]?[3] ?? 0 != 0
    let isSilent = !isAsked || chance(20)
    let state = watch.board.simulator.cellStates[id] ?? 0
    if isSilent { return Deed(cpu: cpu, instruction: .nothing) }
    return Deed(
      cpu: cpu, preparation: .say(id, state: state, reply: one(of: 3, 3, 3, 4, 4, 2, 7)),
      instruction: .nothing)
  }

  /// A move to or from its APIC or an I/O APIC, that is there or is not, is its own or is not. Root's first CPU makes none that it would be
  /// stopped for.
  private mutating func deviceMove(_ cpu: SimulatedProcessor, _ cell: Int, _ watch: Watch) -> GuestInstruction
  {
    if chance(25) { return .device(Place.chip, pin: chance(70) ? 4 + below(2) : below(24)) }
    guard let page = watch.codePage(cell) else { return .nothing }
    let isFirst = cpu.number == 0
    var form: DeviceMove.Form = pick([.accumulator, .register, .register, .constant], or: .register)
    if !isFirst && chance(6) { form = pick([.byte, .extending, .addition], or: .byte) }
    let register = below(4)
    func move(_ address: UInt64, _ isWrite: Bool, _ value: UInt64) -> GuestInstruction {
      .move(DeviceMove(address, isWrite: isWrite, value: value, form, register: register, page: page))
    }
    let hasChip = !watch.board.chips.isEmpty
    if hasChip && (cell == 0 || chance(60)) && chance(60) {
      let index = chance(85) ? 0x18 + below(4) : one(of: 0, 1, 2, 0x10, 0x11, 0x3f, 0xff)
      if chance(50) { return move(Place.chip, form == .constant || chance(80), index) }
      let isOdd = watch.board.simulator.read(.chipIndex, Place.id(cell) << 4) & 1 == 1
      let high = chance(70) ? watch.board.cpus[Int(below(Place.cpus))].interruptID << 24 : below(256) << 24
      let low = 0x20 + below(0xd0) | one(of: 0, 0, 0, 0x800, 0x1_0000, 0x400, 0x8000, 0x100)
      let offset: UInt64 = !isFirst && chance(4) ? one(of: 0x40, 0x20, 0x14, 0xf8) : 0x10
      return move(Place.chip + offset, form == .constant || chance(75), isOdd ? high : low)
    }
    if cpu.apic.isX2APIC {
      return isFirst ? .nothing : move(one(of: Place.localAPIC, Place.chip), chance(50), 0)
    }
    let isWrite = form == .constant || chance(50)
    let safe: [UInt64] =
      isWrite
      ? [0x20, 0x80, 0xb0, 0xd0, 0xe0, 0xf0, 0x280, 0x310, 0x320, 0x350, 0x360, 0x380, 0x3e0]
      : [
        0x20, 0x30, 0x80, 0xd0, 0xf0, 0x100, 0x170, 0x200, 0x270, 0x280, 0x300, 0x310, 0x320, 0x360, 0x390,
        0x3e0,
      ]
    let any = below(64) << 4
    let offset = isFirst || chance(90) ? pick(safe, or: 0x80) : chance(80) ? any : any + 4
    let isEntry = (0x320...0x370).contains(offset)
    let value =
      isEntry && isFirst ? 0x1_0000 | (32 + below(200)) : chance(60) ? 32 + below(200) : below(1 << 32)
    return move(Place.localAPIC + offset, isWrite, value)
  }

  // MARK: All else

  private mutating func other(_ cpu: SimulatedProcessor, _ watch: Watch) -> GuestInstruction {
    let isFirst = cpu.number == 0
    switch below(18) {
    case 16: return exception(cpu)
    case 17 where chance(10) && !watch.world.living.isEmpty: return .vmcall(Hypercall.disable, 0, 0)
    case 0:
      let leaf = one(of: 0, 1, 7, 0xb, 0xd, 0x4000_0000, 0x4000_0001, 0x8000_0001, .max, 1 << 32 | 1)
      return .cpuid(leaf, below(3))
    case 1: return .readMSR(registerNumber())
    case 2:
      // What would switch root's first CPU into another mode is not for it.
      let number = registerNumber()
      return .writeMSR(number, isFirst && number == 0xc000_0080 ? 0xd01 : registerValue())
    case 3: return .vmcall(below(12), cellNumber(watch), 1000 + below(14))
    case 4: return .vmcall(one(of: 5, 6, 7, 8, .max, 1 << 63, 9), below(6), one(of: 0, 1, 1000, .max))
    case 5:
      if isFirst {
        return .moveToCR0(one(of: 0x8005_0033, 0xc005_0033, 0xe005_0033, 0x8005_003b, 0x1_8005_0033))
      }
      return .moveToCR0(
        one(
          of: 0x11, 0x10, 0x31, 0x6000_0010, 0x6000_0011, 0x2000_0011, 0x8000_0011, 0x8000_0010, 0x8005_0033,
          .max))
    case 6: return .moveToCR3(below(64) << 12)
    case 7: return .moveToCR4(one(of: 0, 0x20, 0x6f0, 0x2000, 0x2020, 0x4_0020, 0x80_0020, 1 << 40))
    case 8: return .setXCR(chance(90) ? 0 : 1, one(of: 1, 3, 7, 0xe7, 5, 0, 0x27, 9, 1 << 63))
    case 9: return .vmx(one(of: 19, 20, 21, 22, 23, 24, 25, 26, 27, 50, 53, 59))
    case 10: return .invalidate(below(64) << 12)
    case 11: return .halt
    case 12 where !isFirst: return .jump(isLong: chance(50), level: chance(70) ? 0 : 3)
    case 13 where !isFirst && chance(8):
      return pick([.tripleFault, .invd, .clearTaskSwitched, .loadStatusWord(9)], or: .invd)
    case 14: return .speculate(pick(watch.interesting(watch.occupant(cpu.id) ?? 0), or: 0))
    default: return .nothing
    }
  }
  /// #DB as a fault or trap, INT1, #AC (which there is in protected mode).
  private mutating func exception(_ cpu: SimulatedProcessor) -> GuestInstruction {
    let isProtected = cpu[.guestCR0] & 1 == 1
    let valid: UInt64 = 1 << 31
    let debug = valid | 3 << 8 | 1
    let information = one(
      of: debug, debug, valid | 5 << 8 | 1, isProtected ? valid | 3 << 8 | 1 << 11 | 17 : debug)
    return .exception(
      information: information, met: information & 0xff == 1 ? one(of: 1, 8, 0x4000, 0x2000, 0) : 0)
  }
  private mutating func registerNumber() -> UInt64 {
    one(
      of: 0x10, 0x1b, 0x3a, 0x48, 0x49, 0x79, 0x8b, 0x174, 0x175, 0x176, 0x1a0, 0x200, 0x277, 0x2ff, 0x480,
      0x560, 0x6e0, 0x802, 0x808, 0x80b, 0x80f, 0x82f, 0x832, 0x833, 0x834, 0x835, 0x836, 0x837, 0x838, 0x83f,
      0xc80, 0xc000_0080, 0xc000_0081, 0xc000_0082, 0xc000_0100, 0xc000_0101, 0xc000_0103, 0xc001_0015,
      0x4000_0000, below(1 << 32))
  }
  private mutating func registerValue() -> UInt64 {
    one(
      of: 0, 1, 0x10_0000, 0x1_0020, 0x4_0020, 0x400, 0x500, 0x700, 0x20, 0x0007_0406_0007_0406, 0xd01, .max,
      below(.max))
  }
}

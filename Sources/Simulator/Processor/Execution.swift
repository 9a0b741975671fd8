// SPDX-License-Identifier: Apache-2.0
// What an instruction comes to in a guest: SDM vol. 3C, chapters 26 (which instructions exit) and 28 (what the VMCS says then). Written from the
// manual.

import Core

extension SimulatedProcessor {
  private func control(_ field: VMCSField, _ bit: UInt64) -> Bool { self[field] >> bit & 1 == 1 }
  private var hasEPT: Bool { control(.primaryControls, 31) && control(.secondaryControls, 1) }
  private var level: UInt64 { self[.accessSS] >> 5 & 3 }
  var isProtected: Bool { self[.guestCR0] & 1 == 1 }
  private var is64: Bool { isIn64BitCode }
  /// The guest's code is 64-bit code.
  public var isIn64BitCode: Bool { self[.guestEFER] >> 10 & 1 == 1 && self[.accessCS] >> 13 & 1 == 1 }
  private var tag: UInt64 { control(.secondaryControls, 5) ? self[.vpid] : 0 }
  private var tables: UInt64 { self[.eptPointer] & 0x000f_ffff_ffff_f000 }

  /// Guest-physical addresses at which this CPU still grants the guest an access by what it has cached, and the tables do not.
  public func staleAddresses(_ access: MemoryAccess) -> [UInt64] {
    tlb.stale(access.rawValue, tables: tables, vpid: tag, by: walker)
  }

  /// An exit: what the VMCS says of it. 28.2; of fields that the reason does not define, anything.
  func leave(reason: UInt64, qualification: UInt64 = 0, length: UInt64 = 3) {
    self[.exitReason] = reason
    self[.qualification] = qualification
    self[.exitInterruption] = 0
    self[.vectoring] = 0
    self[.instructionLength] = length
    self[.guestPhysical] = 0
    // 28.2: the event's valid bit is cleared; the mode is noted (27.8.1).
    self[.injection] &= ~(1 << 31)
    let entry = self[.entryControls]
    self[.entryControls] = self[.guestEFER] >> 10 & 1 == 1 ? entry | 1 << 9 : entry & ~(1 << 9)
    if !control(.exitControls, 20) { broke("the guest's EFER is lost at an exit") }
    board.onlooker?.left(self, reason: reason)
  }

  /// Goes on behind an instruction that did not exit.
  private func next() -> Bool {
    let next = self[.guestRIP] &+ 3
    self[.guestRIP] = is64 ? next : next & 0xffff_ffff
    return false
  }
  /// The guest's own exception: it goes on in its handler.
  private func fault() -> Bool { next() }

  /// Executes. True: an exit has happened.
  public func execute(_ instruction: GuestInstruction) -> Bool {
    switch instruction {
    case .touch(let address, let access, let value): return touch(address, access, value)
    case .move(let move): return execute(move)
    case .device(let address, let pin):
      board.raise(address, pin: pin)
      return false
    case .exception(let information, let met): return except(information, met)
    case .port(let port, let count, let isOut): return usePort(port, count, isOut)
    case .out(let port, let count, let value):
      self[.rax] = value
      return usePort(port, count, true)
    case .readMSR(let number):
      if level != 0 { return fault() }
      self[.rcx] = number
      return useMSR(number, isWrite: false, 0)
    case .writeMSR(let number, let value):
      if level != 0 { return fault() }
      (self[.rcx], self[.rax], self[.rdx]) = (number, value & 0xffff_ffff, value >> 32)
      return useMSR(number, isWrite: true, value)
    case .cpuid(let leaf, let subleaf):
      (self[.rax], self[.rcx]) = (leaf, subleaf)
      return exit(ExitNumber.cpuid, length: 2)
    case .vmcall(let code, let first, let second):
      (self[.rax], self[.rdi], self[.rsi]) = (code, first, second)
      return exit(ExitNumber.vmcall)
    case .moveToCR0(let value): return moveToCR0(value)
    case .moveToCR4(let value): return moveToCR4(value)
    case .moveToCR3(let value):
      if level != 0 || value >> kind.physicalBits != 0 { return fault() }
      if control(.primaryControls, 15) { return exit(ExitNumber.controlRegister, 3) }
      self[.guestCR3] = value
      tlb.dropCombined(vpid: tag)
      return next()
    case .invalidate(let address):
      if level != 0 { return fault() }
      if control(.primaryControls, 9) { return exit(14, address) }
      tlb.dropCombined(vpid: tag, at: address)
      return next()
    case .clearTaskSwitched:
      if level != 0 { return fault() }
      // 26.3: it exits where TS is the hypervisor's and set in what the guest reads.
      if self[.cr0Mask] & 8 != 0 && self[.cr0Shadow] & 8 != 0 {
        return exit(ExitNumber.controlRegister, 2 << 4)
      }
      if self[.cr0Mask] & 8 == 0 { self[.guestCR0] &= ~8 }
      return next()
    case .loadStatusWord(let value): return loadStatusWord(value)
    case .setXCR(let number, let value):
      if level != 0 { return fault() }
      (self[.rcx], self[.rax], self[.rdx]) = (number, value & 0xffff_ffff, value >> 32)
      return exit(ExitNumber.xsetbv)
    case .vmx(let reason): return useVMX(reason)
    case .invd: return level != 0 ? fault() : exit(13, length: 2)
    case .halt:
      if level != 0 { return fault() }
      if control(.primaryControls, 7) { return exit(12, length: 1) }
      return next()
    case .tripleFault: return exit(2, length: 0)
    case .jump(let isLong, let level): return jump(isLong, level)
    case .use(let value): return use(value)
    case .speculate(let address):
      if hasEPT { tlb.speculate(address, tables: tables, vpid: tag, by: walker) }
      return false
    case .initSignal: return exit(3, length: 0)
    case .startUpSignal:
      // 26.2: it exits in the wait-for-SIPI state alone.
      return self[.activity] == 3 ? exit(4, 8, length: 0) : false
    case .nothing: return next()
    }
  }

  private func exit(_ reason: UInt64, _ qualification: UInt64 = 0, length: UInt64 = 3) -> Bool {
    leave(reason: reason, qualification: qualification, length: length)
    return true
  }

  private var walker: EPTWalker {
    let board = board
    var walker = EPTWalker { board.simulator.poolWord($0) }
    let can = kind.register(.eptVPID)
    walker.hasHugePages = can >> 17 & 1 == 1
    walker.hasExecuteOnly = can & 1 == 1
    walker.physicalBits = kind.physicalBits
    return walker
  }

  /// 29.3.3: EPT violations and misconfigurations; 28.2.1, table 28-7: what is said of a violation.
  func touch(_ address: UInt64, _ access: MemoryAccess, _ value: UInt64) -> Bool {
    guard hasEPT else {
      broke("a guest runs without extended page tables")
      return false
    }
    let found = tlb.translate(address, needs: access.rawValue, tables: tables, vpid: tag, by: walker)
    if found.wrong == nil && found.rights & access.rawValue != 0 {
      if access == .write { board.memory[found.host & ~7] = value }
      let value = board.memory[found.host & ~7] ?? 0
      board.onlooker?.touched(self, address, host: found.host, access, value: value)
      return next()
    }
    if let wrong = found.wrong {
      broke("EPT misconfiguration at guest-physical \(address): \(wrong)")
      leave(reason: 49)
      self[.guestPhysical] = address
      return true
    }
    // The instruction's length is not said.
    leave(
      reason: ExitNumber.eptViolation, qualification: access.rawValue | found.rights << 3 | 3 << 7,
      length: board.turns.drawn(below: 16))
    self[.guestPhysical] = address
    return true
  }

  /// The guest may touch the address so; nothing else comes of it.
  func reaches(_ address: UInt64, _ access: MemoryAccess) -> Bool {
    let found = tlb.translate(address, needs: access.rawValue, tables: tables, vpid: tag, by: walker)
    return found.wrong == nil && found.rights & access.rawValue != 0
  }
  /// Puts a word there, if the guest may.
  func put(_ value: UInt64, at address: UInt64) -> Bool {
    let found = tlb.translate(
      address, needs: MemoryAccess.write.rawValue, tables: tables, vpid: tag, by: walker)
    if found.wrong != nil || found.rights & MemoryAccess.write.rawValue == 0 { return false }
    board.memory[found.host & ~7] = value
    board.onlooker?.touched(self, address, host: found.host, .write, value: value)
    return true
  }

  /// 26.2, 25.6.3: exceptions exit by the bitmap. Where they do not, the guest's own handler has them; and one that raises the same
  /// again lets no NMI through in between.
  private func except(_ information: UInt64, _ met: UInt64) -> Bool {
    let vector = information & 0x1f
    if self[VMCSField.exceptions] >> vector & 1 == 0 {
      isLost = true
      return next()
    }
    leave(reason: 0, qualification: met, length: 1)
    self[.exitInterruption] = information
    self[.exitError] = 0
    // 26.1, 28.2.1: what the processor has noted of a debug exception by then is nothing.
    return true
  }

  /// Whether the bitmaps let a port through.
  public func isOpen(port: UInt64) -> Bool {
    let place = (port < 0x8000 ? self[.portsA] : self[.portsB]) + (port & 0x7fff) / 64 * 8
    guard let word = board.tableWord(.ports, at: place) else {
      broke("an I/O bitmap lies where none is")
      return false
    }
    return (word >> (port & 63)) & 1 == 0
  }

  /// 26.1.3: I/O exits where a bit of some port is 1, and where it wraps around.
  private func usePort(_ port: UInt64, _ count: UInt64, _ isOut: Bool) -> Bool {
    let ports = port..<(port + count)
    let hasBitmaps = control(.primaryControls, 25)
    let isPassed =
      hasBitmaps
      ? ports.upperBound <= 0x1_0000 && ports.allSatisfy(isOpen(port:)) : !control(.primaryControls, 24)
    if isPassed {
      for port in ports { board.onlooker?.usedPort(self, port) }
      return next()
    }
    return exit(ExitNumber.port, (count - 1) | (isOut ? 0 : 8) | port << 16, length: 1)
  }

  /// 26.1.3, 25.6.9: RDMSR and WRMSR exit by the bitmaps, and where no bitmap has the number.
  private func useMSR(_ number: UInt64, isWrite: Bool, _ value: UInt64) -> Bool {
    var exits = true
    // 11.12.1.2: in xAPIC mode there are no such registers.
    let isNone = number >> 8 == 8 && !apic.isX2
    let isHigh = (0xc000_0000...0xc000_1fff).contains(number)
    if control(.primaryControls, 28) && (number < 0x2000 || isHigh) {
      let bit = (number & 0x1fff) + (isHigh ? 0x2000 : 0) + (isWrite ? 0x4000 : 0)
      guard let word = board.tableWord(.msrBits, at: self[.msrBitmap] + bit / 64 * 8) else {
        broke("the MSR bitmap lies where none is")
        return false
      }
      exits = word >> (bit & 63) & 1 == 1
    }
    if exits { return exit(isWrite ? ExitNumber.writeMSR : ExitNumber.readMSR, length: 2) }
    if isNone { return fault() }
    board.onlooker?.usedMSR(self, number, isWrite: isWrite)
    if isWrite {
      setPassed(number, value)
    } else {
      (self[.rax], self[.rdx]) = (0, 0)
    }
    return next()
  }

  /// A register that is passed: the VMCS's, or one that nobody keeps apart.
  private func setPassed(_ number: UInt64, _ value: UInt64) {
    switch number {
    case 0xc000_0080:
      // SDM vol. 4, EFER: LMA is the processor's; LME may not change under paging; reserved bits are #GP.
      let isPaged = self[.guestCR0] >> 31 & 1 == 1
      let isWrong = value & ~0xd01 != 0 || (isPaged && (value ^ self[.guestEFER]) & 0x100 != 0)
      if !isWrong { self[.guestEFER] = value & ~0x400 | self[.guestEFER] & 0x400 }
    case 0x277:
      if (0..<8).allSatisfy({ [0, 1, 4, 5, 6, 7].contains(value >> (8 * UInt64($0)) & 0xff) }) {
        self[.guestPAT] = value
      }
    case 0x174: self[.guestSysenterCS] = value & 0xffff_ffff
    case 0x175: self[.guestSysenterESP] = value & 0x7fff_ffff_ffff
    case 0x176: self[.guestSysenterEIP] = value & 0x7fff_ffff_ffff
    case 0xc000_0100: self[.baseFS] = value & 0x7fff_ffff_ffff
    case 0xc000_0101: self[.baseGS] = value & 0x7fff_ffff_ffff
    default: residue.msrs[number] = value
    }
  }

  /// MOV to CR0. SDM vol. 3A, 2.5: what is #GP; vol. 3C, 26.3: bits that are the hypervisor's exit where they differ from what the guest reads.
  private func moveToCR0(_ value: UInt64) -> Bool {
    if level != 0 { return fault() }
    let (mask, now) = (self[.cr0Mask], self[.guestCR0])
    if (value ^ self[.cr0Shadow]) & mask != 0 {
      self[.rbx] = value
      return exit(ExitNumber.controlRegister, 3 << 8)
    }
    let new = value & ~mask | now & mask
    return setCR0(new) ? next() : fault()
  }
  /// The processor's own rules. False: #GP.
  private func setCR0(_ new: UInt64) -> Bool {
    let (efer, cr4) = (self[.guestEFER], self[.guestCR4])
    let isPaged = new >> 31 & 1 == 1
    let wasPaged = self[.guestCR0] >> 31 & 1 == 1
    let entersLong = isPaged && !wasPaged && efer >> 8 & 1 == 1
    if new >> 32 != 0 || (isPaged && new & 1 == 0) { return false }
    if new >> 29 & 1 == 1 && new >> 30 & 1 == 0 { return false }
    if entersLong && (cr4 >> 5 & 1 == 0 || self[.accessCS] >> 13 & 1 == 1 || self[.accessTR] & 0xf != 11) {
      return false
    }
    if !isPaged && wasPaged && (is64 || cr4 >> 17 & 1 == 1) { return false }
    if level != 0 && new & 1 == 0 { return false }
    // Bits that have no meaning are ignored.
    self[.guestCR0] = new & 0xe005_003f | 0x10
    if entersLong { self[.guestEFER] |= 1 << 10 }
    if !isPaged { self[.guestEFER] &= ~(1 << 10) }
    if isPaged != wasPaged { tlb.dropCombined(vpid: tag) }
    return true
  }
  private func loadStatusWord(_ value: UInt64) -> Bool {
    if level != 0 { return fault() }
    let mask = self[.cr0Mask]
    let isRising = value & mask & 1 == 1 && self[.cr0Shadow] & 1 == 0
    if isRising || (value ^ self[.cr0Shadow]) & mask & 0xe != 0 {
      return exit(ExitNumber.controlRegister, 3 << 4 | (value & 0xffff) << 16)
    }
    // PE cannot be cleared by it.
    let changed = 0xf & ~mask
    self[.guestCR0] = self[.guestCR0] & ~(changed & 0xe) | value & changed
    return next()
  }
  private func moveToCR4(_ value: UInt64) -> Bool {
    if level != 0 { return fault() }
    let (mask, now) = (self[.cr4Mask], self[.guestCR4])
    if (value ^ self[.cr4Shadow]) & mask != 0 {
      self[.rbx] = value
      return exit(ExitNumber.controlRegister, 4 | 3 << 8)
    }
    let new = value & ~mask | now & mask
    let isLong = self[.guestEFER] >> 10 & 1 == 1
    if isLong && new >> 5 & 1 == 0 { return fault() }
    if !isLong && new >> 17 & 1 == 1 { return fault() }
    if new >> 23 & 1 == 1 && self[.guestCR0] >> 16 & 1 == 0 { return fault() }
    self[.guestCR4] = new
    tlb.dropCombined(vpid: tag)
    return next()
  }

  /// VMX instructions exit, at whatever level; VMFUNC is #UD where it is not enabled (26.5.6.2).
  private func useVMX(_ reason: UInt64) -> Bool {
    if reason == 59 && !control(.secondaryControls, 13) { return fault() }
    return exit(reason)
  }

  /// A far jump. (The segments are those that an operating system would have.)
  private func jump(_ isLong: Bool, _ level: UInt64) -> Bool {
    guard isProtected else { return next() }
    let isActive = self[.guestEFER] >> 10 & 1 == 1
    let form: UInt64 = isLong && isActive ? 0xa09b : 0xc09b
    self[.guestCS] = 0x10 | level
    self[.accessCS] = form | level << 5
    (self[.limitCS], self[.baseCS]) = (0xffff_ffff, 0)
    self[.guestSS] = 0x18 | level
    self[.accessSS] = 0xc093 | level << 5
    (self[.limitSS], self[.baseSS]) = (0xffff_ffff, 0)
    self[.guestRIP] &= 0xffff_ffff
    return next()
  }

  private func use(_ value: UInt64) -> Bool {
    for number in registers.indices { registers[number] = value &+ UInt64(number) }
    self[.guestRSP] = value & 0x7fff_ffff_ffff
    (residue.fpu, residue.debug, residue.cr2) = (value, value, value)
    return next()
  }
}

/// Basic exit reasons, from appendix C.
enum ExitNumber {
  static let cpuid: UInt64 = 10
  static let vmcall: UInt64 = 18
  static let controlRegister: UInt64 = 28
  static let port: UInt64 = 30
  static let readMSR: UInt64 = 31
  static let writeMSR: UInt64 = 32
  static let eptViolation: UInt64 = 48
  static let xsetbv: UInt64 = 55
}

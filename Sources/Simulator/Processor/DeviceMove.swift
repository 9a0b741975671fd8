// SPDX-License-Identifier: Apache-2.0
// A move to or from a device's page, as an instruction that lies in the guest's memory, for the hypervisor reads it there. SDM vol. 2, appendix A.

import Core

/// A move between memory and a register or a constant.
public struct DeviceMove: Sendable, Equatable {
  /// How it is encoded.
  public enum Form: Sendable, CaseIterable {
    /// A0 to A3: the accumulator, and the address behind the opcode.
    case accumulator
    /// 88 to 8B: a register, and an addressing form.
    case register
    /// C7: a constant is written.
    case constant
    /// 8A, 88: one byte. 0F B7: two bytes are read. 01, 03: an addition, which is no move.
    case byte, extending, addition
  }
  /// Guest-physical, below 4 GiB.
  public let address: UInt64
  public let isWrite: Bool
  /// What is written: 32 bits.
  public let value: UInt64
  public let form: Form
  /// RAX, RCX, RDX or RBX.
  public let register: UInt64
  /// A page of the guest's own, guest-physical, into which it puts its code, and two entries of page tables.
  public let page: UInt64

  /// Makes one. Constants are always written.
  public init(_ address: UInt64, isWrite: Bool, value: UInt64, _ form: Form, register: UInt64, page: UInt64) {
    (self.address, self.value, self.page) = (address, value, page)
    self.form = form == .extending && isWrite ? .register : form
    self.isWrite = isWrite || form == .constant
    self.register = form == .accumulator ? 0 : register & 3
  }

  /// Its bytes, in code of 16, 32 or 64 bits.
  func bytes(codeBits: UInt64) -> [UInt8] {
    func little(_ value: UInt64, _ count: UInt64) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    // Operands of 32 bits, addresses of 32 bits.
    let prefixes: [UInt8] =
      codeBits == 16 ? [0x66, 0x67] : codeBits == 64 && form != .accumulator ? [0x67] : []
    let addressing: [UInt8] =
      codeBits == 64 ? [UInt8(register) << 3 | 4, 0x25] : [UInt8(register) << 3 | 5]
    let place = addressing + little(address, 4)
    switch form {
    case .accumulator: return prefixes + [isWrite ? 0xa3 : 0xa1] + little(address, codeBits == 64 ? 8 : 4)
    case .register: return prefixes + [isWrite ? 0x89 : 0x8b] + place
    case .constant: return prefixes + [0xc7, addressing[0] & 7] + place.dropFirst() + little(value, 4)
    case .byte: return prefixes + [isWrite ? 0x88 : 0x8a] + place
    case .extending: return prefixes + [0x0f, 0xb7] + place
    case .addition: return prefixes + [isWrite ? 0x01 : 0x03] + place
    }
  }
}

extension SimulatedProcessor {
  /// Puts the code where it is to lie, and goes there. False: the guest cannot.
  private func prepare(_ move: DeviceMove) -> Bool {
    let is64 = isIn64BitCode
    let isPaged = self[.guestCR0] >> 31 & 1 == 1
    if isPaged && !is64 { return false }
    let codeBits: UInt64 = is64 ? 64 : self[.accessCS] >> 14 & 1 == 1 ? 32 : 16
    // Each CPU has a place of its own in the page.
    let code = move.page + 0x100 + id * 0x40
    var bytes = move.bytes(codeBits: codeBits)
    bytes += [UInt8](repeating: 0x90, count: 24 - bytes.count)
    for word in 0..<3 {
      let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[word * 8 + $1]) << (8 * UInt64($1)) }
      if !put(value, at: code + UInt64(word) * 8) { return false }
    }
    if !reaches(code, .execute) { return false }
    if is64 {
      // Slot 1 of the first table is for the page itself, and slot 2 of that a page of 1 GiB: linear 1 << 39 | 2 << 30 is 0.
      guard put(move.page | 3, at: move.page + 8), put(0x83, at: move.page + 16) else { return false }
      self[.guestCR3] = move.page
      self[.guestRIP] = 1 << 39 | 2 << 30 | code
    } else {
      self[.guestRIP] = (code &- self[.baseCS]) & 0xffff_ffff
    }
    if move.isWrite && move.form != .constant {
      self[[GuestRegister.rax, .rcx, .rdx, .rbx][Int(move.register)]] = move.value
    }
    return true
  }

  /// Executes it. True: an exit has happened.
  func execute(_ move: DeviceMove) -> Bool {
    if !prepare(move) {
      current = nil
      self[.guestRIP] = isIn64BitCode ? self[.guestRIP] &+ 3 : (self[.guestRIP] &+ 3) & 0xffff_ffff
      return false
    }
    current?.rip = self[.guestRIP]
    return touch(move.address, move.isWrite ? .write : .read, move.value)
  }
}

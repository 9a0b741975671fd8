// SPDX-License-Identifier: Apache-2.0
// The way back: root goes on without a hypervisor, where its hypercall returns. The page tables that it made the call under have the image at
// its address, as at the entry. What VMX held of the guest is gathered while VMX is on; leave_stub puts it in force.

import CVMX
import Core

/// What the assembler is given, words from `Block.departure` on. The same order stands in layout.h.
private enum Given: UInt64 {
  /// CR3 without and with its tag (PCID), CR4, CR0.
  case tables, cr3, cr4, cr0
  /// GDTR and IDTR, two words each: limit in bits 15:0, base from bit 16 on.
  case gdt, gdtBase, idt, idtBase
  /// Selectors.
  case es, cs, ss, ds, fs, gs, ldtr, tr
  case baseFS, baseGS, efer, rsp, rip, rflags
  /// The general registers, in the order of `GuestRegister`.
  case registers
}

enum Departure {
  private static func put(_ given: Given, _ value: UInt64, _ offset: UInt64 = 0) {
    word(Virtual.cpu &+ Block.departure &+ 8 &* (given.rawValue &+ offset)).pointee = value
  }
  private static func put(_ given: Given, limit: UInt64, base: UInt64) {
    put(given, limit & 0xffff | base << 16)
    put(given, base >> 48, 1)
  }
  /// What the guest reads of a control register: of the bits that are not its own what was put there for it.
  private static func seen(_ value: UInt64, _ mask: UInt64, _ shadow: UInt64) -> UInt64 {
    value & ~mask | shadow & mask
  }

  /// What a field holds, by its encoding: as it was gathered, or as VMX has it.
  @inline(never) private static func value(_ field: UInt64, isGathered: Bool) -> UInt64 {
    isGathered
      ? word(Virtual.cpu &+ Block.captured &+ Captured.place(field)).pointee : UInt64(x86_vmread(UInt(field)))
  }

  /// What root goes on with, but for CR0, CR4 and the general registers.
  @inline(never) private static func putRoot(isGathered: Bool) {
    func value(_ field: VMCSField) -> UInt64 { Self.value(field.rawValue, isGathered: isGathered) }
    func root(_ given: Given, _ field: VMCSField) { put(given, value(field)) }
    put(.tables, value(.guestCR3) & ~0xfff)
    root(.cr3, .guestCR3)
    put(.gdt, limit: value(.limitGDTR), base: value(.baseGDTR))
    put(.idt, limit: value(.limitIDTR), base: value(.baseIDTR))
    // Selectors have the same order here and there.
    var number: UInt64 = 0
    while number < 8 {
      put(.es, Self.value(VMCSField.guestES.rawValue &+ 2 &* number, isGathered: isGathered), number)
      number &+= 1
    }
    root(.baseFS, .baseFS)
    root(.baseGS, .baseGS)
    root(.efer, .guestEFER)
    root(.rsp, .guestRSP)
    root(.rip, .guestRIP)
    root(.rflags, .guestRFLAGS)
  }

  /// Goes back to the loader, with an errno, before VMX is on: root is what was gathered of it.
  static func back(_ cpu: UInt64, _ errno: Int64) -> Never {
    func captured(_ field: VMCSField) -> UInt64 {
      word(Virtual.cpu &+ Block.captured &+ Captured.place(field)).pointee
    }
    putRoot(isGathered: true)
    put(.cr4, captured(.guestCR4))
    put(.cr0, captured(.guestCR0))
    // What the caller finds kept: RBX, RBP, R12 to R15 (layout.h has them in this order); in RAX the errno.
    var number: UInt64 = 0
    while number < 15 {
      put(.registers, 0, number)
      number &+= 1
    }
    put(.registers, UInt64(bitPattern: errno), 0)
    func kept(_ register: UInt64, _ place: UInt64) {
      put(.registers, word(Virtual.cpu &+ Block.kept &+ 8 &* place).pointee, register)
    }
    kept(3, 0)
    kept(4, 1)
    kept(11, 2)
    kept(12, 3)
    kept(13, 4)
    kept(14, 5)
    x86_leave(UInt(UInt64(x86_at_image_end()) &+ cpu &* Block.size))
  }

  /// Leaves.
  static func leave(_ machine: Silicon, _ cpu: UInt64) -> Never {
    putRoot(isGathered: false)
    put(.cr4, seen(machine.vmcs(.guestCR4), machine.vmcs(.cr4Mask), machine.vmcs(.cr4Shadow)))
    put(.cr0, seen(machine.vmcs(.guestCR0), machine.vmcs(.cr0Mask), machine.vmcs(.cr0Shadow)))
    var number: UInt64 = 0
    while number < 15 {
      put(.registers, word(Virtual.cpu &+ Block.registers &+ 8 &* number).pointee, number)
      number &+= 1
    }
    x86_wrmsr(0x277, UInt(machine.vmcs(.guestPAT)))
    x86_wrmsr(0x174, UInt(machine.vmcs(.guestSysenterCS)))
    x86_wrmsr(0x175, UInt(machine.vmcs(.guestSysenterESP)))
    x86_wrmsr(0x176, UInt(machine.vmcs(.guestSysenterEIP)))
    x86_wrmsr(0x1d9, UInt(machine.vmcs(.guestDebugControl)))
    x86_set_dr7(UInt(machine.vmcs(.guestDR7)))
    var region = UInt(word(Virtual.cpu &+ Block.physical).pointee &+ Block.vmcs)
    _ = x86_vmclear(&region)
    x86_vmxoff()
    x86_leave(UInt(UInt64(x86_at_image_end()) &+ cpu &* Block.size))
  }
}

// SPDX-License-Identifier: Apache-2.0
// The checks of the guest's state: SDM vol. 3C, 27.3.1. As in VMEntry.swift, from the manual.

import Core

/// A segment register of the guest.
private struct Segment {
  let name: String
  let selector, base, limit, access: VMCSField
}

extension VMEntry {
  private static var data: [Segment] {
    [
      Segment(name: "ES", selector: .guestES, base: .baseES, limit: .limitES, access: .accessES),
      Segment(name: "DS", selector: .guestDS, base: .baseDS, limit: .limitDS, access: .accessDS),
      Segment(name: "FS", selector: .guestFS, base: .baseFS, limit: .limitFS, access: .accessFS),
      Segment(name: "GS", selector: .guestGS, base: .baseGS, limit: .limitGS, access: .accessGS),
    ]
  }
  private static var code: Segment {
    Segment(name: "CS", selector: .guestCS, base: .baseCS, limit: .limitCS, access: .accessCS)
  }
  private static var stack: Segment {
    Segment(name: "SS", selector: .guestSS, base: .baseSS, limit: .limitSS, access: .accessSS)
  }
  private static var task: Segment {
    Segment(name: "TR", selector: .guestTR, base: .baseTR, limit: .limitTR, access: .accessTR)
  }
  private static var local: Segment {
    Segment(name: "LDTR", selector: .guestLDTR, base: .baseLDTR, limit: .limitLDTR, access: .accessLDTR)
  }

  /// 27.3.1.1: control registers, debug registers, MSRs.
  func guestRegisterFailures() -> [String] {
    let (cr0, cr4, efer) = (field(.guestCR0), field(.guestCR4), field(.guestEFER))
    let isPaged = has(cr0, 31)
    let free: UInt64 = isUnrestricted ? 0x8000_0001 : 0
    let loadsDebug = has(.entryControls, 2)
    let isEFERWrong = has(efer, 10) != isLong || (isPaged && has(efer, 8) != has(efer, 10))
    return failing([
      ("27.3.1.1: CR0", isFixed(cr0, .cr0Fixed0, .cr0Fixed1, except: free)),
      ("27.3.1.1: paging without protection", !isPaged || has(cr0, 0)),
      ("27.3.1.1: CR4", isFixed(cr4, .cr4Fixed0, .cr4Fixed1)),
      ("27.3.1.1: CET without write protection", !has(cr4, 23) || has(cr0, 16)),
      (
        "27.3.1.1: debug control", !loadsDebug || field(.guestDebugControl) & ~0xdfc3 == 0
      ),
      ("27.3.1.1: IA-32e mode without paging or PAE", !isLong || (isPaged && has(cr4, 5))),
      ("27.3.1.1: PCIDs outside IA-32e mode", isLong || !has(cr4, 17)),
      ("27.3.1.1: CR3", isPhysical(field(.guestCR3))),
      ("27.3.1.1: DR7", !loadsDebug || field(.guestDR7) >> 32 == 0),
      (
        "27.3.1.1: SYSENTER", isCanonical(field(.guestSysenterESP)) && isCanonical(field(.guestSysenterEIP))
      ),
      ("27.3.1.1: PAT", !has(.entryControls, 14) || isPAT(field(.guestPAT))),
      ("27.3.1.1: reserved bits of EFER", !has(.entryControls, 15) || efer & ~0xd01 == 0),
      ("27.3.1.1: EFER and the mode", !has(.entryControls, 15) || !isEFERWrong),
    ])
  }

  private func isUsable(_ segment: Segment) -> Bool { !has(field(segment.access), 16) }
  private func type(_ segment: Segment) -> UInt64 { field(segment.access) & 0xf }
  private func level(_ segment: Segment) -> UInt64 { field(segment.access) >> 5 & 3 }

  /// 27.3.1.2: segment registers. (No guest enters in virtual-8086 mode here: RFLAGS.VM is checked where it stands.)
  func segmentFailures() -> [String] {
    if has(.guestRFLAGS, 17) { return taskFailures() + virtualFailures() }
    let (code, stack) = (Self.code, Self.stack)
    let all = Self.data + [code, stack]
    var texts = taskFailures()
    for segment in all where isUsable(segment) || segment.name == "CS" {
      texts += formFailures(segment)
    }
    let isProtected = has(.guestCR0, 0)
    let codeTypes: Set<UInt64> = isUnrestricted ? [3, 9, 11, 13, 15] : [9, 11, 13, 15]
    let levels = (level(code), level(stack))
    let codeLevel: Bool =
      switch type(code) {
      case 3: levels.0 == 0
      case 9, 11: levels.0 == levels.1
      default: levels.0 <= levels.1
      }
    let isStackLevel =
      isUnrestricted || field(stack.selector) & 3 == field(code.selector) & 3
    texts += failing([
      ("27.3.1.2: RPL of SS", isStackLevel),
      ("27.3.1.2: CS is no code", codeTypes.contains(type(code))),
      ("27.3.1.2: privilege of CS", codeLevel),
      ("27.3.1.2: SS is no stack", !isUsable(stack) || type(stack) == 3 || type(stack) == 7),
      (
        "27.3.1.2: privilege of SS",
        isUnrestricted || level(stack) == field(stack.selector) & 3
      ),
      (
        "27.3.1.2: privilege of SS in real mode or without code",
        !(type(code) == 3 || !isProtected) || level(stack) == 0
      ),
      (
        "27.3.1.2: CS of 64 and of 32 bits at once",
        !(isLong && has(field(code.access), 13)) || !has(field(code.access), 14)
      ),
      ("27.3.1.2: base of CS", field(code.base) >> 32 == 0),
    ])
    for segment in Self.data where isUsable(segment) {
      let isDue = !isUnrestricted && type(segment) <= 11
      texts += failing([
        (
          "27.3.1.2: \(segment.name) is not accessed or cannot be read",
          type(segment) & 1 == 1 && (type(segment) & 8 == 0 || type(segment) & 2 != 0)
        ),
        (
          "27.3.1.2: privilege of \(segment.name)",
          !isDue || level(segment) >= field(segment.selector) & 3
        ),
      ])
    }
    texts += failing([
      ("27.3.1.2: base of FS or GS", isCanonical(field(.baseFS)) && isCanonical(field(.baseGS))),
      (
        "27.3.1.2: base of SS, DS or ES",
        [stack, Self.data[0], Self.data[1]].allSatisfy { !isUsable($0) || field($0.base) >> 32 == 0 }
      ),
    ])
    return texts
  }

  /// 27.3.1.2: access rights and limits that each usable segment keeps.
  private func formFailures(_ segment: Segment) -> [String] {
    let (access, limit) = (field(segment.access), field(segment.limit))
    let isGranular = has(access, 15)
    return failing([
      ("27.3.1.2: \(segment.name) is a system segment", has(access, 4)),
      ("27.3.1.2: \(segment.name) is not present", has(access, 7)),
      ("27.3.1.2: reserved bits of \(segment.name)", access & 0xfffe_0f00 == 0),
      (
        "27.3.1.2: granularity of \(segment.name)",
        (limit & 0xfff == 0xfff || !isGranular) && (limit >> 20 == 0 || isGranular)
      ),
    ])
  }

  /// 27.3.1.2: TR and LDTR.
  private func taskFailures() -> [String] {
    let (task, local) = (Self.task, Self.local)
    let access = field(task.access)
    func isGrained(_ segment: Segment) -> Bool {
      let limit = field(segment.limit)
      let isGranular = has(field(segment.access), 15)
      return (limit & 0xfff == 0xfff || !isGranular) && (limit >> 20 == 0 || isGranular)
    }
    let isLocal = isUsable(local)
    let localAccess = field(local.access)
    return failing([
      ("27.3.1.2: TI of TR", field(task.selector) & 4 == 0),
      ("27.3.1.2: TR is no busy task", type(task) == 11 || (type(task) == 3 && !isLong)),
      (
        "27.3.1.2: access rights of TR",
        !has(access, 4) && has(access, 7) && access & 0xfffe_0f00 == 0 && isUsable(task)
      ),
      ("27.3.1.2: limit of TR", isGrained(task)),
      ("27.3.1.2: base of TR", isCanonical(field(task.base))),
      ("27.3.1.2: TI of LDTR", !isLocal || field(local.selector) & 4 == 0),
      (
        "27.3.1.2: access rights of LDTR",
        !isLocal
          || (type(local) == 2 && !has(localAccess, 4) && has(localAccess, 7)
            && localAccess & 0xfffe_0f00 == 0 && isGrained(local) && isCanonical(field(local.base)))
      ),
    ])
  }

  /// 27.3.1.2: virtual-8086 mode.
  private func virtualFailures() -> [String] {
    let all = Self.data + [Self.code, Self.stack]
    return failing([
      (
        "27.3.1.2: segments of virtual-8086 mode",
        all.allSatisfy {
          field($0.base) == field($0.selector) << 4 && field($0.limit) == 0xffff && field($0.access) == 0xf3
        }
      )
    ])
  }

  /// 27.3.1.3: descriptor tables.
  func tableFailures() -> [String] {
    failing([
      ("27.3.1.3: base of GDTR", isCanonical(field(.baseGDTR))),
      ("27.3.1.3: base of IDTR", isCanonical(field(.baseIDTR))),
      ("27.3.1.3: limits of GDTR and IDTR", (field(.limitGDTR) | field(.limitIDTR)) >> 16 == 0),
    ])
  }

  /// 27.3.1.4: RIP and RFLAGS.
  func instructionFailures() -> [String] {
    let (rip, flags) = (field(.guestRIP), field(.guestRFLAGS))
    let is64 = isLong && has(.accessCS, 13)
    let isInterrupt = has(.injection, 31) && field(.injection) >> 8 & 7 == 0
    return failing([
      // Of 48 bits of linear address: bit 47 need not be as those above it.
      ("27.3.1.4: RIP", is64 ? [0, 0xffff].contains(rip >> 48) : rip >> 32 == 0),
      ("27.3.1.4: reserved bits of RFLAGS", flags & ~0x3f_7fd5 == 2),
      ("27.3.1.4: virtual-8086 mode", !has(flags, 17) || (!isLong && has(.guestCR0, 0))),
      ("27.3.1.4: an interrupt for a guest that takes none", !isInterrupt || has(flags, 9)),
    ])
  }

  /// 27.3.1.5: activity, interruptibility, pending debug exceptions, the link.
  func stateFailures() -> [String] {
    let (activity, blocks) = (field(.activity), field(.interruptibility))
    let can = kind.register(.vmxMisc) >> 6 & 7
    let isActive = activity == 0
    let injects = has(.injection, 31)
    let (type, vector) = (field(.injection) >> 8 & 7, field(.injection) & 0xff)
    let pending = field(.pendingDebug)
    let isStepping = has(.guestRFLAGS, 8) && !has(.guestDebugControl, 1)
    let mustStep = (blocks & 3 != 0 || activity == 1)
    return failing([
      ("27.3.1.5: an activity state that there is not", activity <= 3),
      (
        "27.3.1.5: an activity state that the processor lacks",
        isActive || activity > 3 || has(can, activity - 1)
      ),
      ("27.3.1.5: a user halts", activity != 1 || field(.accessSS) >> 5 & 3 == 0),
      ("27.3.1.5: who is inactive is not held back", isActive || blocks & 3 == 0),
      (
        "27.3.1.5: an event for a guest that halts",
        !injects || activity != 1 || type == 0 || type == 2 || (type == 3 && [1, 18].contains(vector))
      ),
      (
        "27.3.1.5: an event for a guest that is shut down",
        !injects || activity != 2 || type == 2 || (type == 3 && vector == 18)
      ),
      ("27.3.1.5: an event for a guest that waits", !injects || activity != 3),
      // Bit 4 is that of processors with SGX, which none here has.
      ("27.3.1.5: reserved bits of the interruptibility", blocks & ~0xf == 0),
      ("27.3.1.5: STI and MOV SS at once", blocks & 3 != 3),
      ("27.3.1.5: STI without interrupts", !has(blocks, 0) || has(.guestRFLAGS, 9)),
      ("27.3.1.5: an interrupt that is held back", !injects || type != 0 || blocks & 3 == 0),
      // By MOV SS on every processor, by STI on some.
      ("27.3.1.5: an NMI that is held back", !injects || type != 2 || blocks & 3 == 0),
      (
        "27.3.1.5: an NMI that is held back as virtual ones are",
        !injects || type != 2 || !has(.pinControls, 5) || !has(blocks, 3)
      ),
      ("27.3.1.5: SMIs are held back outside SMM", !has(blocks, 2)),
      // Bit 16 is that of processors with RTM, which none here has.
      ("27.3.1.5: reserved bits of the pending debug exceptions", pending & ~0x500f == 0),
      ("27.3.1.5: a single step that is pending", !mustStep || has(pending, 14) == isStepping),
      ("27.3.1.5: the link", field(.link) == .max),
    ])
  }
}

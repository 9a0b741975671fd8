// SPDX-License-Identifier: Apache-2.0
// Hypercalls. So far those that only tell: the hypervisor's pages and cells, and a CPU's counters.

/// Numbers of hypercalls (Jailhouse's).
public enum Hypercall {
  public static var getInfo: UInt64 { 5 }
  public static var cpuInfo: UInt64 { 7 }
}

/// What `Hypercall.getInfo` can be asked.
public enum InfoType {
  public static var pages: UInt64 { 0 }
  public static var pagesUsed: UInt64 { 1 }
  public static var remapPages: UInt64 { 2 }
  public static var remapUsed: UInt64 { 3 }
  public static var cells: UInt64 { 4 }
}

extension Processor {
  /// Answers VMCALL: the result in RAX, an errno where negative.
  func answerHypercall(_ cpu: W) -> Verdict {
    count(.hypercall)
    advance()
    setGuest(.rax, result(cpu))
    return .resume
  }

  private func errno(_ number: UInt64) -> W { 0 &- W(known: number) }

  private func result(_ cpu: W) -> W {
    let privilege = (vmcs(.accessSS) >> 5) & 3
    let isVirtual8086 = vmcs(.guestRFLAGS).has(1 << 17)
    if (isVirtual8086 .| (privilege .!= 0)).isTrue { return errno(1) }
    let mask = W.choose(isIn64BitMode, W(known: .max), 0xffff_ffff)
    let (first, second) = (guest(.rdi) & mask, guest(.rsi) & mask)
    let code = guest(.rax)
    if code == W(known: Hypercall.getInfo) { return info(first) }
    if code == W(known: Hypercall.cpuInfo) { return info(cpu, of: first, second) }
    return errno(38)
  }

  private func info(_ type: W) -> W {
    if type == W(known: InfoType.pages) { return capacity(.pageTree) }
    if type == W(known: InfoType.pagesUsed) { return pagesUsed() }
    if (type .== W(known: InfoType.remapPages)).isTrue { return 0 }
    if (type .== W(known: InfoType.remapUsed)).isTrue { return 0 }
    if type == W(known: InfoType.cells) { return cellsAlive() }
    return errno(22)
  }

  private func pagesUsed() -> W {
    var used = OneWord<W>(0)
    loop(.usedPages, capacity(.pageTree), &used, frame: .none) { i, used in
      used.value .<= i
    } body: { i, used in
      if self.read(.pageTree, i) != 0 { used.value = used.value &+ 1 }
    }
    return used.value
  }

  private func cellsAlive() -> W {
    var alive = OneWord<W>(0)
    loop(.aliveCells, capacity(.phase), &alive, frame: .none) { i, alive in
      alive.value .<= i
    } body: { i, alive in
      if self.read(.phase, i) != W(known: Phase.absent) { alive.value = alive.value &+ 1 }
    }
    return alive.value
  }

  /// Of a CPU: 0 or 2 (it has failed), or a counter. Of itself for now; of others when CPUs can ask one another.
  private func info(_ cpu: W, of asked: W, _ type: W) -> W {
    if asked >= capacity(.occupant) { return errno(22) }
    if asked != cpu { return errno(1) }
    if type == 0 { return 0 }
    if (type .< 1000).isTrue { return errno(22) }
    let counter = type &- 1000
    if counter == 0 { return own(.exits) & 0x7fff_ffff }
    if counter == 2 { return own(.management) & 0x7fff_ffff }
    if counter == 3 { return own(.hypercall) & 0x7fff_ffff }
    if counter == 7 { return own(.cpuid) & 0x7fff_ffff }
    if counter == 10 { return own(.msr) & 0x7fff_ffff }
    if (counter .<= 11).isTrue { return 0 }
    return errno(22)
  }
}

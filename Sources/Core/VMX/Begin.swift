// SPDX-License-Identifier: Apache-2.0
// What a CPU does when it has stood still: it looks at the tables, and goes on by them. Promise (theorem "cpus-settle"): whatever happened
// meanwhile, it drops every translation that it has cached, and then runs the cell that the tables name, with that cell's page tables,
// bitmaps and tag, or nothing. Where it has been given a new beginning, nothing of what ran before is left on it (P8).

/// The state of a CPU that begins (SDM vol. 3A, table 9-1, with what Jailhouse's inmates expect beyond it).
public enum Beginning {
  /// CR0: CD, NW, ET.
  public static var cr0: UInt64 { 0x6000_0010 }
  /// PAT: WB, WT, UC-, UC, twice.
  public static var pat: UInt64 { 0x0007_0406_0007_0406 }
  public static var dr7: UInt64 { 0x400 }
  /// A cell's tag has 16 bits, and 0 is the hypervisor's.
  public static var mostCells: UInt64 { 0xffff }
  public static var flags: UInt64 { 0x2 }
  public static var limit: UInt64 { 0xffff }
  /// Access rights: code (execute, read, accessed), data (read, write, accessed), LDT, TSS (busy, 32 bits); all present.
  public static var code: UInt64 { 0x9b }
  public static var data: UInt64 { 0x93 }
  public static var localTable: UInt64 { 0x82 }
  public static var task: UInt64 { 0x8b }
}

extension Processor {
  /// Makes this CPU what the tables say that it is.
  public func settle(cpu: W) -> Verdict {
    flushTranslations()
    if cpu >= capacity(.occupant) { return .park }
    let cell = read(.occupant, cpu)
    if ((capacity(.phase) .<= cell) .| (W(known: Beginning.mostCells) .<= cell)).isTrue { return .park }
    if read(.treeRoot, tree(of: cell)) == 0 { return .park }
    let launch = read(.launch, cpu)
    if launch != own(.launch) {
      setOwn(.launch, launch)
      clearCPU(cpu)
      fillCell(cell)
      // A CPU that comes back to root waits for root to start it; a cell's begin at once.
      if cell == W(known: Owner.root) {
        setOwn(.waits, 1)
      } else {
        setOwn(.waits, 0)
        let start = read(.resetAddress, cell) & 0xffff_ffff
        beginReal(selector: (start >> 4) & 0xf000, base: start & 0xffff_0000, instruction: start & 0xffff)
      }
    } else {
      fillCell(cell)
    }
    return obey(takeRequest())
  }

  /// Does what another CPU of the cell has asked for.
  func obey(_ request: W) -> Verdict {
    if request.has(CPURequest.initialise).isTrue { setOwn(.waits, 1) }
    if own(.waits) == 0 { return .resume }
    if (.!request.has(CPURequest.startUp)).isTrue { return .park }
    setOwn(.waits, 0)
    let vector = (request >> 8) & 0xff
    clearRegisters()
    beginReal(selector: vector << 8, base: vector << 12, instruction: 0)
    return .resume
  }

  /// Nothing of what ran here before is left.
  private func clearCPU(_ cpu: W) {
    clearProcessor()
    dropInterrupts()
    prepareAPIC(cpu)
    setOwn(.commandLow, 0)
    setOwn(.commandHigh, 0)
    clearRegisters()
    _ = takeRequest()
    clearCounters()
  }

  private func clearCounters() {
    setOwn(.exits, 0)
    setOwn(.mmio, 0)
    setOwn(.management, 0)
    setOwn(.hypercall, 0)
    setOwn(.ports, 0)
    setOwn(.xapic, 0)
    setOwn(.controlRegisters, 0)
    setOwn(.cpuid, 0)
    setOwn(.xsetbv, 0)
    setOwn(.exceptions, 0)
    setOwn(.msr, 0)
    setOwn(.x2apic, 0)
    setOwn(.stop, 0)
    setOwn(.failed, 0)
  }

  private func clearRegisters() {
    setGuest(.rax, 0)
    setGuest(.rcx, 0)
    setGuest(.rdx, 0)
    setGuest(.rbx, 0)
    setGuest(.rbp, 0)
    setGuest(.rsi, 0)
    setGuest(.rdi, 0)
    setGuest(.r8, 0)
    setGuest(.r9, 0)
    setGuest(.r10, 0)
    setGuest(.r11, 0)
    setGuest(.r12, 0)
    setGuest(.r13, 0)
    setGuest(.r14, 0)
    setGuest(.r15, 0)
  }

  /// The guest's state at its first instruction, in real mode.
  private func beginReal(selector: W, base: W, instruction: W) {
    fillQuiet()
    setVMCS(.entryControls, vmcs(.entryControls) & W(known: ~EntryControls.guest64.rawValue))
    fillControlRegisters(cr0: W(known: Beginning.cr0), cr4: 0)
    setVMCS(.guestCR3, 0)
    setVMCS(.guestEFER, 0)
    setVMCS(.guestPAT, W(known: Beginning.pat))
    setVMCS(.guestDR7, W(known: Beginning.dr7))
    setVMCS(.guestDebugControl, 0)
    setVMCS(.guestSysenterCS, 0)
    setVMCS(.guestSysenterESP, 0)
    setVMCS(.guestSysenterEIP, 0)
    setVMCS(.guestRSP, 0)
    setVMCS(.guestRIP, instruction)
    setVMCS(.guestRFLAGS, W(known: Beginning.flags))
    let limit = W(known: Beginning.limit)
    setVMCS(.guestCS, selector)
    setVMCS(.baseCS, base)
    setVMCS(.limitCS, limit)
    setVMCS(.accessCS, W(known: Beginning.code))
    begin(.guestES, .baseES, .limitES, .accessES, Beginning.data)
    begin(.guestSS, .baseSS, .limitSS, .accessSS, Beginning.data)
    begin(.guestDS, .baseDS, .limitDS, .accessDS, Beginning.data)
    begin(.guestFS, .baseFS, .limitFS, .accessFS, Beginning.data)
    begin(.guestGS, .baseGS, .limitGS, .accessGS, Beginning.data)
    begin(.guestLDTR, .baseLDTR, .limitLDTR, .accessLDTR, Beginning.localTable)
    begin(.guestTR, .baseTR, .limitTR, .accessTR, Beginning.task)
    setVMCS(.baseGDTR, 0)
    setVMCS(.limitGDTR, limit)
    setVMCS(.baseIDTR, 0)
    setVMCS(.limitIDTR, limit)
  }

  @inline(never) private func begin(
    _ selector: VMCSField, _ base: VMCSField, _ limit: VMCSField, _ access: VMCSField, _ rights: UInt64
  ) {
    setVMCS(selector, 0)
    setVMCS(base, 0)
    setVMCS(limit, W(known: Beginning.limit))
    setVMCS(access, W(known: rights))
  }
}
